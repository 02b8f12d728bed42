#!/usr/bin/env python3
"""Sums up the JUnit files that CTest wrote, one per label.

    report.py FOLDER REQUIRED_LABEL…

Prints a table of programs, cases and time per label, the slowest tests with the reason that tests/slow_tests.txt gives, and ends with
`N passed, N failed`. Fails if a test failed, if a file cannot be read, or if a required label ran no test. Cases are counted from what GoogleTest and unittest print; any other program is one case.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree


REASONS = pathlib.Path(__file__).with_name("slow_tests.txt")
SLOWEST = 10


def reasons():
    """{test: why it is slow}."""
    lines = (line.split(None, 1) for line in REASONS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {words[0]: words[1] for words in lines if len(words) == 2}


def print_slowest(programs):
    known = reasons()
    print(f"\n{'slowest':<32}{'seconds':>8}  why")
    for seconds, name in sorted(programs, reverse=True)[:SLOWEST]:
        print(f"{name:<32}{seconds:>8.1f}  {known.get(name, '-')}")


def count(patterns, text):
    return sum(int(n) for pattern in patterns for n in re.findall(pattern, text, re.MULTILINE))


def cases_of(program):
    """(passed, failed, skipped) of one program."""
    output = program.findtext("system-out") or ""
    succeeded = program.get("status") == "run" and program.find("failure") is None
    if program.find("skipped") is not None or program.get("status") in ("notrun", "disabled"):
        # CTest could not run it at all, e.g. for want of its executable.
        return (0, 1, 0)
    skipped = count([r"^\[  SKIPPED \] (\d+) test", r"skipped=(\d+)"], output)
    failed = count([r"^\[  FAILED  \] (\d+) tests?, listed", r"failures=(\d+)", r"errors=(\d+)"], output)
    ran = count([r"^\[  PASSED  \] (\d+) test", r"^Ran (\d+) tests? in"], output)
    if "Ran " in output:
        ran -= failed + count([r"skipped=(\d+)"], output)
    if succeeded:
        return (max(ran, 0 if skipped else 1), 0, skipped)
    return (max(ran, 0), max(failed, 1), skipped)


def main(folder, required):
    rows, timed = [], []
    for file in sorted(pathlib.Path(folder).glob("*.xml")):
        programs = list(ElementTree.parse(file).getroot().iter("testcase"))
        timed += [(float(program.get("time") or 0), program.get("name")) for program in programs]
        counts = [cases_of(program) for program in programs]
        seconds = sum(one[0] for one in timed[-len(programs):]) if programs else 0.0
        rows.append((file.stem, len(programs), *(sum(column) for column in zip(*counts)), seconds) if programs
                    else (file.stem, 0, 0, 0, 0, 0.0))
    print(f"\n{'label':<14}{'programs':>9}{'passed':>9}{'failed':>9}{'skipped':>9}{'seconds':>10}")
    for row in rows:
        print("{:<14}{:>9}{:>9}{:>9}{:>9}{:>10.1f}".format(*row))
    print_slowest(timed)
    with_tests = {row[0] for row in rows if row[1] > 0}
    absent = [label for label in required if label not in with_tests]
    for label in absent:
        print(f"label {label} ran no test", file=sys.stderr)
    passed = sum(row[2] for row in rows)
    failed = sum(row[3] for row in rows) + len(absent)
    print(f"\n{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
