-- What is read most: schema `query`, written by the query servers alone. Figures, not content: an article is known by its id.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dateline_query') THEN
    BEGIN
      CREATE ROLE dateline_query LOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;  -- Roles belong to the cluster: another database's migration was faster.
    END;
  END IF;
END
$$;
-- An open writing transaction anywhere in the cluster holds the change feed back, so none may stay open for long.
ALTER ROLE dateline_query SET idle_in_transaction_session_timeout = '2s';
ALTER ROLE dateline_query SET lock_timeout = '2s';
ALTER ROLE dateline_query SET statement_timeout = '5s';

CREATE SCHEMA query;
GRANT USAGE ON SCHEMA query TO dateline_query;

-- A read counts half after an hour, a day or a week. What is stored is the logarithm of the decayed count at an instant plus the instant
-- times the rate of decay: it stays right while time passes, so an index keeps the order, and nothing has to be decayed.
CREATE TABLE query.read_scores (
  article_id text COLLATE "C" PRIMARY KEY,
  hour_score double precision NOT NULL,
  day_score double precision NOT NULL,
  week_score double precision NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX read_scores_hour ON query.read_scores (hour_score DESC);
CREATE INDEX read_scores_day ON query.read_scores (day_score DESC);
CREATE INDEX read_scores_week ON query.read_scores (week_score DESC);

-- Reports that were counted, for 24 hours: the same request_id of a caller counts once (AIP-155).
CREATE TABLE query.read_reports (
  caller text COLLATE "C" NOT NULL,
  request_id text COLLATE "C" NOT NULL,
  -- Of the counts, so that another content under the same id is noticed.
  fingerprint bigint NOT NULL,
  create_time timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, request_id)
);
CREATE INDEX read_reports_create_time ON query.read_reports (create_time);

GRANT SELECT, INSERT, UPDATE, DELETE ON query.read_scores, query.read_reports TO dateline_query;
