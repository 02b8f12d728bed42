"""The catalog among a million articles: latencies of all its methods, its slowest statements, and editors beside a bulk import.

A private PostgreSQL (durable) and a catalog are filled (scale_data.py), then each unary method of the catalog's services, found from the
descriptors, is called by 1, 16 and 64 callers at once on resources by chance (scale_calls.py), and the table shows p50 and p99 in ms and
calls a second of those that succeeded. A method whose call fails is shown as such, and so is one without requests; both fail the run. Then
the slowest statements with plans (scale_statements.py), then the latencies of editors alone and beside two callers that upsert 1,000
articles at a time (--bulk-callers: more of them than the catalog has threads show that it has some for editors alone). Client, catalog and
PostgreSQL share the machine.
"""

import argparse
import os
import sys
import time

from programs import build

CALLERS = (1, 16, 64)
EDITORS = (1, 16)
BULK_ITEMS = 1_000
# The bulk import has begun when the editors do, and goes on behind them.
BULK_LEAD, BULK_TAIL = 2, 2
# More than can be: so many requests are made before.
MOST_BATCHES_A_SECOND = 8
MOST_EDITS_A_SECOND = 1_500
CALLS_WITH_PLANS = 4


def add_options(parser):
    # --articles and --seconds, here how long one number of callers goes on at most, are list's options, too.
    parser.add_argument("--topics", type=int, default=20_000)
    parser.add_argument("--authors", type=int, default=2_000)
    parser.add_argument("--calls", type=int, default=500, help="of each method by one caller; twice as many by 16, four times by 64")
    parser.add_argument("--editing-seconds", type=float, default=8, help="for each measurement beside the import")
    parser.add_argument("--bulk-callers", type=int, default=2, help="of the import beside the editors")
    parser.add_argument("--only", default="", help="measure only methods with this in their names")


