-- Who keeps copies of articles, what was taken down, and who has said that his copies are clean.
CREATE TABLE catalog.consumers (
  id text COLLATE "C" PRIMARY KEY,
  lease_duration interval NOT NULL,
  lease_expire_time timestamptz NOT NULL
);

CREATE TABLE catalog.takedowns (
  article_key bigint PRIMARY KEY REFERENCES catalog.articles,
  takedown_time timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A row for each consumer that was present at the takedown; their numbers rise with the takedowns.
CREATE TABLE catalog.takedown_receipts (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  article_key bigint NOT NULL REFERENCES catalog.takedowns,
  consumer text COLLATE "C" NOT NULL REFERENCES catalog.consumers,
  acknowledge_time timestamptz,
  UNIQUE (article_key, consumer)
);

-- An editor took the article out of its cluster: no machine puts it into one again.
ALTER TABLE catalog.articles ADD COLUMN no_clustering boolean NOT NULL DEFAULT false;

-- Which topics an article has left, and the version that did it: who follows one topic is told of that.
CREATE TABLE catalog.left_topics (
  article_key bigint NOT NULL REFERENCES catalog.articles ON DELETE CASCADE,
  topic_key bigint NOT NULL REFERENCES catalog.topics,
  version bigint NOT NULL,
  PRIMARY KEY (article_key, topic_key)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON catalog.consumers, catalog.takedowns, catalog.takedown_receipts, catalog.left_topics
TO dateline_catalog;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA catalog TO dateline_catalog;
