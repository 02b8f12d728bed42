-- The same page by SQL: what the replica keeps, as tables with the index that the page wants.
CREATE TABLE articles (key bigint PRIMARY KEY, card bytea NOT NULL);
CREATE TABLE postings (
  topic bigint NOT NULL,
  publish_time timestamptz NOT NULL,
  article bigint NOT NULL,
  visible_from timestamptz NOT NULL,
  visible_until timestamptz NOT NULL
);
\copy articles FROM 'articles.tsv'
\copy postings FROM 'postings.tsv'
CREATE INDEX postings_page ON postings (topic, publish_time DESC, article) INCLUDE (visible_from, visible_until);
VACUUM ANALYZE;
