#!/usr/bin/env python3
"""A write is visible at once to a read with its position; without one, the lag is measured under 500 writes a second and printed."""

import json
import os
import pathlib
import subprocess
import unittest

import system

PROBE = pathlib.Path(os.environ.get("DATELINE_PROBE", system.BIN.parent / "tests" / "freshness_probe"))
WRITES_PER_SECOND = 500
SECONDS = int(os.environ.get("DATELINE_FRESHNESS_SECONDS", "8"))


class FreshnessTest(unittest.TestCase):

    def test_own_writes_are_read(self):
        with system.System() as dateline:
            answer = subprocess.run([PROBE, dateline.addresses["catalog"], dateline.addresses["query"], str(WRITES_PER_SECOND), str(SECONDS)],
                                    capture_output=True, text=True, timeout=SECONDS + 120, check=True).stdout
            print(answer, end="", flush=True)
            figures = json.loads(answer)
            self.assertEqual(figures["writes"], WRITES_PER_SECOND * SECONDS)
            self.assertEqual(figures["failed"], 0)
            self.assertEqual(figures["not_visible"], 0)
            self.assertGreater(figures["samples"], 0)


if __name__ == "__main__":
    unittest.main()
