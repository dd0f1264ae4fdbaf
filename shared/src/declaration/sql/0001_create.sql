-- Declarations as officials work with them, folded from the log. Days are counted from 1970-01-01 at UTC+7, instants are ms UTC.
CREATE TABLE declaration_entry (
    province TEXT NOT NULL,             -- that of the record's id
    id TEXT NOT NULL,                   -- record id
    district TEXT NOT NULL,             -- of the stay; '' where the day has no districts
    ward TEXT NOT NULL,                 -- of the stay
    device TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    day INTEGER NOT NULL,               -- of made_at
    supersedes TEXT NOT NULL,           -- record id or ''
    full_name TEXT NOT NULL,            -- for the work list; the rest of the answers lies in the log alone
    phone TEXT NOT NULL,                -- E.164
    position_consent INTEGER NOT NULL,  -- 0, 1
    symptomatic INTEGER NOT NULL,       -- 0, 1
    rules TEXT NOT NULL,                -- ids of the triage rules that fired, with commas between
    colour TEXT NOT NULL,               -- green, yellow, red
    state TEXT NOT NULL,                -- triaged, followedUp, closed, withdrawn, superseded
    superseded_by TEXT NOT NULL,        -- record id or ''
    work INTEGER NOT NULL,              -- 0 nothing to do, 1 open and yellow, 2 open and red
    PRIMARY KEY (province, id)
) STRICT;
CREATE INDEX declaration_entry_device ON declaration_entry (province, device);
CREATE INDEX declaration_entry_day ON declaration_entry (province, day);
-- Only what is to be done is indexed by its place: a green declaration costs nothing here.
CREATE INDEX declaration_work_province ON declaration_entry (province, work, made_at, id) WHERE work > 0;
CREATE INDEX declaration_work_district ON declaration_entry (province, district, work, made_at, id) WHERE work > 0;
CREATE INDEX declaration_work_ward ON declaration_entry (province, ward, work, made_at, id) WHERE work > 0;

-- What happened to a declaration; may arrive before it.
CREATE TABLE declaration_event (
    province TEXT NOT NULL,             -- of the declaration
    declaration TEXT NOT NULL,          -- record id
    id TEXT NOT NULL,                   -- record id of the event
    kind TEXT NOT NULL,                 -- withdrawal, follow_up, closure, supersession
    at INTEGER NOT NULL,
    device TEXT NOT NULL,
    author TEXT NOT NULL,               -- user name or ''
    scope TEXT NOT NULL,                -- path of the unit for which it was made, 79/760/26734
    detail TEXT NOT NULL,               -- action of a follow-up, outcome of a closure
    PRIMARY KEY (province, declaration, id)
) STRICT;
CREATE INDEX declaration_event_at ON declaration_event (province, at);

-- Stays in units of Vietnam, with the units above as they were on the first day.
CREATE TABLE declaration_stay (
    province TEXT NOT NULL,             -- of the declaration
    id TEXT NOT NULL,                   -- of the declaration
    place_no INTEGER NOT NULL,
    path TEXT NOT NULL,                 -- 79/760/26734
    stay_province TEXT NOT NULL,
    stay_district TEXT NOT NULL,        -- '' for a stay known by its province only
    stay_ward TEXT NOT NULL,
    from_day INTEGER NOT NULL,
    to_day INTEGER NOT NULL,
    PRIMARY KEY (province, id, place_no)
) STRICT;
-- Asked across provinces, when the level of a unit changes.
CREATE INDEX declaration_stay_province ON declaration_stay (stay_province, to_day);
CREATE INDEX declaration_stay_district ON declaration_stay (stay_district, to_day) WHERE stay_district <> '';
CREATE INDEX declaration_stay_ward ON declaration_stay (stay_ward, to_day) WHERE stay_ward <> '';

-- Risk levels as other systems told them.
CREATE TABLE declaration_unit_level (
    province TEXT NOT NULL,             -- of the unit
    unit TEXT NOT NULL,
    from_day INTEGER NOT NULL,
    level INTEGER NOT NULL,             -- 1 green .. 4 red, 0 not computable
    PRIMARY KEY (province, unit, from_day)
) STRICT;

CREATE TABLE declaration_position (
    province TEXT NOT NULL,
    id TEXT NOT NULL,                   -- record id of the position
    declaration TEXT NOT NULL,
    device TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    lat_e6 INTEGER NOT NULL,            -- millionths of a degree
    lon_e6 INTEGER NOT NULL,
    accuracy_m INTEGER NOT NULL,
    PRIMARY KEY (province, id)
) STRICT;
CREATE INDEX declaration_position_of ON declaration_position (province, declaration);
CREATE INDEX declaration_position_made ON declaration_position (province, made_at);

-- What is left of declarations after their retention: counts.
CREATE TABLE declaration_daily (
    province TEXT NOT NULL,
    day INTEGER NOT NULL,
    district TEXT NOT NULL,
    ward TEXT NOT NULL,
    colour TEXT NOT NULL,
    symptomatic INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (province, day, district, ward, colour, symptomatic)
) STRICT;
