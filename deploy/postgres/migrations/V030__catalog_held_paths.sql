-- A draft or scheduled revision holds its path without changing what the path leads to now. A row of kind 3 is only held; the columns of
-- reservations, which nobody makes any more, go.
ALTER TABLE catalog.paths ADD COLUMN holder_key bigint REFERENCES catalog.articles ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE catalog.paths DROP COLUMN owner, DROP COLUMN expire_time;
CREATE INDEX paths_holder ON catalog.paths (holder_key) WHERE holder_key IS NOT NULL;
