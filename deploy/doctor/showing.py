"""The findings as a table for people, and as JSON for programs."""

import sys
from collections import Counter

import orjson
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.doctor.finding import Examined, Finding, State

COLOURS = {State.ok: "green", State.warn: "yellow", State.bad: "bold red", State.unknown: "magenta"}
WIDTH = 160
"""Columns where the output is no terminal."""
PAGE = "docs/operating.md"


def show_table(examined: Examined) -> None:
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title, most in (("check", 18), ("what", 30), ("state", 7)):
        table.add_column(title, max_width=most, overflow="fold")
    table.add_column("seen", ratio=1, overflow="fold")
    table.add_column("what to do", ratio=1, overflow="fold")
    before = ""
    for name, each in examined:
        shown = "" if name == before else name
        state = Text(each.state, COLOURS[each.state])
        table.add_row(Text(shown), Text(each.about), state, Text(each.seen), Text(_do(each)))
        before = name
    console.print(table)
    console.print(Text(summary(examined)))


def summary(examined: Examined) -> str:
    counts = Counter(each.state for _, each in examined)
    return ", ".join(f"{counts[state]} {state}" for state in State)


def as_json(examined: Examined) -> str:
    rows = [
        {"check": name, "about": each.about, "state": each.state, "seen": each.seen, "do": each.do,
         "see": f"{PAGE}#{each.see}" if each.see else None}
        for name, each in examined
    ]  # fmt: skip
    return orjson.dumps({"findings": rows, "is_bad": is_bad(examined)}, option=orjson.OPT_INDENT_2).decode()


def is_bad(examined: Examined) -> bool:
    return any(each.state is State.bad for _, each in examined)


def _do(finding: Finding) -> str:
    return f"{finding.do} ({PAGE}#{finding.see})" if finding.see else finding.do
