"""What is measured of the processes over hours, and whether it grows."""

import json
import math
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine import memory_now_mib
from deploy.environment import SERVICES
from deploy.local.stack import PROCESSES
from tests.faults.matrix.world import World

TABLES = ("outbox", "inbox", "idempotency_keys", "workers", "access_ended_sessions")
LIMITS = {"blocks": 16_000.0, "KiB": 1024.0, "MiB": 3.0, "files": 3.0, "tasks": 3.0, "connections": 3.0}
"""By how much each may grow per hour. A leak is what is in use: Python's blocks, of 64 bytes on average, and KiB of
what else was asked of the C library. What a process has taken from the system (MiB) also follows the largest burst so
far, such as what had waited for a broker, in steps of some hundred KiB."""
GROUPS = 30
"""The samples are taken together in so many groups, each of which counts with its median: neighbours are alike."""
_CONNECTIONS = "SELECT datname, count(*) FROM pg_stat_activity WHERE datname LIKE 'portico%' GROUP BY 1"


@dataclass
class Series:
    """One figure over time, in seconds from the beginning."""

    points: list[tuple[float, float]] = field(default_factory=list)

    def groups(self, warm_up: float) -> list[tuple[float, float]]:
        warm = [point for point in self.points if point[0] >= warm_up]
        size = max(1, len(warm) // GROUPS)
        parts = [warm[start : start + size] for start in range(0, len(warm), size)]
        return [(statistics.mean(at for at, _ in part), statistics.median(v for _, v in part)) for part in parts]

    def per_hour(self, warm_up: float) -> tuple[float, float]:
        """The slope of a line through the medians, and twice its standard error."""
        groups = self.groups(warm_up)
        if len(groups) < 4:
            return 0.0, math.inf
        times, values = zip(*groups, strict=True)
        slope, base = statistics.linear_regression(times, values)
        rest = sum((value - base - slope * at) ** 2 for at, value in groups)
        spread = sum((at - statistics.mean(times)) ** 2 for at in times)
        return slope * 3600, 2 * math.sqrt(rest / (len(groups) - 2) / spread) * 3600


def verdict(slope: float, error: float, limit: float) -> str:
    """``grows`` if the slope is over the limit for sure, ``unsure`` if the run was too short to tell."""
    if slope - error > limit:
        return "grows"
    return "flat" if slope + error <= limit else "unsure"


class Samples:
    """Of each process its memory, resident and in use, its files and tasks, of each database its connections, by (what,
    unit)."""

    def __init__(self, world: World, counts: Path) -> None:
        self._world, self._counts, self._began = world, counts, time.monotonic()
        self.series: dict[tuple[str, str], Series] = {}
        self.rows: dict[str, Sequence[int]] = {}

    async def take(self) -> None:
        now = time.monotonic() - self._began
        for name in PROCESSES:
            child = self._world.stack.children[name]
            assert child.running, child.report()
            pid = child.process.pid
            self._note(now, name, "MiB", memory_now_mib(pid))
            self._note(now, name, "files", len(os.listdir(f"/proc/{pid}/fd")))
            for unit, count in json.loads((self._counts / f"{name}.json").read_text()).items():
                self._note(now, name, unit, count)
        for row in await self._world.rows("identity", _CONNECTIONS):
            self._note(now, row["datname"], "connections", row["count"])

    def _note(self, now: float, what: str, unit: str, value: float) -> None:
        self.series.setdefault((str(what), unit), Series()).points.append((now, value))

    async def count_rows(self) -> None:
        for service in SERVICES:
            for table in TABLES:
                [row] = await self._world.rows(service, f"SELECT count(*) FROM {table}")
                name = f"{service}.{table}"
                self.rows[name] = (*self.rows.get(name, ()), row["count"])

    def table(self, warm_up: float) -> tuple[list[str], list[str]]:
        """The lines of a table, and what grows."""
        lines, grows = [f"{'':<38}{'first':>9}{'last':>9}{'per hour':>10}{'±':>8}  "], []
        for (what, unit), series in sorted(self.series.items()):
            groups = series.groups(warm_up) or series.points[-1:]
            slope, error = series.per_hour(warm_up)
            found = verdict(slope, error, LIMITS[unit])
            lines.append(
                f"{what + ', ' + unit:<38}{groups[0][1]:>9.1f}{groups[-1][1]:>9.1f}{slope:>10.1f}{error:>8.1f}  {found}"
            )
            if found == "grows":
                grows.append(f"{what}: {slope:.1f} {unit} an hour")
        for (what, unit), series in sorted(self.series.items()):
            if unit in ("MiB", "KiB", "blocks"):  # when it grew tells what a slope does not
                values = " ".join(f"{value:.{1 if unit == 'MiB' else 0}f}" for _, value in series.groups(0))
                lines.append(f"{f'{what}, {unit} over time':<38}{values}")
        lines += [f"{name + ', rows':<38}{counts[0]:>9}{counts[-1]:>9}" for name, counts in self.rows.items()]
        return lines, grows
