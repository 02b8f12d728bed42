"""Search over news texts, against Xapian alone and PostgreSQL's full text.

Makes --texts articles of some 400 words out of paragraphs of Reuters and digitalgov, indexes them (articles a second with the compaction,
bytes on disk each) and runs --queries queries of one, two and three words and of a phrase: by services/query/search without and with
highlights, by Xapian's own parser and match without snippets (aim of ours: 0.85 and 0.5 of its speed), and by PostgreSQL with a GIN index and
ts_rank (aim: 10 times its speed). Rounds take turns; p50 and p99 in milliseconds. --top FILE writes the first ten of 50 queries of both
side by side, to be read by eye.
"""

import gzip
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile
import time

import list_bench
from programs import TOP, build

DATA = TOP.parent / "shared" / "data"
KINDS = {"one word": 1, "two words": 2, "three words": 3, "phrase": 2}
WORD = re.compile(r"[a-z]{4,}")


def add_options(parser):
    parser.add_argument("--texts", type=int, default=100_000, help="articles that are searched")
    parser.add_argument("--queries", type=int, default=200, help="of each kind")
    parser.add_argument("--search-data", default=str(DATA), help="folder with reuters21578 and digitalgov-news")
    parser.add_argument("--top", help="file for the first ten of 50 queries")


def stories(folder):
    for name in ("reuters21578/reuters21578.jsonl.gz", "digitalgov-news/articles.jsonl.gz"):
        with gzip.open(pathlib.Path(folder) / name, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def recombined(options, chance):
    """Titles with texts of 400 words, each text out of whole stories and parts of them that were drawn."""
    read = [(" ".join((story.get("title") or "").split()), (story.get("body") or "").split()) for story in stories(options.search_data)]
    titles = [title for title, _ in read if title]
    bodies = [body for _, body in read if len(body) > 20]
    for _ in range(options.texts):
        words = []
        while len(words) < 400:
            body = chance.choice(bodies)
            begin = chance.randrange(max(1, len(body) - 100))
            words += body[begin:begin + 100 + chance.randrange(100)]
        yield chance.choice(titles), " ".join(words[:400])


def queries(texts, options, chance):
    """Words that stand near each other in a text, as people ask for what they know of."""
    for kind, size in KINDS.items():
        made = 0
        while made < options.queries:
            words = chance.choice(texts)[1].lower().split()
            at = chance.randrange(len(words) - 8)
            near = words[at:at + (2 if kind == "phrase" else 8)]
            if kind == "phrase":
                fit = near if all(WORD.fullmatch(word) for word in near) else []
            else:
                fit = chance.sample(near, len(near))
                fit = [word for word in fit if WORD.fullmatch(word)][:size]
            if len(fit) == size:
                made += 1
                yield kind, f'"{" ".join(fit)}"' if kind == "phrase" else " ".join(fit)


class Postgres(list_bench.Postgres):

    def load(self, texts):
        with open(pathlib.Path(self.folder, "texts.csv"), "w", encoding="utf-8") as out:
            for number, (title, body) in enumerate(texts, 1):
                title, body = (text.replace("\\", " ").replace("\t", " ") for text in (title, body))
                out.write(f"{number}\t{title}\t{body}\n")
        os.chmod(pathlib.Path(self.folder, "texts.csv"), 0o644)
        self.ask("CREATE TABLE articles (id int PRIMARY KEY, title text, body text, words tsvector GENERATED ALWAYS AS "
                 "(setweight(to_tsvector('english', title), 'A') || to_tsvector('english', body)) STORED);\n"
                 "\\copy articles (id, title, body) from 'texts.csv'\n"
                 "CREATE INDEX ON articles USING gin (words);\nVACUUM ANALYZE articles;\n")

    def ask(self, sql):
        return subprocess.run([*self.as_user, list_bench.POSTGRES / "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
                               "--set=ON_ERROR_STOP=1", f"--host={self.folder}", "--username=bench", "postgres"],
                              cwd=self.folder, input=sql, check=True, capture_output=True, text=True).stdout

    def search(self, asked):
        """For each query its milliseconds and its first ten."""
        sql = "PREPARE find (text) AS SELECT id FROM articles, websearch_to_tsquery('english', $1) q WHERE words @@ q " \
              "ORDER BY ts_rank(words, q) DESC, id DESC LIMIT 10;\n\\timing on\n"
        sql += "".join("EXECUTE find('" + query.replace("'", "''") + "');\n" for _, query in asked)
        results, ids = [], []
        for line in self.ask(sql).splitlines():
            if line.startswith("Time: "):
                results.append((float(line.split()[1]), ids))
                ids = []
            elif line:
                ids.append(int(line))
        return results


def table(measured, postgres):
    print(f"indexing: {measured['articles_per_second']:.0f} articles/s, {measured['bytes_per_article']} bytes each on disk")
    print(f"{'':14}{'search p50':>12}{'p99':>9}{'highlights p50':>16}{'p99':>9}{'Xapian p50':>12}{'p99':>9}{'PostgreSQL p50':>16}{'p99':>9}")
    for kind in KINDS:
        times = sorted(postgres[kind])
        cells = [measured[name][kind][p] for name in ("dateline", "dateline_highlighted", "xapian") for p in ("p50", "p99")]
        cells += [times[len(times) // 2], times[len(times) * 99 // 100]]
        print(f"{kind:14}" + "".join(f"{cell:{width}.2f}" for cell, width in zip(cells, (12, 9, 16, 9, 12, 9, 16, 9))))


def write_top(file, asked, texts, ours, theirs):
    with open(file, "w", encoding="utf-8") as out:
        for number in range(0, len(asked), max(1, len(asked) // 50)):
            out.write(f"## {asked[number][1]}\n")
            for a, b in zip((ours[number] + [0] * 10)[:10], (theirs[number] + [0] * 10)[:10]):
                left, right = (texts[key - 1][0] if key else "" for key in (a, b))
                out.write(f"{a:8} {left[:60]:60} | {b:8} {right[:60]}\n")


def run(options):
    print(f"search: {options.texts} texts, seed {options.seed}", flush=True)
    programs = build(options.build, "search_benchmark")
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        texts = list(recombined(options, chance))
        asked = list(queries(texts, options, chance))
        for name, rows in (("texts.tsv", texts), ("queries.tsv", asked)):
            pathlib.Path(folder, name).write_text("".join(f"{a}\t{b}\n" for a, b in rows), encoding="utf-8")
        measured = json.loads(subprocess.run(
            [programs / "search_benchmark", "texts.tsv", "queries.tsv", "index", str(options.rounds)],
            cwd=folder, check=True, capture_output=True, text=True).stdout)
        postgres = Postgres(folder)
        try:
            start = time.perf_counter()
            postgres.load(texts)
            print(f"PostgreSQL: {options.texts / (time.perf_counter() - start):.0f} articles/s")
            times = {kind: [] for kind in KINDS}
            for _ in range(options.rounds):
                found = postgres.search(asked)
                for (kind, _), (ms, _) in zip(asked, found):
                    times[kind].append(ms)
        finally:
            postgres.stop()
    table(measured, times)
    if options.top:
        write_top(options.top, asked, texts, measured["top"], [ids for _, ids in found])
