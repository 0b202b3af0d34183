"""A service's start-up time, against that of importing its libraries; and the memory of a demo's six processes."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median

from bench.figures import BenchResult, Figure, interleaved, ratio
from bench.installation import BenchInstallation
from bench.machine import memory_mib
from deploy.environment import SERVICES
from deploy.local.stack import MAIL_CATCHER, PROCESSES

LIBRARIES = (
    "import fastapi, sqlalchemy.ext.asyncio, sqlalchemy.dialects.postgresql, asyncpg, faststream.rabbit, httpx, uvicorn"
)


async def run(installed: BenchInstallation) -> BenchResult:
    subjects: dict[str, Callable[[], Awaitable[float]]] = {
        name: lambda name=name: asyncio.to_thread(installed.seconds_until_ready, name)  # type: ignore[misc]
        for name in SERVICES[: installed.sizes.services]
    }
    found = await interleaved(installed.sizes.starts, subjects | {"imports": _import_libraries})
    return BenchResult("footprint", [*_starts(found), await _memory(installed)])


async def _import_libraries() -> float:
    """Seconds of a Python process that only imports what every service imports."""
    began = time.perf_counter()
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", LIBRARIES], check=True)
    return time.perf_counter() - began


def _starts(found: dict[str, list[float]]) -> list[Figure]:
    imports = found.pop("imports")
    middle = {name: median(took) for name, took in found.items()}
    slowest = max(middle, key=lambda name: middle[name])
    behind = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in middle.items())
    return [
        Figure(f"a service ready, the slowest ({slowest})", middle[slowest], "s", at_most=1.5, behind=behind,
               scales=True),
        Figure("the same / importing its libraries", ratio(found[slowest], to=imports),
               behind=f"imports {median(imports):.2f} s"),
    ]  # fmt: skip


async def _memory(installed: BenchInstallation) -> Figure:
    with installed.running(MAIL_CATCHER, *PROCESSES):
        await asyncio.sleep(installed.sizes.idle_seconds)
        held = {name: memory_mib(installed.stack.children[name].process.pid) for name in PROCESSES}
    behind = ", ".join(f"{name} {mib:.0f}" for name, mib in held.items())
    return Figure("six idle processes (PSS)", sum(held.values()), "MiB", at_most=620, behind=behind)
