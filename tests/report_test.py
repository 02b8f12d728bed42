#!/usr/bin/env python3
"""The report must not lose a failure, a program that could not run, or a label without tests."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import report

PASSED = '<testcase name="a" time="1.5" status="run"><system-out>%s</system-out></testcase>'
FAILED = '<testcase name="b" time="1" status="fail"><failure message=""/><system-out>%s</system-out></testcase>'
NOT_RUN = '<testcase name="c" time="0" status="notrun"><skipped message="Unable to find executable"/></testcase>'
GOOGLE_PASSED = "[==========] 7 tests ran.\n[  PASSED  ] 5 tests.\n[  SKIPPED ] 2 tests, listed below:\n"
GOOGLE_FAILED = "[  PASSED  ] 5 tests.\n[  FAILED  ] 2 tests, listed below:\n[  FAILED  ] A.b\n\n 2 FAILED TESTS\n"
PYTHON_PASSED = "Ran 4 tests in 0.1s\n\nOK (skipped=1)\n"
PYTHON_FAILED = "Ran 6 tests in 0.1s\n\nFAILED (failures=1, errors=2)\n"


class ReportTest(unittest.TestCase):

    def run_report(self, files, required=()):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as out, \
                contextlib.redirect_stderr(out):
            for label, cases in files.items():
                pathlib.Path(folder, f"{label}.xml").write_text(f"<testsuite>{cases}</testsuite>", encoding="utf-8")
            status = report.main(folder, required)
        return status, out.getvalue()

    def test_counts_cases(self):
        for cases, status, last in (
            (PASSED % GOOGLE_PASSED, 0, "5 passed, 0 failed"),
            (PASSED % PYTHON_PASSED, 0, "3 passed, 0 failed"),
            (PASSED % "", 0, "1 passed, 0 failed"),
            (FAILED % GOOGLE_FAILED, 1, "5 passed, 2 failed"),
            (FAILED % PYTHON_FAILED, 1, "3 passed, 3 failed"),
            (FAILED % "Segmentation fault", 1, "0 passed, 1 failed"),
            # A program that fails although all its cases passed, such as one that leaks.
            (FAILED % GOOGLE_PASSED, 1, "5 passed, 1 failed"),
            (NOT_RUN, 1, "0 passed, 1 failed"),
            (PASSED % GOOGLE_PASSED + FAILED % GOOGLE_FAILED, 1, "10 passed, 2 failed"),
        ):
            with self.subTest(cases=cases[:200]):
                got, text = self.run_report({"unit": cases}, ["unit"])
                self.assertEqual((got, text.splitlines()[-1]), (status, last))

    def test_a_required_label_without_tests_is_a_failure(self):
        for files in ({"unit": PASSED % ""}, {"unit": PASSED % "", "e2e": ""}):
            status, text = self.run_report(files, ["unit", "e2e"])
            self.assertEqual(status, 1)
            self.assertIn("label e2e ran no test", text)
            self.assertIn("1 passed, 1 failed", text)

    def test_the_slowest_are_named_with_their_reason(self):
        cases = "".join(f'<testcase name="{name}" time="{seconds}" status="run"><system-out/></testcase>'
                        for name, seconds in (("quick", 1), ("e2e_wild_feeds_test", 30), ("other", 20)))
        _, text = self.run_report({"e2e": cases}, ["e2e"])
        rows = [line.split(None, 2) for line in text[text.index("slowest"):].splitlines()[1:4]]
        self.assertEqual([row[:2] for row in rows], [["e2e_wild_feeds_test", "30.0"], ["other", "20.0"], ["quick", "1.0"]])
        self.assertGreater(len(rows[0][2]), 10)
        self.assertEqual(rows[1][2], "-")


if __name__ == "__main__":
    unittest.main()
