#!/usr/bin/env python3
"""Checks every file of the repository against the rules of the layers; prints the breaches and fails if there is one.

    check.py [TOP]
"""

import os
import pathlib
import sys

import rules

TOP = pathlib.Path(__file__).resolve().parents[2]
LEFT_OUT = {".git", ".cache", ".local", ".ccache", "node_modules", "__pycache__"}


def files(top):
    for folder, folders, names in os.walk(top):
        # Build folders stand at the top only.
        at_top = pathlib.Path(folder) == top
        folders[:] = sorted(name for name in folders
                            if name not in LEFT_OUT and not (at_top and name.startswith("build")))
        for name in sorted(names):
            file = pathlib.Path(folder) / name
            # `.git` is a file in a linked worktree.
            if not file.is_symlink() and name != ".git":
                yield file


def main(top):
    checked, found = 0, []
    for file in files(top):
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            # Corpora and descriptor sets have no lines to check.
            continue
        checked += 1
        found += rules.breaches(file.relative_to(top).as_posix(), text)
    print("\n".join(found))
    print(f"{checked} files checked, {len(found)} breaches")
    return 1 if found or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else TOP))
