-- Levels of a province as they were calculated at an hour or when an official asked: what an approving officer is shown. Never changed.
CREATE TABLE riskmap_proposal (
    province TEXT NOT NULL,
    record_id TEXT NOT NULL,
    made_at INTEGER NOT NULL,       -- ms UTC
    author TEXT NOT NULL,           -- '0': the server, at its hour
    day INTEGER NOT NULL,           -- civil day at UTC+7 that the levels are about
    pack TEXT NOT NULL,
    pack_version INTEGER NOT NULL,
    data_time INTEGER NOT NULL,     -- ms UTC: when the latest of the figures was told
    due_at INTEGER,                 -- ms UTC: the hour; NULL: asked for
    codes TEXT NOT NULL,            -- the province and all units below it, with blanks between
    levels TEXT NOT NULL,           -- one sign for each: 1 .. 4, '-' not computable, '.' grey; announced where an authority spoke
    computed TEXT NOT NULL,         -- the same without announcements
    PRIMARY KEY (province, record_id)
) STRICT;

-- Proposals that an officer other than the preparer approved. What supersedes what follows from the rows.
CREATE TABLE riskmap_publication (
    province TEXT NOT NULL,
    record_id TEXT NOT NULL,
    made_at INTEGER NOT NULL,       -- ms UTC
    author TEXT NOT NULL,           -- the approving officer
    day INTEGER NOT NULL,
    proposal TEXT NOT NULL,         -- record id
    overrides TEXT NOT NULL,        -- JSON: [{unit, level, reason, documentNumber}]
    PRIMARY KEY (province, record_id)
) STRICT;
