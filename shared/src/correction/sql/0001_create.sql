-- Requests as officials work with them, folded from the log. Days are counted from 1970-01-01 at UTC+7, instants are ms UTC.
CREATE TABLE correction_request (
    province TEXT NOT NULL,             -- that of the record's id
    id TEXT NOT NULL,                   -- record id
    district TEXT NOT NULL,             -- '' where the day has no districts
    ward TEXT NOT NULL,                 -- '' where the district has no communes
    device TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    certificate TEXT NOT NULL,          -- number of the certificate that is wrong
    wrong TEXT NOT NULL,                -- name, birthDate, document, vaccine, product, lot, date, dose, missingDose, other
    full_name TEXT NOT NULL,            -- for the list; the rest of the answers lies in the log alone
    phone TEXT NOT NULL,                -- E.164
    state TEXT NOT NULL,                -- received, taken, issued, refused
    ended_by TEXT NOT NULL,             -- record id of the step or ''
    ended_at INTEGER NOT NULL,          -- 0 while it is open
    PRIMARY KEY (province, id)
) STRICT;
CREATE INDEX correction_request_device ON correction_request (province, device);
CREATE INDEX correction_request_province ON correction_request (province, state, made_at, id);
CREATE INDEX correction_request_district ON correction_request (province, district, state, made_at, id);
CREATE INDEX correction_request_ward ON correction_request (province, ward, state, made_at, id);
CREATE INDEX correction_request_ended ON correction_request (province, ended_at, made_at);

-- What officials did about a request; may arrive before it.
CREATE TABLE correction_step (
    province TEXT NOT NULL,             -- of the request
    request TEXT NOT NULL,              -- record id
    id TEXT NOT NULL,                   -- record id of the step
    at INTEGER NOT NULL,
    action TEXT NOT NULL,               -- taken, refused, issued
    scope TEXT NOT NULL,                -- path of the unit for which it was made, 79/760/26734
    new_certificate TEXT NOT NULL,      -- number or ''
    PRIMARY KEY (province, request, id)
) STRICT;
CREATE INDEX correction_step_at ON correction_step (province, at);

-- What is left of requests after their retention: counts.
CREATE TABLE correction_daily (
    province TEXT NOT NULL,
    day INTEGER NOT NULL,               -- on which it was made
    district TEXT NOT NULL,
    ward TEXT NOT NULL,
    state TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (province, day, district, ward, state)
) STRICT;
