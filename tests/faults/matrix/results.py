"""What the cells found: shown at the end of a run, and kept in a file, from which docs/reliability.md is written."""

import asyncio
import json
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.environment import ROOT

FILE = ROOT / ".local" / "faults.jsonl"
"""One line per cell; `make faults` begins a new file."""
SEED = "PORTICO_FAULTS_SEED"


@dataclass
class Cell:
    """One cell: of a flow and a kill point, or of a chapter and a fault."""

    row: str
    column: str
    state: str = "red"
    """``green``, ``red``, or ``not here``: this machine cannot make the fault."""
    seconds: float | None = None
    """From the fault, or its end, until nothing was left to do."""
    note: str = ""
    took: float = 0


class Cells:
    """The cells of one run."""

    def __init__(self, file: Path = FILE) -> None:
        self.seed = os.environ.get(SEED, "1")
        self._file = file

    def chance(self, *cell: str) -> random.Random:
        """Where in a cell the fault comes, the same one for the same seed."""
        return random.Random(" ".join((self.seed, *cell)))

    @contextmanager
    def cell(self, row: str, column: str) -> Iterator[Cell]:
        """The cell that the block plays. It is kept once it has ended, but not if somebody interrupts the run."""
        cell, began = Cell(row, column), time.monotonic()
        try:
            yield cell
            cell.state = "green" if cell.state == "red" else cell.state
        except (KeyboardInterrupt, asyncio.CancelledError):
            raise
        except BaseException as failure:
            cell.note = str(failure).strip().partition("\n")[0][:200]
            self._keep(cell, began)
            raise
        self._keep(cell, began)

    def _keep(self, cell: Cell, began: float) -> None:
        cell.took = time.monotonic() - began
        self._file.parent.mkdir(exist_ok=True)
        with self._file.open("a") as lines:
            lines.write(json.dumps(asdict(cell)) + "\n")
