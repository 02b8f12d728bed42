"""Many articles, topics and authors in a catalog: some hundreds are made by calls, and their rows multiplied.

Article n (from 1) has the id, the keys and the path that the functions below say; its kind, by n, is that of the template whose rows it
gets, with another name, path, title, topics, author and times in rows and snapshots. So every row is as its writer would have left it, but
for hashes that nothing compares. Few topics and authors have most articles (their share falls with their rank), and more articles are new
than old.
"""

import base64
import concurrent.futures
import gzip
import hashlib
import json
import math
import pathlib
import random
import re
import sys
import time

from scale_sql import INDEXES, JOINS, OWN, PARTS, REPLACED, SCHEMA, TABLES

PUBLICATION = "publications/scale"
SOURCE = "sources/scale"
FAR = "2100-01-01T00:00:00Z"
# Of a hundred articles, in their order; two that follow one another make a cluster.
SHARES = {"cluster": 4, "draft": 6, "scheduled": 2, "withdrawn": 1, "deleted": 2, "proposal": 4, "edited": 2, "embargoed": 1, "expired": 1,
          "revised": 5, "published": 72}
KINDS = [kind for kind, share in SHARES.items() for _ in range(share)]
TEMPLATES = {kind: 200 if kind == "published" else 20 for kind in SHARES}
PART = 25_000
WORKERS = 2
# Settings of PostgreSQL that are off meanwhile.
NOT_WHILE_FILLING = ("fsync", "full_page_writes", "autovacuum")


def kind_of(n):
    return KINDS[n % 100]


def id_of(n):
    return hashlib.md5(str(n).encode()).hexdigest()


def path_of(n):
    return f"/news/{n % 97}/{id_of(n)[:12]}"


def key_of(kind, n):
    """An identity's key."""
    return hashlib.md5(f"{kind}-{n}".encode()).digest()


def topic(rank):
    return f"topics/t{rank}"


def author(rank):
    return f"authors/a{rank}"


def texts(folder):
    """(title, HTML, text) of real stories of some 2 KB."""
    file = pathlib.Path(folder) / "reuters21578" / "reuters21578.jsonl.gz"
    if not file.exists():
        sys.exit(f"shared data is absent: {file}")
    found = []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            story = json.loads(line)
            if not 1500 <= len(story["body"]) <= 2600 or not story["title"]:
                continue
            body = re.sub(r"[<>&\x00-\x09\x0b-\x1f]", " ", story["body"])
            paragraphs = [" ".join(part.split()) for part in re.split(r"\n {4}", body)]
            html = "".join(f"<p>{part}</p>" for part in paragraphs).replace('"', "&quot;")
            found.append((" ".join(story["title"].split())[:60], html, "\n\n".join(paragraphs)))
    return found


def rank(chance, count):
    """The rank of a topic or an author by chance; the first is drawn most often."""
    return int(math.exp(chance.random() * math.log(count)))


def item(text, n, topics, writer, title=None):
    """A delivery's item as of JSON."""
    title = title or f"{text[0]} {n}"
    return {"article": {"title": title, "bodyHtml": text[1], "language": "en", "canonicalUrl": f"https://feed.example/{n}",
                        "topics": [{"topic": one, "origin": "TOPIC_ORIGIN_FEED"} for one in topics], "bylines": [{"author": writer}]},
            "entryId": f"https://feed.example/{n}", "contentHash": base64.b64encode(hashlib.md5(title.encode()).digest()).decode(),
            "simhash": str(int.from_bytes(hashlib.md5(f"simhash-{n}".encode()).digest()[:8], "little")),
            "derived": {"bodyText": text[2], "wordCount": len(text[2].split()), "teaserSource": "TEASER_SOURCE_BODY"},
            "keys": [{"kind": name, "key": base64.b64encode(key_of(kind, n)).decode()}
                     for kind, name in ((1, "IDENTITY_KIND_ENTRY"), (2, "IDENTITY_KIND_URL"))]}


def delivery(items):
    return {"source": SOURCE, "publication": PUBLICATION, "items": items}


