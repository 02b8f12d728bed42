"""The SQL of scale_data.py: rows of articles multiplied in parts, each by one transaction."""

# The tables with rows of articles, in the order of their references; partitions belong to their tables.
TABLES = ("articles", "article_revisions", "article_topics", "article_authors", "origins", "identities", "paths", "changes", "audit")
# What rows have of their own instead of their template's: by table, and in all of them.
OWN = {
    "": {"article_key": "m.key", "holder_key": "CASE WHEN t.holder_key IS NOT NULL THEN m.key END", "change_xid": "pg_current_xact_id()"},
    "articles": {
        "key": "m.key", "id": "m.id", "path": "CASE WHEN t.path IS NOT NULL THEN m.path END", "create_time": "m.create_time",
        "publish_time": "CASE WHEN t.publish_time > now() THEN t.publish_time ELSE m.publish_time END",
        "first_publish_time": "CASE WHEN t.first_publish_time IS NOT NULL THEN m.publish_time END",
        "simhash": "CASE WHEN t.simhash <> 0 THEN hashint8extended(m.n, 77) ELSE 0 END", "digest": "hashint8extended(m.n, 78)",
        "cluster_key": "CASE WHEN t.cluster_key IS NOT NULL THEN m.cluster_key END"},
    "article_revisions": {"create_time": "m.create_time + t.number * interval '1 second'",
                          "snapshot": "s.rest || bench.field('\\x0a', 'articles/' || m.id) || bench.field('\\x1a', m.path) || "
                                      "bench.field('\\x3a', left(s.title, 60) || ' ' || m.n) || m.topics || m.author || m.publish_field"},
    "origins": {"entry_id": "'https://feed.example/' || m.n", "create_time": "m.create_time"},
    "identities": {"key": "decode(md5(t.kind || '-' || m.n), 'hex')"},
    "paths": {"path": "m.path", "digest": "hashint8extended(m.n, 79)"},
    "changes": {"key": "m.key", "xid": "pg_current_xact_id()", "at": "clock_timestamp()"},
    "audit": {"resource": "'articles/' || m.id", "at": "clock_timestamp()", "seq": "nextval('catalog.audit_numbers')"},
}
JOINS = {"articles": "t.key = m.template", "changes": "t.kind = 60 AND t.key = m.template",
         "audit": "t.resource = 'articles/' || m.template_id",
         "article_revisions": "t.article_key = m.template JOIN bench.snapshots s ON s.article_key = t.article_key AND s.number = t.number"}
