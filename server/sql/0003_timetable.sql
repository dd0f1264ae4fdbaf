-- What was made for an hour of a system's timetable: whoever writes the row makes it, however many servers there are.
CREATE TABLE server_timetable (
    system TEXT NOT NULL,
    due_at INTEGER NOT NULL,            -- ms UTC: the hour
    province TEXT NOT NULL,
    made_at INTEGER NOT NULL,           -- ms UTC
    records INTEGER NOT NULL,           -- 0: there was nothing to say
    PRIMARY KEY (system, due_at, province)
) STRICT;
