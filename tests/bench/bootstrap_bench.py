"""A new query server's first copy from a catalog, end to end, against PostgreSQL's COPY … TO of the same rows.

The catalog is filled as for the benchmark `scale`. A round starts a query server on an empty folder and waits until it serves (its search
index is made behind that), and copies the rows that the export reads (articles, their live and scheduled revisions, topics and authors) as
text by psql to nowhere, one statement after the other. Then `dateline status --verify` compares the copy with the catalog.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time

from programs import build

# What readers may know of, as the export chooses it.
ROWS = ("SELECT a.*, r.* FROM catalog.articles a LEFT JOIN catalog.article_revisions r ON r.article_key = a.key "
        "AND r.number IN (a.live_revision, a.scheduled_revision) WHERE a.live_revision > 0 OR a.scheduled_revision > 0",
        "SELECT * FROM catalog.article_topics", "SELECT * FROM catalog.article_authors", "SELECT * FROM catalog.topics",
        "SELECT * FROM catalog.authors", "SELECT * FROM catalog.paths WHERE kind = 2")


def add_options(parser):
    parser.add_argument("--bootstrap-articles", type=int, default=200_000)


def copy_rows(system):
    """Seconds that COPY takes."""
    start = time.monotonic()
    for rows in ROWS:
        with open(os.devnull, "wb") as nowhere:
            subprocess.run([str(system.postgres_command), "psql", str(system.folder / "postgres"), "-qc", f"COPY ({rows}) TO STDOUT"],
                           stdout=nowhere, check=True)
    return time.monotonic() - start


def fill_copy(system, modules):
    """Seconds until a new query server serves, and what it says of itself."""
    shutil.rmtree(system.folder / "query", ignore_errors=True)
    start = time.monotonic()
    system.start("query")
    modules.wait_until("the copy serves", lambda: system.call("query", "GetStatus", {}, deadlineMs=1000).get("response", {}).get("serving"),
                       seconds=3600)
    return time.monotonic() - start, system.call("query", "GetStatus", {})["response"]


def run(options):
    build(options.build, "dateline", "dateline-catalog", "dateline-query", "load_client")
    # pylint: disable=import-outside-toplevel
    import scale_data
    import scale_system
    modules, one = scale_system.make(options.build)
    options = argparse.Namespace(**{**vars(options), "articles": options.bootstrap_articles})
    print(f"bootstrap: {options.articles} articles, {options.rounds} rounds, seed {options.seed}, {os.cpu_count()} processors, "
          f"load {os.getloadavg()[0]:.1f}", flush=True)
    with one as system:
        system.postgres_command = modules.POSTGRES
        scale_data.Filler(system, options, scale_data.texts(modules.SHARED_DATA)).fill()
        system.restart_catalog()
        rounds = []
        for _ in range(options.rounds):
            copied = copy_rows(system)
            filled, status = fill_copy(system, modules)
            rounds.append((copied, filled))
            print(f"COPY {copied:.1f} s, copy of a query server {filled:.1f} s ({status['articles'] / filled:,.0f} revisions/s), "
                  f"ratio {copied / filled:.2f}", flush=True)
            if len(rounds) < options.rounds:
                system.stop("query", seconds=300)
        print(f"median ratio {statistics.median(copied / filled for copied, filled in rounds):.2f}; the copy takes "
              f"{int(status['storeBytes' if 'storeBytes' in status else 'store_bytes']) / 2**20:.0f} MiB", flush=True)
        start = time.monotonic()
        verified = subprocess.run([str(modules.BIN / "dateline"), f"--catalog={system.addresses['catalog']}",
                                   f"--query={system.addresses['query']}", "status", "--verify"], capture_output=True, text=True, check=False)
        print(f"{verified.stdout.splitlines()[-1]} ({time.monotonic() - start:.1f} s)")
        if "the replica equals the catalog" not in verified.stdout:
            sys.exit(verified.stdout + verified.stderr)
        system.stop("query", seconds=300)
