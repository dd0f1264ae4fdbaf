-- Whose turn it is to write in a province. The row is locked by whoever writes about records of that province, from before it reads
-- what it will change until its commit: what two transactions fold at the same moment would otherwise be seen by neither.
CREATE TABLE kernel_turn (
    province TEXT NOT NULL PRIMARY KEY,
    turns INTEGER NOT NULL          -- taken so far
) STRICT;
