"""Shows the figures, or writes them into docs/benchmarks.md between two marks. The text around them is written by
hand."""

import platform
import re
from datetime import UTC, datetime

import asyncpg

from bench.figures import BenchResult
from bench.installation import BenchInstallation
from bench.machine import memory_gib, processor
from bench.pace import REFERENCE
from deploy.environment import ROOT

PAGE = ROOT / "docs/benchmarks.md"
BEGIN, END = "<!-- measured: `python -m bench --write` writes from here -->\n", "<!-- to here -->\n"


def show(result: BenchResult) -> str:
    lines = [f"\n{result.name} ({result.seconds:.0f} s, load {result.load})"]
    for figure in result.figures:
        lines.append(f"  {figure.name:<58} {figure.measured:>12}  {figure.limit:<10} {figure.verdict}")
        lines += [f"      {figure.behind}"] if figure.behind else []
    return "\n".join(lines)


async def write(installed: BenchInstallation, results: list[BenchResult], microseconds: float) -> None:
    """Replace the chapters of ``results``. Those that were not taken again stay, and say of when they are."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    former, _, after = rest.partition(END)
    head, *chapters = re.split(r"^(?=## )", former, flags=re.MULTILINE)
    kept = {chapter.partition("\n")[0].removeprefix("## "): chapter.strip() + "\n" for chapter in chapters}
    circumstances = await _circumstances(installed, microseconds)
    if kept.keys() - {result.name for result in results}:
        circumstances, when = head.strip() + "\n", f"Taken again: {circumstances}"
    else:
        when = ""
    taken = {result.name: _table(result, when) for result in results}
    PAGE.write_text(before + BEGIN + "\n" + "\n".join([circumstances, *(kept | taken).values()]) + "\n" + END + after)


async def _circumstances(installed: BenchInstallation, microseconds: float) -> str:
    connection = await asyncpg.connect(installed.servers.postgres_url)
    postgres = (await connection.fetchval("SHOW server_version")).split()[0]
    await connection.close()
    rabbitmq = installed.servers.rabbitmq.version
    return (
        f"{datetime.now(UTC):%d %B %Y}; {processor()}, {memory_gib()} GiB; {platform.system()} {platform.release()};"
        f" Python {platform.python_version()}, PostgreSQL {postgres}, RabbitMQ {rabbitmq}, one node,"
        f" all on the one machine. One API list takes {microseconds:,.0f} µs of processor time, so that limits of time"
        f" are {microseconds / REFERENCE:.2f} times those of a machine where it takes {REFERENCE}.\n"
    )


def _table(result: BenchResult, when: str) -> str:
    rows = [
        f"## {result.name}",
        "",
        *((when,) if when else ()),
        f"Load average afterwards: {result.load}.",
        "",
        "| Figure | Measured | Limit | | Behind it |",
        "|---|--:|--:|---|---|",
        *(f"| {f.name} | {f.measured} | {f.limit} | {f.verdict} | {f.behind} |" for f in result.figures),
    ]
    return "\n".join(rows) + "\n"
