-- Manners that all ingestion processes keep together, why a source is paused, and subscriptions to hubs (WebSub).
ALTER TABLE ingestion.hosts
  -- The fetch under way: until when it is believed to live, and the epoch of its lease, which alone may end it.
  ADD COLUMN busy_until timestamptz,
  ADD COLUMN holder bigint NOT NULL DEFAULT 0,
  -- What 429 and 503 asked for. `not_before` is the pause between two fetches.
  ADD COLUMN patience_until timestamptz,
  -- robots.txt: the delay that it asks us to keep, in seconds, and until when that is believed.
  ADD COLUMN crawl_delay_seconds integer NOT NULL DEFAULT 0,
  ADD COLUMN robots_until timestamptz;

ALTER TABLE ingestion.sources
  ADD COLUMN pause_time timestamptz,
  ADD COLUMN pause_reason text NOT NULL DEFAULT '',
  ADD COLUMN pause_by text NOT NULL DEFAULT '',
  -- SHA-256 of the document that was delivered last: servers without validators send the same bytes again and again.
  ADD COLUMN document_digest bytea NOT NULL DEFAULT '',
  -- dateline.ingestion.v1.Feed with nothing but skip_hours and skip_days of that document, which hold until the next.
  ADD COLUMN skip_times bytea NOT NULL DEFAULT '';

-- One subscription a source. The secret is here for the same reason as the credentials are apart: nothing that reads sources shows it.
CREATE TABLE ingestion.subscriptions (
  source_key bigint PRIMARY KEY REFERENCES ingestion.sources ON DELETE CASCADE,
  -- 128 random bits, the last part of the callback's path.
  token text COLLATE "C" NOT NULL,
  secret text NOT NULL,
  hub text NOT NULL,
  topic text NOT NULL,
  -- When the hub is asked (again): whoever asks it puts that off first. Attempts since it confirmed last.
  next_attempt timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempts integer NOT NULL DEFAULT 0,
  -- Until when the hub may verify what it was asked; NULL if it was not asked.
  pending_until timestamptz,
  -- Until when the hub pushes; NULL if it never confirmed.
  lease_until timestamptz,
  -- The last push that was signed well, and the last time that a push made the source due.
  push_time timestamptz,
  push_poll_time timestamptz,
  pushes bigint NOT NULL DEFAULT 0,
  bad_pushes bigint NOT NULL DEFAULT 0,
  last_error text NOT NULL DEFAULT '',
  CONSTRAINT subscriptions_token_key UNIQUE (token)
);
CREATE INDEX subscriptions_next_attempt_idx ON ingestion.subscriptions (next_attempt);

GRANT SELECT, INSERT, UPDATE, DELETE ON ingestion.subscriptions TO dateline_ingestion;
