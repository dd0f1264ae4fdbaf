-- Days are counted from 1970-01-01 (civil days at UTC+7). Units are GSO codes, 'VN' the nation; province is the unit's own.
CREATE TABLE riskmap_count (
    province TEXT NOT NULL,
    unit TEXT NOT NULL,
    measure TEXT NOT NULL,          -- cases, deaths
    day INTEGER NOT NULL,
    source TEXT NOT NULL,           -- who counted: national, ministry, province ...
    value INTEGER NOT NULL,
    record_id TEXT NOT NULL,        -- the record with the greatest (made_at, id) that names this day
    made_at INTEGER NOT NULL,       -- ms UTC
    PRIMARY KEY (province, unit, measure, day, source)
) STRICT;

-- The level in force, as steps: a row where the level differs from that of the day before. No row means not computable.
CREATE TABLE riskmap_level (
    province TEXT NOT NULL,
    unit TEXT NOT NULL,
    day INTEGER NOT NULL,           -- first day of the step
    level INTEGER NOT NULL,         -- 1 green .. 4 red; 0 not computable
    PRIMARY KEY (province, unit, day)
) STRICT;

-- What authorities announced. A row that another one names in `supersedes` counts no more.
CREATE TABLE riskmap_declared (
    province TEXT NOT NULL,
    unit TEXT NOT NULL,
    record_id TEXT NOT NULL,
    made_at INTEGER NOT NULL,       -- ms UTC
    supersedes TEXT NOT NULL,       -- record id or ''
    level INTEGER NOT NULL,         -- 1 .. 4
    first_day INTEGER NOT NULL,
    last_day INTEGER,               -- NULL: until further notice
    document_number TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (province, unit, record_id)
) STRICT;

-- Declarations by colour; a commune has a row, and its province one with unit = province. Numbers only, nobody's id.
CREATE TABLE riskmap_symptom (
    province TEXT NOT NULL,
    unit TEXT NOT NULL,
    day INTEGER NOT NULL,
    green INTEGER NOT NULL,
    yellow INTEGER NOT NULL,
    red INTEGER NOT NULL,
    symptomatic INTEGER NOT NULL,
    PRIMARY KEY (province, unit, day)
) STRICT;
