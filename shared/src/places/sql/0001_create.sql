-- Zones and places as they were recorded. Days are counted from 1970-01-01 (civil days at UTC+7), units are GSO codes.
CREATE TABLE places_mark (
    province TEXT NOT NULL,
    unit TEXT NOT NULL,
    record_id TEXT NOT NULL,
    kind TEXT NOT NULL,             -- risk_zone, risk_place
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    shape TEXT NOT NULL,            -- corners: longitude,latitude in millionths of a degree
    level INTEGER,                  -- of a zone: 1 .. 4
    first_day INTEGER NOT NULL,
    last_day INTEGER,               -- NULL: until further notice
    first_time TEXT NOT NULL,       -- HH:MM or ''
    last_time TEXT NOT NULL,
    reason TEXT NOT NULL,
    document_number TEXT NOT NULL,
    PRIMARY KEY (province, unit, record_id)
) STRICT;

-- What a correction or a withdrawal in the same unit has ended, whichever of the two came first.
CREATE TABLE places_ended (
    province TEXT NOT NULL,
    unit TEXT NOT NULL,
    record_id TEXT NOT NULL,        -- the one that counts no more
    PRIMARY KEY (province, unit, record_id)
) STRICT;
