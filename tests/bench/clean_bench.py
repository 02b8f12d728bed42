"""Cleaning HTML beside gumbo's bare parse, over the bodies of real feeds, in one run.

`run(options)` reads from `options`: rounds, build (folder of the bench preset) and data (a folder of feeds, or the folder with
wild-feeds/feeds.tar.xz; else DATELINE_SHARED_DATA, else ../shared/data beside the repository; without feeds the bodies are made).
Rounds take turns at random; the table shows medians of CPU time, so that other work on the machine counts little. Cleaning includes
plain text, word count, images and links. Both sides use the same arena. The aims: cleaning at 0.85 of the bare parse's speed, and
4,000 items a second on a core.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tarfile
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
NAMES = {"BM_GumboParseWithArena": "gumbo's bare parse", "BM_CleanHtml": "cleaning"}


def build(folder):
    with open(os.devnull, "w", encoding="utf-8") as quiet:
        subprocess.run(["cmake", "--preset", "bench", "-B", folder], cwd=TOP, check=True, stdout=quiet)
        subprocess.run(["ninja", "-C", folder, "clean_benchmark"], cwd=TOP, check=True, stdout=quiet)
    return pathlib.Path(folder) / "bench" / "clean_benchmark"


def feeds(options, scratch):
    """The folder with the feeds to read, None if there are none."""
    data = getattr(options, "data", None) or os.environ.get("DATELINE_SHARED_DATA") or TOP.parent / "shared" / "data"
    data = pathlib.Path(data)
    archive = data / "wild-feeds" / "feeds.tar.xz"
    if archive.exists():
        with tarfile.open(archive) as packed:
            packed.extractall(scratch)
        return pathlib.Path(scratch)
    return data if data.is_dir() and any(data.iterdir()) else None


def measure(program, folder, rounds):
    """Name -> runs, each as Google Benchmark writes it."""
    environment = dict(os.environ)
    environment.pop("DATELINE_BENCH_FEEDS", None)
    if folder is not None:
        environment["DATELINE_BENCH_FEEDS"] = str(folder)
    answer = subprocess.run(
        [program, f"--benchmark_repetitions={rounds}", "--benchmark_enable_random_interleaving=true", "--benchmark_format=json"],
        env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    runs = {name: [] for name in NAMES}
    for run in json.loads(answer)["benchmarks"]:
        if run["run_type"] == "iteration":
            runs[run["run_name"]].append(run)
    return runs


def report(runs):
    any_run = runs["BM_CleanHtml"][0]
    print(f"\n{'':<20}{'items/s':>10}{'lowest':>10}{'highest':>10}{'MB/s':>8}{'µs an item':>12}{'of the parse':>14}")
    speed = {name: statistics.median(run["items_per_second"] for run in found) for name, found in runs.items()}
    for name, found in runs.items():
        rates = [run["items_per_second"] for run in found]
        megabytes = statistics.median(run["bytes_per_second"] for run in found) / 1e6
        print(f"{NAMES[name]:<20}{speed[name]:>10.0f}{min(rates):>10.0f}{max(rates):>10.0f}{megabytes:>8.1f}"
              f"{1e6 / speed[name]:>12.0f}{speed[name] / speed['BM_GumboParseWithArena']:>13.2f} ×")
    print(f"\nMedians of the rounds, CPU time of one core. {any_run['bodies']:.0f} bodies, mean {any_run['mean_bytes']:.0f} bytes, "
          f"median {any_run['median_bytes']:.0f} bytes.")


def run(options):
    program = build(options.build)
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as scratch:
        folder = feeds(options, scratch)
        print(f"clean: {'bodies of real feeds' if folder else 'made bodies'}, {options.rounds} rounds, {os.cpu_count()} processors",
              flush=True)
        report(measure(program, folder, options.rounds))
    return 0


if __name__ == "__main__":
    sys.exit("run it as tests/bench/run clean")
