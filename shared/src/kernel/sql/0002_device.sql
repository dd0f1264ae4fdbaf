-- What only a device has: records that wait for the server, half-filled forms, and how far it has read each feed.
CREATE TABLE kernel_outbox (
    id TEXT NOT NULL PRIMARY KEY,
    priority INTEGER NOT NULL,
    state TEXT NOT NULL,            -- queued | received | rejected
    attempts INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,   -- ms UTC, this device
    outcome TEXT NOT NULL,          -- '' | accepted | duplicate | rejected
    rule TEXT NOT NULL,             -- rule id when rejected
    violations TEXT NOT NULL,       -- JSON list when rejected
    receipt TEXT NOT NULL,          -- JSON as the server gave it
    queued_at INTEGER NOT NULL,
    settled_at INTEGER NOT NULL     -- 0 while queued
) STRICT;
CREATE INDEX kernel_outbox_queue ON kernel_outbox (state, priority, queued_at);

CREATE TABLE kernel_draft (
    draft_key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,            -- JSON
    saved_at INTEGER NOT NULL
) STRICT;

CREATE TABLE kernel_cursor (
    unit TEXT NOT NULL,
    priority INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    PRIMARY KEY (unit, priority)
) STRICT;

CREATE TABLE kernel_setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
