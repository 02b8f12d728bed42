-- What ingestion keeps: its sources, the log of fetches, and what could not be taken. Only its own role reads and writes here.
CREATE SCHEMA ingestion;
GRANT USAGE ON SCHEMA ingestion TO dateline_ingestion;

CREATE TABLE ingestion.sources (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL,
  publication text COLLATE "C" NOT NULL,
  -- Numbers of dateline.ingestion.v1.SourceState.
  state smallint NOT NULL,
  -- dateline.ingestion.v1.Source as people wrote it, without credentials, state and health.
  message bytea COMPRESSION lz4 NOT NULL,
  version bigint NOT NULL DEFAULT 1,
  create_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  update_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The request that made it, and a hash of its content: repeating it gives the same answer (AIP-155).
  create_request_id text,
  create_hash text,
  -- How its entries are told apart, see services/ingestion/identify/keys.h; it only ever grows.
  key_form smallint NOT NULL DEFAULT 0,
  -- Validators of the last document that was delivered, byte for byte.
  http_etag text NOT NULL DEFAULT '',
  http_last_modified text NOT NULL DEFAULT '',
  last_fetch_time timestamptz,
  last_success_time timestamptz,
  next_fetch_time timestamptz,
  consecutive_failures integer NOT NULL DEFAULT 0,
  last_error text NOT NULL DEFAULT '',
  -- The lease of whoever fetches it now. The epoch goes with each delivery, so that a late one is refused.
  lease_until timestamptz,
  lease_epoch bigint NOT NULL DEFAULT 0,
  CONSTRAINT sources_id_key UNIQUE (id)
);
CREATE INDEX sources_due_idx ON ingestion.sources (next_fetch_time) WHERE state = 1 AND next_fetch_time IS NOT NULL;

-- Apart from the sources, so that nothing that reads those can show a secret by mistake.
CREATE TABLE ingestion.credentials (
  source_key bigint PRIMARY KEY REFERENCES ingestion.sources ON DELETE CASCADE,
  message bytea NOT NULL
);

CREATE TABLE ingestion.fetches (
  source_key bigint NOT NULL REFERENCES ingestion.sources ON DELETE CASCADE,
  number bigint GENERATED ALWAYS AS IDENTITY,
  start_time timestamptz NOT NULL,
  -- dateline.ingestion.v1.Fetch
  message bytea COMPRESSION lz4 NOT NULL,
  PRIMARY KEY (source_key, number)
);

CREATE TABLE ingestion.rejects (
  source_key bigint NOT NULL REFERENCES ingestion.sources ON DELETE CASCADE,
  number bigint GENERATED ALWAYS AS IDENTITY,
  -- The same document or entry refused again for the same reason is one reject.
  digest text NOT NULL,
  entry_position integer NOT NULL,
  title text NOT NULL,
  -- google.rpc.Status
  error bytea NOT NULL,
  content bytea COMPRESSION lz4 NOT NULL,
  create_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (source_key, number),
  CONSTRAINT rejects_digest_key UNIQUE (source_key, digest)
);
CREATE INDEX rejects_create_time_idx ON ingestion.rejects (create_time);

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ingestion TO dateline_ingestion;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA ingestion TO dateline_ingestion;
