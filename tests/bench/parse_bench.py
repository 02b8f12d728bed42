"""Parsing of captured feeds, against libxml2's bare reader and Python's feedparser.

Reads all XML files of shared/data/wild-feeds: decoding and parsing in MB/s beside libxml2's xmlTextReader over the same bytes in the same
process (aim 0.45), and parsing with cleaning beside feedparser with its sanitising and link resolution on (aim 15). Rounds take turns; the
table shows medians. feedparser is Debian's python3-feedparser, run by the system's Python.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from programs import TOP, build

DATA = TOP.parent / "shared" / "data"
# Prints the seconds that one pass over the files takes, with feedparser's defaults.
FEEDPARSER = """
import pathlib, sys, time
import feedparser
files = [p.read_bytes() for p in sorted(pathlib.Path(sys.argv[1]).rglob("*")) if p.is_file()]
files = [b for b in files if b.lstrip(b" \\r\\n\\t\\xef\\xbb\\xbf").startswith(b"<")]
start = time.perf_counter()
entries = sum(len(feedparser.parse(b).entries) for b in files)
print(time.perf_counter() - start, entries)
"""


def add_options(parser):
    parser.add_argument("--shared-data", default=str(DATA), help="folder with wild-feeds")


def run(options):
    programs = build(options.build, "parse_benchmark")
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        archive = pathlib.Path(options.shared_data) / "wild-feeds" / "feeds.tar.xz"
        subprocess.run(["tar", "xJf", archive, "-C", folder], check=True)
        seconds, python = {}, []
        for _ in range(options.rounds):
            ours = json.loads(subprocess.run([programs / "parse_benchmark", folder, "3"], check=True, capture_output=True, text=True).stdout)
            for name in ("parse", "parse_clean", "reader", "sax"):
                seconds.setdefault(name, []).append(statistics.median(ours[name]))
            python.append(float(subprocess.run(["/usr/bin/python3", "-c", FEEDPARSER, folder], check=True, capture_output=True,
                                               text=True).stdout.split()[0]))
    seconds["feedparser"] = python
    print(f"parse: {ours['files']} XML files, {ours['bytes'] / 1e6:.1f} MB, {ours['entries']} entries, {options.rounds} rounds")
    names = {"reader": "libxml2 xmlTextReader", "sax": "libxml2 SAX, no handlers", "parse": "decode + parse",
             "parse_clean": "decode + parse + clean", "feedparser": "feedparser, sanitising"}
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    print(f"\n{'':<26}{'MB/s':>8}{'lowest':>9}{'highest':>9}{'entries/s':>11}")
    for name, label in names.items():
        rate = ours["bytes"] / 1e6
        print(f"{label:<26}{rate / medians[name]:>8.1f}{rate / max(seconds[name]):>9.1f}{rate / min(seconds[name]):>9.1f}"
              f"{ours['entries'] / medians[name]:>11.0f}")
    print(f"\ndecode + parse is {medians['reader'] / medians['parse']:.2f} × the bare reader (aim 0.45); "
          f"with cleaning {medians['feedparser'] / medians['parse_clean']:.1f} × feedparser (aim 15).")
    sys.stdout.flush()
