#!/usr/bin/python3
"""Calls every method of the catalog's services, and reads from PostgreSQL's log the plans of all statements that they and the catalog's
workers make among many articles: none reads a whole large table.

DATELINE_ROUNDS  from 50 on there are 1,000,000 articles instead of 50,000
"""

import collections
import json
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fuzz" / "methods"))

import methods_fuzz_test  # noqa: E402

ARTICLES = 1_000_000 if int(os.environ.get("DATELINE_ROUNDS", "0")) >= 50 else 50_000
LARGE = {"articles", "article_revisions", "article_topics", "article_authors", "origins", "identities", "paths", "changes", "audit"}
# Statements that may scan a large table: a part of the text, and why.
SCANS = {"LIMIT 10001) AS counted": "GetStatus counts up to this bound and takes the planner's estimate beyond it"}
# A partition of a day on which nothing happened is read whole for nothing.
FEW_ROWS = 1_000
# Made in parts, none of which takes long.
PART = 50_000
TOPICS = """
INSERT INTO catalog.topics (id, version, digest, state, kind, folded, message)
  SELECT 'many-' || n, 1, 0, 2, 5, 'many ' || n, '' FROM generate_series(0, 199) n"""
DATA = """
INSERT INTO catalog.articles (id, publication_key, path, state, language, publish_time, expire_time, embargo_time, revision, live_revision,
    version, digest, simhash)
  SELECT 'many-' || n, p.key, '/many/' || n, CASE WHEN n % 500 = 0 THEN 1 WHEN n % 700 = 0 THEN 6 ELSE 2 END, 'en',
    now() - n * interval '1 minute', CASE WHEN n % 900 = 1 THEN now() - interval '1 hour' END,
    CASE WHEN n % 900 = 2 THEN now() + interval '1 day' END, 1, 1, 1, 0, (random() * 4e18)::bigint
  FROM generate_series({first}, {last}) n, catalog.publications p WHERE p.id = 'test';
CREATE TEMPORARY TABLE made AS SELECT a.key, a.publication_key, a.id, a.path, n FROM generate_series({first}, {last}) n
  JOIN catalog.articles a ON a.id = 'many-' || n;
INSERT INTO catalog.article_revisions (article_key, number, editor, snapshot) SELECT key, 1, 'sources/test', '' FROM made;
INSERT INTO catalog.article_topics (article_key, slot, position, topic_key, origin)
  SELECT m.key, 1, 0, t.key, 1 FROM made m JOIN catalog.topics t ON t.id = 'many-' || m.n % 200;
INSERT INTO catalog.article_topics (article_key, slot, position, topic_key, origin)
  SELECT m.key, 1, 1, t.key, 1 FROM made m JOIN catalog.topics t ON t.id = 'weather' WHERE m.n % 2 = 0;
INSERT INTO catalog.article_authors (article_key, slot, position, author_key)
  SELECT m.key, 1, 0, a.key FROM made m, catalog.authors a WHERE a.id = 'test';
INSERT INTO catalog.origins (article_key, source, entry_id, rank, winner, content_hash, observe_time, proposal)
  SELECT key, 'sources/test', id, 0, true, '', now(), CASE WHEN n % 1000 = 0 THEN ''::bytea END FROM made;
INSERT INTO catalog.identities (publication_key, kind, key, article_key) SELECT publication_key, 1, convert_to(id, 'UTF8'), key FROM made;
INSERT INTO catalog.paths (publication_key, path, kind, article_key) SELECT publication_key, path, 1, key FROM made;
INSERT INTO catalog.changes (kind, key, version, change_kind) SELECT 10, key, 1, 1 FROM made;
INSERT INTO catalog.audit (resource, method, caller, version) SELECT 'articles/' || id, 'CreateArticle', 'somebody', 1 FROM made;
"""
SETTINGS = {"session_preload_libraries": "auto_explain", "auto_explain.log_min_duration": "0", "auto_explain.log_format": "json",
            "auto_explain.log_nested_statements": "on"}
