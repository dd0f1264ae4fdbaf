-- The pack of rules that a declaration was judged by: a program that knows a newer one leaves it as it was.
ALTER TABLE declaration_entry ADD COLUMN pack TEXT NOT NULL DEFAULT 'triage-1';
