-- What a server keeps besides the records: who may sign in, what they read, how often somebody asked. No table here grows with
-- the number of records.

CREATE TABLE server_setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE server_user (
    name TEXT NOT NULL PRIMARY KEY,     -- as it stands in Record.author
    password TEXT NOT NULL,             -- Argon2id, with salt and costs
    must_change INTEGER NOT NULL,       -- 1: the password was given by somebody else
    disabled_at INTEGER,                -- ms UTC
    created_at INTEGER NOT NULL         -- ms UTC
) STRICT;

CREATE TABLE server_grant (
    user_name TEXT NOT NULL,
    role TEXT NOT NULL,                 -- name_of(Role)
    unit TEXT NOT NULL,                 -- GSO code or 'VN'
    from_at INTEGER NOT NULL,           -- ms UTC
    until_at INTEGER NOT NULL,          -- ms UTC; the largest number: without end
    granted_by TEXT NOT NULL,           -- user, or 'console'
    PRIMARY KEY (user_name, role, unit),
    FOREIGN KEY (user_name) REFERENCES server_user (name)
) STRICT;

CREATE TABLE server_session (
    token_hash TEXT NOT NULL PRIMARY KEY,  -- base64url of SHA-256: whoever reads this table cannot sign in with it
    user_name TEXT NOT NULL,
    created_at INTEGER NOT NULL,           -- ms UTC
    seen_at INTEGER NOT NULL,              -- ms UTC, to the minute
    expires_at INTEGER NOT NULL            -- ms UTC
) STRICT;
CREATE INDEX server_session_user ON server_session (user_name);

-- Token buckets: one row for each device, user, telephone or address that asked lately. Addresses and telephones are keyed hashes.
CREATE TABLE server_rate (
    name TEXT NOT NULL PRIMARY KEY,
    tokens INTEGER NOT NULL,            -- thousandths
    at INTEGER NOT NULL                 -- ms UTC of the last change
) STRICT;
CREATE INDEX server_rate_at ON server_rate (at);

-- Telephone numbers that wait for their code. No number is kept, only its keyed hash.
CREATE TABLE server_challenge (
    phone_hash TEXT NOT NULL,
    device TEXT NOT NULL,               -- key id
    code_hash TEXT NOT NULL,
    tries INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,        -- ms UTC
    PRIMARY KEY (phone_hash, device)
) STRICT;

-- Devices whose holder has shown that the telephone is theirs.
CREATE TABLE server_phone (
    device TEXT NOT NULL,
    phone_hash TEXT NOT NULL,
    confirmed_at INTEGER NOT NULL,      -- ms UTC
    PRIMARY KEY (device, phone_hash)
) STRICT;

-- Public keys that sign receipts: any instance answers for the receipts of all.
CREATE TABLE server_key (
    id TEXT NOT NULL PRIMARY KEY,       -- base64url of SHA-256 of the key
    public_key TEXT NOT NULL,           -- base64url of SPKI DER
    from_at INTEGER NOT NULL            -- ms UTC
) STRICT;

-- Who read data of identifiable people. Without clinical content and without the people: what was asked, where, how many rows.
CREATE TABLE server_audit (
    id TEXT NOT NULL PRIMARY KEY,       -- UUIDv7
    at INTEGER NOT NULL,                -- ms UTC
    user_name TEXT NOT NULL,
    roles TEXT NOT NULL,                -- active grants, "role@unit,role@unit"
    purpose TEXT NOT NULL,              -- as the client gave it, or ''
    question TEXT NOT NULL,             -- name of the query, or "feed"
    unit TEXT NOT NULL,
    row_count INTEGER NOT NULL
) STRICT;
CREATE INDEX server_audit_user ON server_audit (user_name, at);

-- A device is looked for by its key alone when it asks for its own records.
CREATE INDEX server_device_key ON kernel_device (id);