FILTERS = ("", "state = DRAFT", "state = PUBLISHED", "state = SCHEDULED OR state = EMBARGOED OR state = EXPIRED", "state = WITHDRAWN",
           "publication = publications/test", "topic = topics/many-7", "topic:topics/weather", "author = authors/test", "language = de",
           "source = sources/test", "has_proposal", "-has_proposal", "publish_time > 2100-01-01", "create_time < 2020-01-01",
           "modify_time >= 2020-01-01 AND modify_time < 2020-02-01", "topic = topics/many-7 OR author = authors/test")
ORDERS = ("", "create_time", "publish_time desc", "publish_time", "modify_time desc", "modify_time")


def nodes(plan):
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


class PlansTest(methods_fuzz_test.MethodsFuzzTest):
    """The data and the calls are those of the test of methods."""

    test_every_method = None

    def large_tables(self):
        """The tables, and partitions of tables, of LARGE that hold many rows."""
        rows = self.system.sql("SELECT relname, reltuples FROM pg_class WHERE relnamespace = 'catalog'::regnamespace AND relkind = 'r'")
        counts = {name: float(count) for name, count in (row.split("|") for row in rows)}
        return {name for name, count in counts.items() if count >= FEW_ROWS and re.sub(r"_\d{8}$", "", name) in LARGE}

    def fill(self):
        for name in ("query", "ingestion"):
            self.system.stop(name)
        self.system.sql(TOPICS)
        for first in range(1, ARTICLES + 1, PART):
            self.system.sql(DATA.format(first=first, last=first + PART - 1))
        self.system.sql("ANALYZE")
        for name, value in SETTINGS.items():
            self.system.sql(f"ALTER ROLE dateline_catalog SET {name} = '{value}'")
        self.log = pathlib.Path((self.system.folder / "postgres" / "home").read_text(encoding="utf-8").strip()) / "data" / "server.log"
        self.start = self.log.stat().st_size
        self.system.stop("catalog")
        self.system.start("catalog")
        self.caller.connect("catalog")

    def plans(self):
        """Each statement that was logged, with its plan."""
        text = self.log.read_bytes()[self.start:].decode("utf-8", "replace")
        for match in re.finditer(r" plan:\n((?:\t.*\n)+)", text):
            one = json.loads(match.group(1))
            yield one["Query Text"], one["Plan"]

    def call(self, method, data):
        answer = self.caller.call(method, [data], wait_for_ready=True)
        return f"{method.short}: {answer.code} {answer.message}" if answer.code != "OK" else None

    def test_no_statement_reads_a_large_table_whole(self):
        self.fill()
        large = self.large_tables()
        self.assertEqual({re.sub(r"_\d{8}$", "", name) for name in large}, LARGE)
        methods = [method for method in self.contract.methods if method.server == "catalog"]
        failed = [self.call(method, self.request(method).SerializeToString()) for method in methods]
        lists = next(method for method in methods if method.short == "CatalogService.ListArticles")
        for chosen in FILTERS:
            for order in ORDERS:
                failed.append(self.call(lists, lists.request(filter=chosen, order_by=order, page_size=50).SerializeToString()))
        self.assertEqual(list(filter(None, failed)), [])
        found, count = collections.Counter(), 0
        for query, plan in self.plans():
            count += 1
            if any(part in query for part in SCANS):
                continue
            for node in nodes(plan):
                if node["Node Type"] == "Seq Scan" and node["Relation Name"] in large:
                    found[f"{node['Relation Name']}: {' '.join(query.split())[:1500]}"] += 1
        print(f"{ARTICLES} articles, {len(methods)} methods, {count} plans", flush=True)
        # Each method makes some statements: without the plans nothing was shown.
        self.assertGreater(count, 3 * len(methods))
        self.assertEqual(dict(found), {})


if __name__ == "__main__":
    methods_fuzz_test.unittest.main()
