#!/usr/bin/env python3
"""The contract's checks with buf: lint, format, and no change that breaks a caller, against the descriptor set in tests/golden.

After an intended addition renew the set: contract_test.py --renew
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
BUF = TOP / "node_modules" / ".bin" / "buf"
GOLDEN = TOP / "tests" / "golden" / "dateline.binpb"


def buf(*arguments, cwd=TOP):
    return subprocess.run([str(BUF), *arguments], cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def breaking(cwd=TOP):
    """buf's answer on what callers of the golden set would miss."""
    return buf("breaking", "proto", "--against", str(GOLDEN), cwd=cwd)


def renew():
    GOLDEN.parent.mkdir(exist_ok=True)
    made = buf("build", ".", "--path", "proto/dateline", "--exclude-source-info", "-o", str(GOLDEN))
    print(made.stdout + made.stderr, end="")
    return made.returncode


class ContractTest(unittest.TestCase):

    def assert_clean(self, result):
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_lints(self):
        self.assert_clean(buf("lint"))

    def test_is_formatted(self):
        self.assert_clean(buf("format", "-d", "--exit-code", "proto"))

    def test_breaks_no_caller(self):
        self.assert_clean(breaking())

    def changed(self, file, old, new):
        """buf's answer on a copy of the contract in which `old` is replaced."""
        with tempfile.TemporaryDirectory() as folder:
            top = pathlib.Path(folder)
            shutil.copytree(TOP / "proto", top / "proto")
            shutil.copy(TOP / "buf.yaml", top)
            (top / "node_modules").symlink_to(TOP / "node_modules")
            path = top / "proto" / "dateline" / file
            text = path.read_text(encoding="utf-8")
            self.assertIn(old, text)
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
            return breaking(cwd=top)

    def test_a_removed_field_is_caught(self):
        result = self.changed("content/v1/publication.proto", "  string home_page = 3;\n", "")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("home_page", result.stdout)

    def test_a_changed_type_is_caught(self):
        result = self.changed("query/v1/articles.proto", "  int32 page_size = 2;", "  string page_size = 2;")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("page_size", result.stdout)

    def test_a_new_field_is_let_through(self):
        result = self.changed("content/v1/publication.proto", "  string home_page = 3;",
                              "  string home_page = 3;\n  // motto of the publication.\n  string motto = 99;")
        self.assert_clean(result)


if __name__ == "__main__":
    if sys.argv[1:] == ["--renew"]:
        sys.exit(renew())
    unittest.main()
