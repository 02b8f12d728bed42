#!/usr/bin/env python3
"""Checks of the sources that need clang's tools but no code of their own.

    analyse.py format                     clang-format over all tracked C++ sources
    analyse.py threads BUILD              clang -fsyntax-only -Wthread-safety over the production sources
    analyse.py tidy BUILD [SECONDS N [SINCE]]   clang-tidy over at most N changed sources, within SECONDS (default 900 and 80)

BUILD is a folder that has been configured and whose code has been generated; its compile commands are those of GCC and are rewritten for
clang. What a bound leaves out is printed. Changed means since the main line was left, or since the commit before, or since SINCE. A check
that finds nothing to look at where there must be something, or whose tool is missing, fails.

What clang-tidy found nothing in is remembered by the hash of all that it read, in $XDG_CACHE_HOME/dateline/tidy, and not read again.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
# Clang judges threads only; all other warnings are GCC's and the clang preset's.
THREAD_FLAGS = ["-fsyntax-only", "-w", "-Wthread-safety", "-Werror=thread-safety"]
# Of the findings in one source; the first tell what is wrong.
MOST_LINES = 60
# How long a source that nothing was found in is remembered.
MARKER_DAYS = 30
TEST_SUFFIXES = ("_test.cc", "_pgtest.cc", "_fuzz.cc", "_benchmark.cc", "_bench.cc")


def tool(name):
    path = shutil.which(name)
    if not path:
        sys.exit(f"error: {name} is missing: run deploy/local/install --ci")
    return path


def git(*arguments):
    result = subprocess.run(["git", *arguments], cwd=TOP, capture_output=True, text=True, check=False)
    return result.stdout.splitlines() if result.returncode == 0 else None


def tracked(*patterns):
    files = git("ls-files", "--", *patterns)
    if not files:
        sys.exit("error: git names no sources")
    return files


def clang_command(command):
    """GCC's command as clang's: no launcher, no precompiled header, no output."""
    words = iter(shlex.split(command))
    kept = []
    for word in words:
        if word == "-o" or (word == "-include" and kept):
            file = next(words)
            if word == "-include" and "cmake_pch" not in file:
                kept += [word, file]
        elif word in ("-Winvalid-pch", "-fpch-preprocess", "-Wno-error=invalid-pch", "-c"):
            pass
        else:
            kept.append(word)
    compiler = next(place for place, word in enumerate(kept) if pathlib.Path(word).name in ("c++", "g++", "clang++"))
    return [tool("clang++"), *kept[compiler + 1:]]


def commands(build):
    """{source relative to the top: (folder, clang's command)} of everything compiled that stands in the tree and is not generated."""
    entries = json.loads((pathlib.Path(build) / "compile_commands.json").read_text(encoding="utf-8"))
    build = pathlib.Path(build).resolve()
    answer = {}
    for entry in entries:
        file = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if file.suffix == ".cc" and file.is_relative_to(TOP) and not file.is_relative_to(build):
            answer[str(file.relative_to(TOP))] = (entry["directory"], clang_command(entry["command"]))
    if not answer:
        sys.exit(f"error: {build} compiles nothing")
    return answer


def run_all(jobs, seconds):
    """Runs {name: (folder, command)} on all cores. Answers the outputs of those that failed, and the names for which no time was left."""
    deadline = time.monotonic() + seconds
    failed, left_out = {}, []

    def one(item):
        name, (folder, command) = item
        left = deadline - time.monotonic()
        if left <= 0:
            return name, None
        try:
            return name, subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=left, check=False)
        except subprocess.TimeoutExpired:
            return name, None

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, result in pool.map(one, jobs.items()):
            if result is None:
                left_out.append(name)
            elif result.returncode != 0:
                failed[name] = result.stdout + result.stderr
    return failed, left_out


def say(failed):
    for name, output in failed.items():
        lines = output.splitlines()
        print("\n".join([f"--- {name}", *lines[:MOST_LINES], *(["…"] if len(lines) > MOST_LINES else [])]), file=sys.stderr)
    return 1 if failed else 0


def check_format():
    files = tracked("*.cc", "*.h")
    result = subprocess.run([tool("clang-format"), "--dry-run", "-Werror", *files], cwd=TOP, check=False)
    print(f"format: {len(files)} files")
    return result.returncode


def check_threads(build):
    jobs = {name: (folder, command + THREAD_FLAGS) for name, (folder, command) in commands(build).items()
            if name.startswith(("common/", "services/")) and not name.endswith(TEST_SUFFIXES) and "/testing/" not in name}
    failed, left_out = run_all(jobs, 20 * 60)
    print(f"thread safety: {len(jobs)} files, {len(failed)} with findings")
    # Nothing may be left out of a check of the whole.
    for name in left_out:
        failed[name] = "not checked: no time left"
    return say(failed)


def changed(since=None):
    """Sources that differ from where the main line was left; for a header, the source of the same name."""
    head = git("rev-parse", "HEAD")
    base = git("merge-base", "HEAD", since or "origin/main")
    if not base or (base == head and not since):
        base = git("rev-parse", "HEAD~1")
    names = git("diff", "--name-only", "--diff-filter=d", base[0], "--", "*.cc", "*.h") if base else None
    if names is None:
        sys.exit("error: git does not tell what has changed: is the history there?")
    return sorted({name.removesuffix(".h") + ".cc" if name.endswith(".h") else name for name in names})


def hash_of_input(folder, command, settings):
    """What a finding depends on: settings, command, and the source with all its headers and comments. None if it does not compile."""
    text = subprocess.run([*command, "-E", "-C", "-P"], cwd=folder, capture_output=True, check=False)
    return hashlib.sha256(b"\0".join([settings, *(word.encode() for word in command), text.stdout])).hexdigest() if text.returncode == 0 else None


def known_clean(jobs, settings):
    """{name: marker} of jobs {name: (folder, command)}: a marker that exists says that nothing was found in the same input."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "dateline" / "tidy"
    cache.mkdir(parents=True, exist_ok=True)
    for marker in cache.iterdir():
        if time.time() - marker.stat().st_mtime > MARKER_DAYS * 86400:
            marker.unlink(missing_ok=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        hashes = dict(zip(jobs, pool.map(lambda job: hash_of_input(*job, settings), jobs.values())))
    return {name: cache / key for name, key in hashes.items() if key}


def check_tidy(build, seconds=900, most=80, since=None):
    start = time.monotonic()
    known = commands(build)
    files = [name for name in changed(since) if name in known]
    database = pathlib.Path(build).resolve() / "clang"
    database.mkdir(exist_ok=True)
    entries = [{"directory": known[name][0], "file": str(TOP / name), "arguments": known[name][1]} for name in files]
    (database / "compile_commands.json").write_text(json.dumps(entries), encoding="utf-8")
    markers = known_clean({name: known[name] for name in files},
                          subprocess.run([tool("clang-tidy"), "--version"], capture_output=True, check=True).stdout + (TOP / ".clang-tidy").read_bytes())
    clean = [name for name in files if name in markers and markers[name].exists()]
    files = [name for name in files if name not in clean]
    command = [tool("clang-tidy"), "-p", str(database), "--quiet"]
    failed, left_out = run_all({name: (TOP, [*command, name]) for name in files[:int(most)]}, float(seconds) - (time.monotonic() - start))
    left_out += files[int(most):]
    for name in set(files) & set(markers) - set(failed) - set(left_out):
        markers[name].touch()
    print(f"clang-tidy: {len(files) + len(clean)} files have changed, {len(clean)} known to be clean, "
          f"{len(files) - len(left_out)} checked, {len(failed)} with findings")
    if left_out:
        print("clang-tidy left out: " + " ".join(left_out))
    return say(failed)


def main(check="", *arguments):
    checks = {"format": check_format, "threads": check_threads, "tidy": check_tidy}
    if check not in checks:
        sys.exit(__doc__)
    return checks[check](*arguments)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
