-- Categories of feeds that name no topic yet, counted, so that an editor sees which matter.
CREATE TABLE ingestion.topic_proposals (
  key text COLLATE "C" PRIMARY KEY,   -- The term folded: spellings are one.
  term text NOT NULL,                 -- As it came last.
  topic text NOT NULL DEFAULT '',     -- Proposed for it; empty if there is none.
  entries bigint NOT NULL,
  first_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  sources text[] NOT NULL,
  examples text[] NOT NULL
);
CREATE INDEX topic_proposals_by_entries ON ingestion.topic_proposals (entries DESC, key);

GRANT SELECT, INSERT, UPDATE, DELETE ON ingestion.topic_proposals TO dateline_ingestion;
