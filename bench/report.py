"""Shows the figures, or writes them into docs/benchmarks.md between two marks; the words around them are a person's."""

import platform
from datetime import UTC, datetime

import asyncpg

from bench.figures import Chapter
from bench.machine import memory_gib, processor
from bench.place import Place
from deploy.environment import ROOT

PAGE = ROOT / "docs/benchmarks.md"
BEGIN, END = "<!-- measured: `python -m bench --write` writes from here -->\n", "<!-- to here -->\n"


def show(chapter: Chapter) -> str:
    lines = [f"\n{chapter.name} ({chapter.seconds:.0f} s, load {chapter.load})"]
    for figure in chapter.figures:
        lines.append(f"  {figure.name:<58} {figure.measured:>12}  {figure.limit:<10} {figure.verdict}")
        lines += [f"      {figure.behind}"] if figure.behind else []
    return "\n".join(lines)


async def write(place: Place, chapters: list[Chapter]) -> None:
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    measured = [await _circumstances(place), *map(_table, chapters)]
    PAGE.write_text(before + BEGIN + "\n" + "\n".join(measured) + "\n" + END + after)


async def _circumstances(place: Place) -> str:
    connection = await asyncpg.connect(place.servers.postgres_url)
    postgres = (await connection.fetchval("SHOW server_version")).split()[0]
    await connection.close()
    rabbitmq = place.servers.rabbitmq.version
    return (
        f"{datetime.now(UTC):%d %B %Y}; {processor()}, {memory_gib()} GiB; {platform.system()} {platform.release()};"
        f" Python {platform.python_version()}, PostgreSQL {postgres}, RabbitMQ {rabbitmq}, one node,"
        " all on the one machine.\n"
    )


def _table(chapter: Chapter) -> str:
    rows = [
        f"## {chapter.name}",
        "",
        f"Load average afterwards: {chapter.load}.",
        "",
        "| Figure | Measured | Limit | | Behind it |",
        "|---|--:|--:|---|---|",
        *(f"| {f.name} | {f.measured} | {f.limit} | {f.verdict} | {f.behind} |" for f in chapter.figures),
    ]
    return "\n".join(rows) + "\n"
