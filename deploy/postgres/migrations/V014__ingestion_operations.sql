-- Work of more than some seconds (google.longrunning): what was asked for, how far it is, and who works at it until when. Whoever has
-- the lease goes on where the last one came to; every write of the work can be repeated.
CREATE TABLE ingestion.operations (
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,   -- In the order of creation.
  id text COLLATE "C" PRIMARY KEY,
  request bytea NOT NULL,             -- ingestion.v1.RetagArticlesRequest
  metadata bytea NOT NULL,            -- ingestion.v1.RetagArticlesMetadata, without the times
  cursor text NOT NULL DEFAULT '',    -- Where to go on.
  position text NOT NULL DEFAULT '',  -- Of the last write.
  cancel_requested boolean NOT NULL DEFAULT false,
  done boolean NOT NULL DEFAULT false,
  error bytea,                        -- google.rpc.Status of one that failed or was cancelled
  lease_epoch bigint NOT NULL DEFAULT 0,
  lease_until timestamptz,
  create_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  update_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  end_time timestamptz
);
CREATE INDEX operations_open ON ingestion.operations (number) WHERE NOT done;
CREATE INDEX operations_ended ON ingestion.operations (end_time) WHERE done;

GRANT SELECT, INSERT, UPDATE, DELETE ON ingestion.operations TO dateline_ingestion;
