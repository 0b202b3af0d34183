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


async def write(
    installed: BenchInstallation, results: list[BenchResult], microseconds: float, *, complete: bool
) -> None:
    """Write the chapters of ``results``. If they are not ``complete``, the other chapters stay under their heading, and
    each of these says when and where it was taken again."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    former, _, after = rest.partition(END)
    heading = await _circumstances(installed, microseconds)
    if complete:
        chapters = {result.name: _chapter(result) for result in results}
    else:
        taken = {result.name: _chapter(result, f"Taken again: {heading}\n") for result in results}
        heading, *kept = (part.strip() + "\n" for part in re.split(r"^(?=## )", former, flags=re.MULTILINE))
        chapters = {chapter.partition("\n")[0].removeprefix("## "): chapter for chapter in kept} | taken
    PAGE.write_text(before + BEGIN + "\n" + "\n".join([heading, *chapters.values()]) + "\n" + END + after)


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


def _chapter(result: BenchResult, circumstances: str = "") -> str:
    rows = [
        f"## {result.name}",
        "",
        f"{circumstances}Load average afterwards: {result.load}.",
        "",
        "| Figure | Measured | Limit | | Behind it |",
        "|---|--:|--:|---|---|",
        *(f"| {f.name} | {f.measured} | {f.limit} | {f.verdict} | {f.behind} |" for f in result.figures),
    ]
    return "\n".join(rows) + "\n"
