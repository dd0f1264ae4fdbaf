-- Weeks of which a province told cases: from when on they are settled, so that what the public was shown stays.
CREATE TABLE riskmap_week (
    province TEXT NOT NULL,
    first_day INTEGER NOT NULL,     -- a Monday
    told_at INTEGER NOT NULL,       -- ms UTC, server: when the first of its figures came
    PRIMARY KEY (province, first_day)
) STRICT;
INSERT INTO riskmap_week (province, first_day, told_at)
SELECT province, day - (day + 3) % 7, min(made_at) FROM riskmap_count WHERE measure = 'cases' GROUP BY province, day - (day + 3) % 7;

-- What was told of a day when its week was settled, where it was told again since.
CREATE TABLE riskmap_late (
    province TEXT NOT NULL,
    unit TEXT NOT NULL,
    day INTEGER NOT NULL,
    source TEXT NOT NULL,
    value INTEGER,                  -- NULL: nothing
    PRIMARY KEY (province, unit, day, source)
) STRICT;
