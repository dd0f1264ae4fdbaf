-- When the server received them: order and force follow its clock. On a device, and in rows from before: made_at.
ALTER TABLE riskmap_proposal ADD COLUMN received_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE riskmap_publication ADD COLUMN received_at INTEGER NOT NULL DEFAULT 0;
UPDATE riskmap_proposal SET received_at = made_at;
UPDATE riskmap_publication SET received_at = made_at;
-- Levels that the proposing officer wants public instead of those calculated, as JSON: [{unit, level, reason, documentNumber}].
ALTER TABLE riskmap_proposal ADD COLUMN overrides TEXT NOT NULL DEFAULT '[]';

CREATE INDEX riskmap_publication_day ON riskmap_publication (province, day, received_at, record_id);
CREATE INDEX riskmap_publication_proposal ON riskmap_publication (province, proposal);
CREATE INDEX riskmap_proposal_received ON riskmap_proposal (province, received_at, record_id);

-- Publications that count: of a proposal of the same day, that was there before and that somebody else prepared, and nothing changed in it.
CREATE VIEW riskmap_approved AS
SELECT p.province, p.record_id, p.received_at, p.day, p.proposal, q.received_at AS proposed_at, q.pack, q.pack_version, q.data_time, q.codes, q.levels,
    q.overrides
FROM riskmap_publication p
JOIN riskmap_proposal q ON q.province = p.province AND q.record_id = p.proposal
WHERE q.day = p.day AND q.author <> p.author AND q.received_at <= p.received_at AND p.overrides = '[]';
