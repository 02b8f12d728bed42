-- Polling on schedule and with manners, shared by all ingestion processes; and requests that may be repeated.
ALTER TABLE ingestion.sources
  -- Host and port of its address; written at every change of the source and after every fetch.
  ADD COLUMN host text COLLATE "C" NOT NULL DEFAULT '',
  -- The interval that its last document gave, before jitter; 0 if there was none yet.
  ADD COLUMN interval_seconds integer NOT NULL DEFAULT 0,
  -- Where permanent redirects lead to and since when: adopted once it has held.
  ADD COLUMN moved_to text NOT NULL DEFAULT '',
  ADD COLUMN moved_since timestamptz,
  DROP COLUMN create_request_id,
  DROP COLUMN create_hash;

-- A source that is deleted and made again goes on with higher epochs, as the catalog remembers the highest.
CREATE SEQUENCE ingestion.lease_epochs;
SELECT setval('ingestion.lease_epochs', (SELECT coalesce(max(lease_epoch), 0) + 1 FROM ingestion.sources));

-- Until when a host is to be left alone: one fetch at a time, a pause between two, and as long as Retry-After says.
CREATE TABLE ingestion.hosts (
  host text COLLATE "C" PRIMARY KEY,
  not_before timestamptz NOT NULL
);

-- Requests of the last day that carried a request id (AIP-155).
CREATE TABLE ingestion.requests (
  caller text NOT NULL,
  method text NOT NULL,
  request_id text NOT NULL,
  -- SHA-256 of the request without secrets.
  fingerprint text NOT NULL,
  source_id text COLLATE "C" NOT NULL,
  create_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (caller, method, request_id)
);
CREATE INDEX requests_create_time_idx ON ingestion.requests (create_time);

GRANT SELECT, INSERT, UPDATE, DELETE ON ingestion.hosts, ingestion.requests TO dateline_ingestion;
GRANT USAGE ON SEQUENCE ingestion.lease_epochs TO dateline_ingestion;
