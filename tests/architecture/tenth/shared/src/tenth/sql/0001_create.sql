-- Notes that officials pin to a unit, and how many red declarations they were told of.
CREATE TABLE tenth_note (
    province TEXT NOT NULL,
    id TEXT NOT NULL,        -- record id
    unit TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (province, id)
) STRICT;

CREATE TABLE tenth_red (
    province TEXT NOT NULL,
    unit TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (province, unit)
) STRICT;
