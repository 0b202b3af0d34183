"""Shows what the cells of a run found, or writes it into docs/reliability.md between two marks:
``python -m tests.faults.matrix.report [--write]``."""

import json
import platform
import sys
from collections import defaultdict
from datetime import UTC, datetime

from bench.machine import load, memory_gib, processor
from deploy.environment import ROOT
from tests.faults.matrix.results import FILE, Cell
from tests.faults.matrix.traps import POINTS

PAGE = ROOT / "docs/reliability.md"
BEGIN, END = "<!-- measured: `make faults WRITE=1` writes from here -->\n", "<!-- to here -->\n"
CELLS = 9 * len(POINTS) + 16 + 8 + 2 + 6
CLUSTER = "cluster"
TITLES = {
    "infrastructure": "What the processes stand on",
    CLUSTER: "Three brokers, and PostgreSQL with a standby",
    "plumbing": "The same under a relay and a listener alone",
    "deliveries": "Events that arrive otherwise",
}
SECONDS = {"plumbing": "seconds in which nothing was handled, at most"}


def cells() -> list[Cell]:
    """The newest result of each cell."""
    lines = FILE.read_text().splitlines() if FILE.exists() else []
    found = {(cell.row, cell.column): cell for cell in (Cell(**json.loads(line)) for line in lines)}
    return list(found.values())


def shown(cell: Cell | None) -> str:
    if cell is None:
        return "–"
    return f"{cell.seconds:.1f} s" if cell.state == "green" and cell.seconds is not None else f"**{cell.state}**"


def tables(found: list[Cell]) -> str:
    rows = defaultdict[str, dict[str, Cell]](dict)
    for cell in found:
        rows[cell.row][cell.column] = cell
    flows = [row for row in rows if row not in TITLES]
    lines = [
        "Seconds from the kill until all is done, the rest of the changes included:",
        "",
        f"| flow | {' | '.join(point.replace('_', ' ') for point in POINTS)} |",
        f"|---|{'--:|' * len(POINTS)}",
        *(f"| {row} | {' | '.join(shown(rows[row].get(point)) for point in POINTS)} |" for row in flows),
    ]
    for row, title in TITLES.items():
        if row in rows:
            lines += ["", f"| {title} | {SECONDS.get(row, 'seconds from its end until all is done')} |", "|---|--:|"]
            lines += [f"| {column} | {shown(cell)} {cell.note} |" for column, cell in rows[row].items()]
    return "\n".join(lines)


def circumstances(found: list[Cell]) -> str:
    green, missing = sum(cell.state == "green" for cell in found), CELLS - len(found)
    minutes = sum(cell.took for cell in found) / 60
    return (
        f"{datetime.now(UTC):%d %B %Y}; {processor()}, {memory_gib()} GiB; Python {platform.python_version()}; load"
        f" average {load()}. {green} of {len(found)} cells green, in {minutes:.0f} minutes of cells"
        + (f"; {missing} were not played." if missing > 0 else ".")
    )


def main() -> None:
    found = cells()
    text = f"{circumstances(found)}\n\n{tables(found)}\n"
    print(text)
    if "--write" in sys.argv:
        before, _, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main()
