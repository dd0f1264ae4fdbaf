-- The log of immutable records. Every key begins with the province code, so that a nation's log can be spread over machines by
-- province and no statement on a hot path crosses provinces. 'VN' is the nation.
CREATE TABLE kernel_record (
    province TEXT NOT NULL,
    id TEXT NOT NULL,               -- UUIDv7
    district TEXT NOT NULL,         -- GSO code or ''
    ward TEXT NOT NULL,             -- GSO code or ''
    priority INTEGER NOT NULL,      -- 0 first .. 3 last
    seq INTEGER NOT NULL,           -- place in the feed of (province, priority), in commit order
    system TEXT NOT NULL,
    kind TEXT NOT NULL,
    device TEXT NOT NULL,           -- key id
    made_at INTEGER NOT NULL,       -- ms UTC, device
    received_at INTEGER NOT NULL,   -- ms UTC, server
    supersedes TEXT NOT NULL,       -- id or ''
    hash TEXT NOT NULL,             -- base64url of SHA-256
    bytes TEXT,                     -- canonical JSON; NULL after erasure
    signature TEXT,                 -- base64url; NULL after erasure
    erased_at INTEGER,              -- ms UTC
    PRIMARY KEY (province, id)
) STRICT;
CREATE UNIQUE INDEX kernel_record_feed ON kernel_record (province, priority, seq);
CREATE INDEX kernel_record_district ON kernel_record (province, district, priority, seq);
CREATE INDEX kernel_record_ward ON kernel_record (province, ward, priority, seq);
CREATE INDEX kernel_record_device ON kernel_record (province, device, made_at);

-- Who supersedes whom; kept under the province of the superseded record, which may arrive later than its correction.
CREATE TABLE kernel_supersession (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    by_id TEXT NOT NULL,
    PRIMARY KEY (province, id, by_id)
) STRICT;

-- Next place in each feed. Its row is locked by whoever appends, which makes seq follow the order of commits.
CREATE TABLE kernel_feed (
    province TEXT NOT NULL,
    priority INTEGER NOT NULL,
    next_seq INTEGER NOT NULL,
    PRIMARY KEY (province, priority)
) STRICT;

-- Public keys of devices, under each province in which they have made records.
CREATE TABLE kernel_device (
    province TEXT NOT NULL,
    id TEXT NOT NULL,               -- base64url of SHA-256 of the key
    public_key TEXT NOT NULL,       -- base64url of SPKI DER
    first_seen INTEGER NOT NULL,    -- ms UTC
    PRIMARY KEY (province, id)
) STRICT;