def content(text, n, topics, writer, **more):
    """An editor's article as of JSON."""
    return {"publication": PUBLICATION, "title": f"{text[0]} {n}", "bodyHtml": text[1], "language": "en",
            "topics": [{"topic": one} for one in topics], "bylines": [{"author": writer}], **more}


class Filler:
    """Fills the catalog of `system` (scale_system)."""

    def __init__(self, system, options, stories):
        self.system = system
        self.articles, self.topics, self.authors = options.articles, options.topics, options.authors
        self.texts = stories
        self.chance = random.Random(options.seed)

    def fill(self):
        start = time.monotonic()
        self.system.set(dict.fromkeys(NOT_WHILE_FILLING, "off"))
        self.make_vocabulary()
        templates = [(kind, self.make_template(kind, number)) for kind, count in TEMPLATES.items() for number in range(count)]
        print(f"{self.topics} topics, {self.authors} authors and {len(templates)} articles made by calls in "
              f"{time.monotonic() - start:.0f} s", flush=True)
        start = time.monotonic()
        self.multiply(templates)
        size = self.system.sql("SELECT pg_size_pretty(pg_database_size(current_database()))")[0]
        print(f"{self.articles} articles made of them in {time.monotonic() - start:.0f} s; the database has {size}", flush=True)

    def make_vocabulary(self):
        must = self.system.must
        must("CatalogService.CreatePublication", {"publication_id": "scale", "publication": {"title": "Scale"}})
        for n in range(20):
            must("CatalogService.CreatePublication", {"publication_id": f"other{n}", "publication": {"title": f"Other {n}"}})
        self.must_all("CatalogService.CreateAuthor", [
            {"author_id": f"a{n}", "author": {"display_name": f"Author {n}", "bio": self.texts[n % len(self.texts)][2][:300]}}
            for n in range(1, self.authors + 1)])
        # Each wave stands below the one before; every tenth topic has two parents.
        waves = [range(1, 21), range(21, 401), range(401, self.topics + 1)]
        for number, wave in enumerate(waves):
            above = list(waves[number - 1]) if number else []
            self.must_all("CatalogService.CreateTopic", [
                {"topic_id": f"t{n}", "topic": {
                    "display_name": f"Topic {n}", "aliases": [f"Alias {n}", f"Also {n}"], "display_names": {"de": f"Thema {n}"},
                    "parents": [topic(one) for one in sorted(set(self.chance.sample(above, 2 if n % 10 == 0 else 1)))] if above else []}}
                for n in wave])

    def must_all(self, short, requests):
        result = self.system.load(short, requests, 8)
        if result["failed"] or result["calls"] != len(requests):
            sys.exit(f"{short}: {result}")

    def make_template(self, kind, number):
        """Makes an article of a kind by calls; its id."""
        must = self.system.must
        text = self.texts[number % len(self.texts)]
        n = f"{kind}-{number}"
        topics, writer = [topic(1 + number % 20)], author(1 + number % self.authors)

        def created(publish=True, **more):
            return must("CatalogService.CreateArticle", {
                "article": content(text, n, topics, writer, **more), "publish": publish}).record.name

        def delivered(title=None):
            return must("IntakeService.BatchUpsertArticles", delivery([item(text, n, topics, writer, title)])).results[0].article

        if kind in ("published", "cluster"):
            name = delivered()
            if kind == "cluster":
                must("CatalogService.JoinClusters", {"articles": [name, created()]})
        elif kind == "revised":
            name = [delivered(title) for title in (None, f"Changed {n}", f"Changed again {n}")][0]
        elif kind == "proposal":
            name = delivered()
            must("CatalogService.UpdateArticle", {
                "article": {"name": name, "title": f"Edited {n}"}, "updateMask": "title", "publish": True})
            delivered(f"Changed {n}")
        elif kind in ("draft", "scheduled"):
            name = created(publish=False)
            if kind == "scheduled":
                must("CatalogService.ScheduleArticle", {"name": name, "scheduleTime": FAR})
        else:
            name = created(**{"embargoed": {"embargoTime": FAR}, "expired": {"expireTime": "2021-01-01T00:00:00Z"}}.get(kind, {}))
            if kind == "withdrawn":
                must("CatalogService.WithdrawArticle", {"name": name, "withdrawal": {"kind": "WITHDRAWAL_KIND_GONE"}})
            elif kind == "deleted":
                must("CatalogService.DeleteArticle", {"name": name})
            elif kind == "edited":
                must("CatalogService.UpdateArticle", {"article": {"name": name, "title": f"Draft {n}"}, "updateMask": "title"})
        return name.removeprefix("articles/")

    def multiply(self, templates):
        sql = self.system.sql
        sql(SCHEMA)
        ordinals = {}
        rows = []
        for kind, article in templates:
            ordinals[kind] = ordinals.get(kind, -1) + 1
            rows.append(f"('{kind}', {ordinals[kind]}, '{article}')")
        sql("INSERT INTO bench.templates SELECT v.kind, v.ordinal, a.key FROM (VALUES " + ", ".join(rows) + ") AS v(kind, ordinal, id) "
            "JOIN catalog.articles a ON a.id = v.id")
        sql("INSERT INTO bench.kinds VALUES " + ", ".join(f"({i}, '{kind}', {TEMPLATES[kind]})" for i, kind in enumerate(KINDS)))
        self.strip_snapshots()
        sql("INSERT INTO bench.topic_ranks SELECT substr(id, 2)::int, key FROM catalog.topics;"
            "INSERT INTO bench.author_ranks SELECT substr(id, 2)::int, key FROM catalog.authors; ANALYZE")
        base, clusters = (int(one) for one in sql("SELECT max(key) FROM catalog.articles; SELECT max(key) FROM catalog.clusters"))
        indexes = sql(INDEXES)
        for line in indexes:
            sql(f"DROP INDEX catalog.{line.split('|')[0]}")
        self.at_once([PARTS.format(
            first=first, last=min(first + PART - 1, self.articles), base=base, clusters=clusters, articles=self.articles,
            topics=self.topics, authors=self.authors, inserts=self.inserts()) for first in range(1, self.articles + 1, PART)])
        sql(f"SELECT setval(pg_get_serial_sequence('catalog.articles', 'key'), {base + self.articles});"
            f"SELECT setval(pg_get_serial_sequence('catalog.clusters', 'key'), {clusters + self.articles})")
        self.at_once(["SET maintenance_work_mem = '512MB'; " + line.split("|", 1)[1] for line in indexes])
        self.at_once([f"VACUUM ANALYZE catalog.{table}" for table in (*TABLES, "clusters", "topics")])
        sql("DROP SCHEMA bench CASCADE; ANALYZE")
        self.system.set(dict.fromkeys(NOT_WHILE_FILLING))
        sql("CHECKPOINT")

    def at_once(self, statements):
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as workers:
            for _ in workers.map(self.system.sql, statements):
                pass

    def strip_snapshots(self):
        """Keeps the templates' snapshots without what each article has of its own."""
        article = self.system.contract.message("dateline.content.v1.Article")
        rows = []
        for line in self.system.sql("SELECT r.article_key, r.number, encode(r.snapshot, 'hex') FROM catalog.article_revisions r "
                                    "JOIN bench.templates t ON t.key = r.article_key"):
            key, number, snapshot = line.split("|")
            message = article.FromString(bytes.fromhex(snapshot))
            title = message.title
            for field in ("name", "path", "title", "topics", "bylines", "publish_time"):
                message.ClearField(field)
            rows.append(f"({key}, {number}, convert_from('\\x{title.encode().hex()}', 'UTF8'), '\\x{message.SerializeToString().hex()}')")
        self.system.sql("INSERT INTO bench.snapshots VALUES " + ",\n".join(rows))

    def inserts(self):
        """The statements that give the articles of bench's table `made` the rows of their templates."""
        statements = []
        for table in TABLES:
            if table in REPLACED:
                statements.append(REPLACED[table])
                continue
            columns = self.system.sql("SELECT attname FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped AND attidentity <> 'a' AND "
                                      f"attrelid = 'catalog.{table}'::regclass")
            values = [OWN.get(table, {}).get(column, OWN[""].get(column, f"t.{column}")) for column in columns]
            statements.append(f"INSERT INTO catalog.{table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM made m "
                              f"JOIN catalog.{table} t ON {JOINS.get(table, 't.article_key = m.template')};")
        return "\n".join(statements)