class Bench:
    """Measures a filled catalog."""

    def __init__(self, system, calls, options):
        self.system, self.calls, self.options = system, calls, options
        self.failed = []

    def levels(self, weight):
        """(callers, calls) of each level."""
        return [(callers, max(2 * callers if weight == 1 else callers, self.options.calls * factor // weight))
                for callers, factor in zip(CALLERS, (1, 2, 4))]

    def measure(self, measured):
        """The results of a line's levels, or why there are none."""
        levels = self.levels(measured.weight)
        wanted = sum(count for _, count in levels)
        try:
            requests = measured.make(1 + wanted)
            trial = self.system.answer(measured.method, requests.pop())
        except LookupError as error:
            return f"no requests: {error}"
        if trial.code != "OK":
            return f"{trial.code} {trial.reasons} {trial.message}"
        results, made = [], len(requests)
        for callers, count in levels:
            # There may be fewer than were wanted.
            count = count * made // wanted
            results.append(self.system.load(measured.method, requests[:count], callers, self.options.seconds))
            del requests[:count]
        return results

    def show(self, measured):
        what = f"{measured.method.split('.')[1]}{', ' + measured.what if measured.what else ''}"
        results = self.measure(measured)
        if isinstance(results, str):
            print(f"{what:<46} FAILED: {results}", flush=True)
            self.failed.append(what)
            return
        cells = "".join(f"{one['p50_ms']:>9.2f}{one['p99_ms']:>9.2f}{one['per_second']:>8.0f}" for one in results)
        failures = " ".join(one["told"] for one in results if one["failed"])
        print(f"{what:<46}{cells}{'  FAILED: ' + failures if failures else ''}", flush=True)
        if failures:
            self.failed.append(what)

    def table(self, chosen):
        print(f"\n{'':<46}" + "".join(f"{f'{callers} at once':>26}" for callers in CALLERS))
        print(f"{'':<46}" + f"{'p50 ms':>9}{'p99 ms':>9}{'calls/s':>8}" * len(CALLERS), flush=True)
        for measured in chosen:
            self.show(measured)

    def not_measured(self, chosen):
        """The unary methods of the contract that have no line."""
        methods = {short for short, method in self.system.methods.items() if not method.client_streams and not method.server_streams}
        return sorted(methods - {measured.method for measured in chosen})

    def some_of_each(self, chosen):
        """Calls of all kinds, so that each statement is seen."""
        for measured in chosen:
            try:
                for request in measured.make(CALLS_WITH_PLANS):
                    self.system.answer(measured.method, request)
            except LookupError as error:
                print(f"no plans of {measured.method}: {error}")

    def editing(self):
        """Latencies of editors alone, and beside a bulk import."""
        lines = [measured for measured in self.calls.editors() if measured.method in (
            "CatalogService.CreateArticle", "CatalogService.UpdateArticle")]
        seconds = self.options.editing_seconds
        print(f"\nfor {seconds:.0f} s each, alone and beside {self.options.bulk_callers} callers of BatchUpsertArticles with {BULK_ITEMS} "
              "new articles\n"
              f"{'':<34}{'editors':>8}{'alone':>9}{'':>9}{'':>9}{'beside':>9}{'':>9}{'':>9}{'':>9}{'imported':>10}\n"
              f"{'':<34}{'':>8}" + f"{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}" * 2 + f"{'calls/s':>9}{'a second':>10}", flush=True)
        for measured in lines:
            for editors in EDITORS:
                alone = self.edit(measured, editors, seconds, beside=False)[0]
                beside, imported = self.edit(measured, editors, seconds, beside=True)
                what = f"{measured.method.split('.')[1]}, {measured.what}"
                cells = "".join(f"{one['p50_ms']:>9.2f}{one['p99_ms']:>9.2f}{one['max_ms']:>9.2f}" for one in (alone, beside))
                print(f"{what:<34}{editors:>8}{cells}"
                      f"{beside['per_second']:>9.0f}{imported['per_second'] * BULK_ITEMS:>10.0f}", flush=True)
                for one in (alone, beside, imported):
                    if one["failed"] or not one["calls"]:
                        self.failed.append(f"{what} beside the import: {one['told']}")

    def edit(self, measured, editors, seconds, beside):
        """The editors' result, and the import's if there is one beside them."""
        system, bulk = self.system, None
        file = system.write(measured.method, measured.make(int(seconds * MOST_EDITS_A_SECOND)))
        if beside:
            lasts = seconds + BULK_LEAD + BULK_TAIL
            method = "IntakeService.BatchUpsertArticles"
            batches = (self.calls.big_batch(BULK_ITEMS) for _ in range(int(lasts * MOST_BATCHES_A_SECOND)))
            bulk = system.start_load(method, system.write(method, batches, "bulk"), self.options.bulk_callers, lasts)
            time.sleep(BULK_LEAD)
        result = system.end_load(system.start_load(measured.method, file, editors, seconds))
        if bulk and bulk.poll() is not None:
            self.failed.append("the bulk import ended before the editors did")
        return result, system.end_load(bulk) if bulk else None


def run(options):
    build(options.build, "dateline", "dateline-catalog", "load_client")
    options = argparse.Namespace(**{**vars(options), "articles": options.articles or 1_000_000})
    # pylint: disable=import-outside-toplevel
    import scale_calls
    import scale_data
    import scale_statements
    import scale_system
    modules, one = scale_system.make(options.build)
    print(f"scale: {options.articles} articles, {options.topics} topics, {options.authors} authors, seed {options.seed}, "
          f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}", flush=True)
    stories = scale_data.texts(modules.SHARED_DATA)
    with one as system:
        scale_data.Filler(system, options, stories).fill()
        system.restart_catalog()
        bench = Bench(system, scale_calls.Calls(system, options, stories), options)
        everything = bench.calls.all()
        bench.failed += [f"{method} has no requests" for method in bench.not_measured(everything)]
        chosen = [measured for measured in everything if options.only in measured.method]
        scale_statements.start(system)
        bench.table(chosen)
        statements = scale_statements.slowest(system)
        scale_statements.report(statements, scale_statements.read_plans(system, lambda: bench.some_of_each(chosen)))
        bench.editing()
        print(f"load at the end {os.getloadavg()[0]:.1f}", flush=True)
    if bench.failed:
        sys.exit("failed:\n" + "\n".join(bench.failed))
