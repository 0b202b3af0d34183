"""How soon a service can serve, beside what importing its libraries alone takes; and what the six processes of a demo
hold in memory."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median

from bench.figures import Chapter, Figure, interleaved, ratio
from bench.machine import memory_mib
from bench.place import Place
from deploy.environment import SERVICES
from deploy.local.stack import MAIL_CATCHER, PROCESSES

LIBRARIES = (
    "import fastapi, sqlalchemy.ext.asyncio, sqlalchemy.dialects.postgresql, asyncpg, faststream.rabbit, httpx, uvicorn"
)


async def run(place: Place) -> Chapter:
    subjects: dict[str, Callable[[], Awaitable[float]]] = {
        name: lambda name=name: asyncio.to_thread(place.seconds_until_ready, name)  # type: ignore[misc]
        for name in SERVICES[: place.sizes.services]
    }
    found = await interleaved(place.sizes.starts, subjects | {"imports": _import_libraries})
    return Chapter("footprint", [*_starts(found), await _memory(place)])


async def _import_libraries() -> float:
    """A Python that imports what every service imports, and ends."""
    began = time.perf_counter()
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", LIBRARIES], check=True)
    return time.perf_counter() - began


def _starts(found: dict[str, list[float]]) -> list[Figure]:
    imports = found.pop("imports")
    middle = {name: median(took) for name, took in found.items()}
    slowest = max(middle, key=lambda name: middle[name])
    behind = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in middle.items())
    return [
        Figure(f"a service ready, the slowest ({slowest})", middle[slowest], "s", at_most=1.5, behind=behind),
        Figure("the same / importing its libraries", ratio(found[slowest], to=imports),
               behind=f"imports {median(imports):.2f} s"),
    ]  # fmt: skip


async def _memory(place: Place) -> Figure:
    with place.running(MAIL_CATCHER, *PROCESSES):
        await asyncio.sleep(place.sizes.idle_seconds)
        held = {name: memory_mib(place.stack.children[name].process.pid) for name in PROCESSES}
    behind = ", ".join(f"{name} {mib:.0f}" for name, mib in held.items())
    return Figure("six idle processes (PSS)", sum(held.values()), "MiB", at_most=620, behind=behind)
