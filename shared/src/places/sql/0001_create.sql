-- Zones and places as recorded. Days: from 1970-01-01 at UTC+7. Units: GSO codes.
CREATE TABLE places_mark (
    province TEXT NOT NULL,
    unit TEXT NOT NULL,
    record_id TEXT NOT NULL,
    kind TEXT NOT NULL,             -- risk_zone, risk_place
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    shape TEXT NOT NULL,            -- longitude,latitude in millionths of a degree
    level INTEGER,                  -- of a zone: 1 .. 4
    first_day INTEGER NOT NULL,
    last_day INTEGER,               -- NULL: until further notice
    first_time TEXT NOT NULL,       -- HH:MM or ''
    last_time TEXT NOT NULL,
    reason TEXT NOT NULL,
    document_number TEXT NOT NULL,
    PRIMARY KEY (province, unit, record_id)
) STRICT;

-- What was corrected or withdrawn in the same unit, whichever came first.
CREATE TABLE places_ended (
    province TEXT NOT NULL,
    unit TEXT NOT NULL,
    record_id TEXT NOT NULL,        -- counts no more
    PRIMARY KEY (province, unit, record_id)
) STRICT;
