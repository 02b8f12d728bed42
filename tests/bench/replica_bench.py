"""A replica's copy: filled from a recorded export, opened again, given to a sibling; what it takes on disk and in memory.

Catalog and wire are not in it: the export is a file. The articles have 3 kB of text each, recombined from real texts (digital.gov).
"""

import gzip
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

import programs

SHARED = pathlib.Path(os.environ.get("DATELINE_SHARED_DATA", programs.TOP.parent / "shared" / "data"))


def add_options(parser):
    parser.add_argument("--folder", help="where the stream and the copies go; a temporary folder by default")


def write_texts(file):
    with gzip.open(SHARED / "digitalgov-news" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines, open(file, "w", encoding="utf-8") as out:
        for line in lines:
            # Pieces are cut anywhere: of bytes that are a character each.
            body = " ".join(json.loads(line).get("body", "").split()).encode("ascii", "ignore").decode()
            if len(body) > 500:
                print(body, file=out)


def run(options):
    articles = options.articles or 1_000_000
    program = programs.build(options.build, "replica_load") / "replica_load"
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        folder = pathlib.Path(folder)
        write_texts(folder / "texts")
        subprocess.run([program, "record", folder / "stream", folder / "texts", str(articles), str(options.seed)], check=True)
        print(f"seed {options.seed}; {articles} articles, a stream of {(folder / 'stream').stat().st_size / 1e9:.2f} GB", flush=True)
        rounds = []
        for _ in range(options.rounds):
            rounds.append(measure(program, "fill", folder / "stream", folder / "copy") | measure(program, "open", folder / "copy"))
        report(rounds)


def measure(*command):
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(answer.stdout.splitlines()[-1])


def report(rounds):
    def median(value):
        return statistics.median(value(one) for one in rounds)

    print(f"filled: {median(lambda one: one['articles'] / one['fill_s']):,.0f} articles/s")
    print(f"opened again: {median(lambda one: one['restart_s']) * 1000:.0f} ms")
    print(f"copied to a sibling: {median(lambda one: one['checkpoint_s'] / (one['bytes'] / 1e9)):.2f} s a GB, without the wire")
    print(f"on disk: {median(lambda one: one['bytes'] / one['articles']):,.0f} bytes an article")
    print(f"private memory: {median(lambda one: one['filling_bytes']) / 2**20:.0f} MiB while filling, "
          f"{median(lambda one: one['private_bytes']) / 2**20:.0f} MiB once open")
