"""How long a committed write takes to show in query servers, with one and with three of them.

A whole system of the bench preset on a durable PostgreSQL. Two loads: 50 calls a second that upsert 20 articles each, and 100 calls a second
of one article. The lag is from the write's answer until the last server lists the article, asked every half millisecond; reads with the
write's own position must show it at once. Rounds take turns, each on a new database.
"""

import json
import os
import statistics
import subprocess
import sys

from programs import TOP, build

LOADS = {"1,000 articles/s, 20 a call": (50, 20), "100 articles/s, 1 a call": (100, 1)}
SERVERS = (1, 3)


def add_options(parser):
    parser.add_argument("--freshness-seconds", type=int, default=10)


def one_round(system, probe, servers, load, seconds):
    """What the probe prints, of a system with so many query servers."""
    calls, articles = load
    with system.System() as dateline:
        names = ["query", *(f"query{number}" for number in range(2, servers + 1))]
        for name in names[1:]:
            dateline.add_server(name)
            dateline.start(name, "--consumer", name, program="query")
        for name in names:
            address = dateline.addresses[name]
            system.wait_until(f"{name} serves", lambda address=address: well(system, dateline, address))
        answer = subprocess.run(
            [probe, dateline.addresses["catalog"], ",".join(dateline.addresses[name] for name in names), str(calls), str(seconds), str(articles)],
            capture_output=True, text=True, timeout=seconds + 120, check=True).stdout
    figures = json.loads(answer)
    if figures["failed"] or figures["not_visible"]:
        sys.exit(f"writes failed or did not show: {answer}")
    return figures


def well(system, dateline, query):
    """Whether all is well with the query server at an address."""
    addresses = {**dateline.addresses, "query": query}
    return subprocess.run([str(system.BIN / "dateline"), *(f"--{name}={addresses[name]}" for name in system.SERVICES), "status"],
                          capture_output=True, check=False).returncode == 0


def run(options):
    folder = build(options.build, "freshness_probe", "dateline-catalog", "dateline-ingestion", "dateline-query", "dateline").parent
    os.environ["DATELINE_BIN"] = str(folder / "bin")
    sys.path.insert(0, str(TOP / "tests" / "e2e"))
    import system  # pylint: disable=import-outside-toplevel,import-error

    print(f"freshness: {options.rounds} rounds of {options.freshness_seconds} s, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}",
          flush=True)
    results = {(servers, load): [] for servers in SERVERS for load in LOADS}
    for _ in range(options.rounds):
        for servers, load in results:
            results[servers, load].append(one_round(system, folder / "tests" / "freshness_probe", servers, LOADS[load],
                                                    options.freshness_seconds))
    print(f"\n{'servers':<9}{'load':<30}{'calls/s':>9}{'median ms':>11}{'p99 ms':>9}{'max ms':>9}{'samples':>9}")
    for (servers, load), rounds in results.items():
        middle = {name: statistics.median(figures[name] for figures in rounds) for name in ("rate", "median_ms", "p99_ms", "max_ms")}
        print(f"{servers:<9}{load:<30}{middle['rate']:>9.0f}{middle['median_ms']:>11.1f}{middle['p99_ms']:>9.1f}{middle['max_ms']:>9.1f}"
              f"{sum(figures['samples'] for figures in rounds):>9}")
    print("\nMedians of the rounds.")
