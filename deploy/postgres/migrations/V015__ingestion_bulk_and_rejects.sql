-- Items of bulk streams that carried a request id, with the answer that they were given first: names, outcomes and positions, never
-- content. An item that is on its way has no answer yet. Kept for a day.
CREATE TABLE ingestion.item_requests (
  caller text COLLATE "C" NOT NULL,
  request_id text COLLATE "C" NOT NULL,
  fingerprint bytea NOT NULL,         -- SHA-256 of the item
  answer bytea,                       -- dateline.ingestion.v1.IngestArticlesResponse
  create_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (caller, request_id)
);
CREATE INDEX item_requests_create_time_idx ON ingestion.item_requests (create_time);

-- How much a source's rejects take, so that their bound is kept without counting them, and how many were given up for it. Its lock
-- puts the writers of one source's rejects in a row.
CREATE TABLE ingestion.reject_totals (
  source_key bigint PRIMARY KEY REFERENCES ingestion.sources ON DELETE CASCADE,
  bytes bigint NOT NULL DEFAULT 0,
  dropped bigint NOT NULL DEFAULT 0
);
INSERT INTO ingestion.reject_totals (source_key, bytes)
SELECT source_key, sum(octet_length(content)) FROM ingestion.rejects GROUP BY source_key;

GRANT SELECT, INSERT, UPDATE, DELETE ON ingestion.item_requests, ingestion.reject_totals TO dateline_ingestion;
