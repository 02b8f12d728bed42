"""The statements of a run that took most time, by pg_stat_statements, each with the plan of its slowest run that auto_explain saw."""

import pathlib
import re

PLANS = {"session_preload_libraries": "auto_explain", "auto_explain.log_min_duration": "0", "auto_explain.log_analyze": "on",
         "auto_explain.log_buffers": "on"}
SHOWN = 10
# A statement's text and a plan's conditions hold long lists of parameters' values.
TEXT_SHOWN = 1_500
LINE_SHOWN = 220
MOST_LINES = 40


def start(system):
    system.sql("SELECT pg_stat_statements_reset()")


def shape(text):
    """A statement without its constants, as the two extensions show them differently."""
    text = re.sub(r"extract\((?:\w+|\$\d+) FROM", "extract(? FROM", text)
    text = re.sub(r"'(?:[^']|'')*'|\$\d+|\b(?:true|false|null)\b|\b\d+(?:\.\d+)?\b", "?", text, flags=re.IGNORECASE)
    return " ".join(text.split())


def slowest(system):
    """{order: rows of (calls, mean ms, total ms, mean ms of planning, rows, text)}."""
    columns = ("calls, round(mean_exec_time::numeric, 3), round(total_exec_time::numeric), round(mean_plan_time::numeric, 3), rows, "
               "translate(query, E'\\n', ' ')")
    return {order: [line.split("|", 5) for line in system.sql(
        f"SELECT {columns} FROM pg_stat_statements WHERE userid = 'dateline_catalog'::regrole "
        "AND query ~* '^(select|with|insert|update|delete)' "
        f"ORDER BY {order} DESC LIMIT {SHOWN}")] for order in ("mean_exec_time", "total_exec_time")}


def read_plans(system, make_calls):
    """Makes calls while plans are logged; {shape of a statement: (ms, plan) of its slowest run}."""
    for name, value in PLANS.items():
        system.sql(f"ALTER ROLE dateline_catalog SET {name} = '{value}'")
    system.restart_catalog()
    log = pathlib.Path((system.folder / "postgres" / "home").read_text(encoding="utf-8").strip()) / "data" / "server.log"
    begin = log.stat().st_size
    make_calls()
    for name in PLANS:
        system.sql(f"ALTER ROLE dateline_catalog RESET {name}")
    system.restart_catalog()
    plans = {}
    with open(log, "rb") as file:
        file.seek(begin)
        text = file.read().decode("utf-8", "replace")
    for match in re.finditer(r" duration: ([\d.]+) ms  plan:\n\tQuery Text: (.*)\n((?:\t.*\n)+)", text):
        took, query, plan = float(match.group(1)), shape(match.group(2)), match.group(3)
        if took > plans.get(query, (-1, ""))[0]:
            plans[query] = (took, plan)
    return plans


def shorten(plan):
    """The first lines of a plan, each cut."""
    return [line[1:] if len(line) <= LINE_SHOWN else line[1:LINE_SHOWN] + " …" for line in plan.splitlines()[:MOST_LINES]]


def report(rows, plans):
    """Prints the statements, each once with its plan."""
    numbers = {}
    for order, statements in rows.items():
        print(f"\nslowest statements by {order}\n{'':<4}{'calls':>9}{'mean ms':>10}{'total ms':>10}{'plan ms':>9}{'rows':>10}")
        for calls, mean, total, planning, count, text in statements:
            known = text in numbers
            number = numbers.setdefault(text, len(numbers) + 1)
            print(f"{number:<4}{calls:>9}{mean:>10}{total:>10}{planning:>9}{count:>10}{'  (above)' if known else ''}")
            if known:
                continue
            print(f"    {' '.join(text.split())[:TEXT_SHOWN]}")
            took, plan = plans.get(shape(text), (None, ""))
            print(f"    plan of a run of {took:.1f} ms:" if plan else "    no plan was seen")
            for line in shorten(plan) if plan else ():
                print(f"      {line}")