# Those whose targets are drawn anew, in the slots that the template has.
REPLACED = {
    "article_topics": """INSERT INTO catalog.article_topics (article_key, slot, position, topic_key, origin)
  SELECT m.key, s.slot, d.position, r.key, 2 FROM made m JOIN drawn d ON d.n = m.n JOIN bench.topic_ranks r ON r.rank = d.rank,
    LATERAL (SELECT DISTINCT slot FROM catalog.article_topics WHERE article_key = m.template) s;""",
    "article_authors": """INSERT INTO catalog.article_authors (article_key, slot, position, author_key)
  SELECT m.key, s.slot, 0, r.key FROM made m JOIN bench.author_ranks r ON r.rank = m.author_rank,
    LATERAL (SELECT DISTINCT slot FROM catalog.article_authors WHERE article_key = m.template) s;""",
}
SCHEMA = """
CREATE SCHEMA bench;
CREATE TABLE bench.templates (kind text, ordinal int, key bigint PRIMARY KEY);
CREATE TABLE bench.kinds (number int PRIMARY KEY, kind text, templates int);
CREATE TABLE bench.snapshots (article_key bigint, number int, title text, rest bytea, PRIMARY KEY (article_key, number));
CREATE TABLE bench.topic_ranks (rank int PRIMARY KEY, key bigint);
CREATE TABLE bench.author_ranks (rank int PRIMARY KEY, key bigint);
-- A field of an encoded message: the tag, the length (below 128) and the value.
CREATE FUNCTION bench.field(tag bytea, value bytea) RETURNS bytea IMMUTABLE LANGUAGE sql AS
  $$ SELECT tag || set_byte('\\x00'::bytea, 0, octet_length(value)) || value $$;
CREATE FUNCTION bench.field(tag bytea, value text) RETURNS bytea IMMUTABLE LANGUAGE sql AS
  $$ SELECT bench.field(tag, convert_to(value, 'UTF8')) $$;
-- Article.publish_time with whole seconds, which take five bytes in these decades.
CREATE FUNCTION bench.publish_field(at timestamptz) RETURNS bytea IMMUTABLE LANGUAGE sql AS $$
  SELECT set_byte(set_byte(set_byte(set_byte(set_byte('\\xd20106080000000000'::bytea, 4, (s & 127 | 128)::int),
    5, (s >> 7 & 127 | 128)::int), 6, (s >> 14 & 127 | 128)::int), 7, (s >> 21 & 127 | 128)::int), 8, (s >> 28)::int)
  FROM (SELECT floor(extract(epoch FROM at))::bigint AS s) x $$;
-- A number from 0 to 1 by chance, the same for the same arguments.
CREATE FUNCTION bench.chance(n bigint, seed int) RETURNS float8 IMMUTABLE LANGUAGE sql AS
  $$ SELECT (hashint8extended(n, seed) & 9007199254740991) / 9007199254740992.0::float8 $$;
"""
# All indexes but those of constraints, of tables that are no partitions.
INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_class t ON t.oid = i.indrelid WHERE t.relnamespace = 'catalog'::regnamespace AND t.relkind = 'r' AND NOT t.relispartition
  AND t.relname IN (""" + ", ".join(f"'{table}'" for table in TABLES) + """)
  AND NOT EXISTS (SELECT FROM pg_constraint x WHERE x.conindid = i.indexrelid)"""
PARTS = """
BEGIN;
SET LOCAL session_replication_role = replica;
CREATE TEMPORARY TABLE drawn AS
  SELECT n, (row_number() OVER (PARTITION BY n ORDER BY i) - 1)::smallint AS position, rank
  FROM (SELECT DISTINCT ON (n, rank) n, i, rank FROM (
    SELECT n, i, floor(exp(bench.chance(n, i) * ln({topics}::float8)))::int AS rank
    FROM generate_series({first}::bigint, {last}) n, generate_series(1, (1 + n % 4)::int) i) x ORDER BY n, rank, i) y;
CREATE TEMPORARY TABLE made AS
  SELECT n, {base} + n AS key, t.key AS template, a.id AS template_id, md5(n::text) AS id,
    '/news/' || n % 97 || '/' || left(md5(n::text), 12) AS path, {clusters} + 1 + n / 2 AS cluster_key,
    floor(exp(bench.chance(n, 11) * ln({authors}::float8)))::int AS author_rank, at AS create_time,
    date_trunc('second', at - bench.chance(n, 12) * interval '1 day') AS publish_time, ''::bytea AS topics, ''::bytea AS author,
    ''::bytea AS publish_field
  FROM (SELECT n, now() - interval '1 hour' - interval '3650 days' * power(1 - n / {articles}::float8, 2) AS at
    FROM generate_series({first}::bigint, {last}) n) x
  JOIN bench.kinds k ON k.number = n % 100 JOIN bench.templates t ON t.kind = k.kind AND t.ordinal = n / 100 % k.templates
  JOIN catalog.articles a ON a.key = t.key;
UPDATE made m SET publish_field = bench.publish_field(m.publish_time), topics = d.topics,
  author = bench.field('\\x6a', bench.field('\\x0a', 'authors/a' || m.author_rank))
  FROM (SELECT n, string_agg(bench.field('\\x72', bench.field('\\x0a', 'topics/t' || rank) || '\\x1002'::bytea), ''::bytea
      ORDER BY position) AS topics FROM drawn GROUP BY n) d WHERE d.n = m.n;
CREATE INDEX ON drawn (n);
ANALYZE made;
ANALYZE drawn;
INSERT INTO catalog.clusters (key, id) OVERRIDING SYSTEM VALUE
  SELECT DISTINCT m.cluster_key, 'c' || md5(m.cluster_key::text) FROM made m JOIN catalog.articles a ON a.key = m.template
  WHERE a.cluster_key IS NOT NULL ON CONFLICT DO NOTHING;
{inserts}
COMMIT;
"""
