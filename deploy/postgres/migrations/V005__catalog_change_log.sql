-- One row for every write, in the write's own transaction. Readers take rows in the order (xid, seq) below the oldest running
-- transaction, so nothing can ever appear behind them.
CREATE TABLE catalog.changes (
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  seq bigint GENERATED ALWAYS AS IDENTITY,
  kind smallint NOT NULL CHECK (kind IN (10, 20, 30, 40, 50, 60)),  -- catalog.v1.ResourceKind
  key bigint NOT NULL,
  version bigint NOT NULL,
  change_kind smallint NOT NULL CHECK (change_kind BETWEEN 1 AND 4),  -- catalog.v1.ChangeKind
  at timestamptz NOT NULL DEFAULT clock_timestamp()
) PARTITION BY RANGE (at);
CREATE INDEX changes_position ON catalog.changes (xid, seq);

-- The log's identity and its floor: positions below it have been dropped.
CREATE TABLE catalog.log_meta (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  log_id text NOT NULL,
  floor_xid xid8 NOT NULL,
  floor_seq bigint NOT NULL
);
INSERT INTO catalog.log_meta (log_id, floor_xid, floor_seq)
VALUES (replace(gen_random_uuid()::text, '-', ''), '0', 0);

-- Answers of writes that carried a request_id, by caller and method; names and numbers, never content.
CREATE TABLE catalog.request_ids (
  caller text NOT NULL,
  method text NOT NULL,
  request_id text NOT NULL,
  fingerprint bytea NOT NULL,
  resource_key bigint NOT NULL,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
) PARTITION BY RANGE (at);
CREATE INDEX request_ids_lookup ON catalog.request_ids (request_id, method, caller);

-- Who did what to which resource; never content. What sources deliver is recorded in article_revisions.
CREATE TABLE catalog.audit (
  resource text NOT NULL,
  method text NOT NULL,
  caller text NOT NULL,
  reason text NOT NULL DEFAULT '',
  version bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
) PARTITION BY RANGE (at);
CREATE INDEX audit_resource ON catalog.audit (resource, at);

-- Makes the daily partitions from yesterday to `ahead` days ahead and drops those that ended more than `retain` ago, moving the
-- log's floor in the same transaction. Returns how many were made or dropped. Runs with the migrator's rights, so that the
-- catalog's role needs none on tables' definitions.
CREATE FUNCTION catalog.maintain_partitions(parent text, retain interval, ahead integer)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  today date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
  cutoff date := ((clock_timestamp() - retain) AT TIME ZONE 'UTC')::date;
  part text;
  top record;
  touched integer := 0;
BEGIN
  IF parent NOT IN ('changes', 'request_ids', 'audit') THEN
    RAISE EXCEPTION 'catalog.% has no partitions by time', parent USING ERRCODE = 'invalid_parameter_value';
  END IF;
  FOR part IN
    SELECT format('%s_%s', parent, to_char(d, 'YYYYMMDD')) FROM generate_series(today - 1, today + ahead, interval '1 day') AS d
  LOOP
    IF to_regclass(format('catalog.%I', part)) IS NULL THEN
      -- Made apart and then attached: attaching does not block the log's readers and writers.
      EXECUTE format('CREATE TABLE catalog.%I (LIKE catalog.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, parent);
      EXECUTE format('ALTER TABLE catalog.%I ATTACH PARTITION catalog.%I FOR VALUES FROM (%L) TO (%L)', parent, part,
                     to_date(right(part, 8), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC',
                     (to_date(right(part, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC');
      touched := touched + 1;
    END IF;
  END LOOP;
  FOR part IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = format('catalog.%I', parent)::regclass AND to_date(right(c.relname, 8), 'YYYYMMDD') + 1 <= cutoff
      AND to_date(right(c.relname, 8), 'YYYYMMDD') < today - 1
  LOOP
    IF parent = 'changes' THEN
      EXECUTE format('SELECT xid, seq FROM catalog.%I ORDER BY xid DESC, seq DESC LIMIT 1', part) INTO top;
      UPDATE catalog.log_meta SET floor_xid = top.xid, floor_seq = top.seq
      WHERE (floor_xid, floor_seq) < (top.xid, top.seq);
    END IF;
    EXECUTE format('DROP TABLE catalog.%I', part);
    touched := touched + 1;
  END LOOP;
  RETURN touched;
END
$$;

-- After a logical restore: transaction numbers start anew, so the old log means nothing. Every reader reconciles.
CREATE FUNCTION catalog.renew_log() RETURNS void LANGUAGE sql AS $$
  TRUNCATE catalog.changes;
  UPDATE catalog.log_meta SET log_id = replace(gen_random_uuid()::text, '-', ''), floor_xid = pg_current_xact_id(), floor_seq = 0;
$$;

SELECT catalog.maintain_partitions('changes', '7 days', 7);
SELECT catalog.maintain_partitions('request_ids', '2 days', 7);
SELECT catalog.maintain_partitions('audit', '400 days', 7);
