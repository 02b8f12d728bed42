#!/usr/bin/env python3
"""Writes the rows of html_entity_table.cc: the named character references of the HTML standard (section 13.5), which
Python's own library has as html.entities.html5, sorted by name in ASCII order.

    html_entity_table.py OUT
"""

import html.entities
import pathlib
import sys


def rows():
    """(name without its semicolon, first code point, second one or 0, whether HTML takes it without the semicolon)."""
    for name, text in html.entities.html5.items():
        if name.endswith(";"):
            first, second = (*map(ord, text), 0)[:2]
            yield name[:-1], first, second, name[:-1] in html.entities.html5


def main(out):
    lines = [f'{{"{name}", {first:#x}, {second:#x}, {str(bare).lower()}}},\n' for name, first, second, bare in sorted(rows())]
    pathlib.Path(out).write_text("".join(lines), encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1])
