"""Connections to PostgreSQL: how many there are, and how many Portico's processes may open."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from urllib.parse import urlsplit

import asyncpg

from deploy.doctor.databases import AWAY, NAME, one_row, opened
from deploy.doctor.finding import Check, Finding, See, bad, ok, unknown, warn, why
from deploy.environment import SERVICES, worker_url
from shared.settings import PorticoSettings

SPARE = 5
"""For `portico migrate` and other commands."""
_SEEN = """
SELECT usename, count(*) FROM pg_stat_activity
WHERE usename IS NOT NULL AND application_name <> $1 GROUP BY usename
"""
_LIMITS = """
SELECT current_setting('max_connections')::int AS most,
       current_setting('superuser_reserved_connections')::int
       + coalesce(current_setting('reserved_connections', true), '0')::int AS reserved
"""


class PoolSettings(PorticoSettings):
    """As `shared.settings.ServiceSettings` has them, without the settings that are required there."""

    api_connections: int = 6
    worker_connections: int = 5


@dataclass(frozen=True, slots=True)
class Pools:
    """The most connections of one process of a service, by role."""

    api: int
    """The API's transactions, and its hot reads."""
    worker: int
    """Handlers and jobs, the relay, and what wakes jobs."""

    @classmethod
    def of(cls, service: str) -> "Pools":
        found = PoolSettings(_env_prefix=f"{service.upper()}_")
        return cls(2 * found.api_connections, found.worker_connections + 2)


def needed(seen: Mapping[str, int], services: Iterable[str] = SERVICES) -> int:
    """The most connections that the processes of ``services`` together may open. ``seen`` has the open ones by role:
    there are at least as many processes as these need, and at least one API and one worker of each service."""
    return sum(_needed_by(service, seen) for service in services)


def _needed_by(service: str, seen: Mapping[str, int]) -> int:
    pools = Pools.of(service)
    apis = max(1, ceil(seen.get(f"portico_{service}_api", 0) / pools.api))
    workers = max(1, ceil(seen.get(f"portico_{service}_worker", 0) / pools.worker))
    return apis * pools.api + workers * pools.worker


async def connections() -> Sequence[Finding]:
    """Of each server, since services may have one each."""
    servers: dict[str, list[str]] = {}
    for service in SERVICES:
        servers.setdefault(_server_of(worker_url(service)), []).append(service)
    return await asyncio.gather(*(_of_server(name, services) for name, services in servers.items()))


async def _of_server(name: str, services: Sequence[str]) -> Finding:
    try:
        limits, seen = await _look(worker_url(services[0]))
    except AWAY as error:
        return unknown(name, f"not reached: {why(error)}")
    usable, used, may = limits["most"] - limits["reserved"], sum(seen.values()), needed(seen, services)
    told = f"{used} of {usable} in use (max_connections {limits['most']}); the processes that run may open {may}"
    do = "Raise max_connections, or lower <SERVICE>_API_CONNECTIONS and <SERVICE>_WORKER_CONNECTIONS."
    if used > usable * 0.9:
        return bad(name, told, do, See.databasepoolexhausted)
    if may + SPARE > usable:
        return warn(name, told, do, See.databasepoolexhausted)
    return ok(name, told)


def _server_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 5432}"


async def _look(url: str) -> tuple[asyncpg.Record, dict[str, int]]:
    async with opened(url) as database:
        limits = await one_row(database, _LIMITS)
        return limits, {row["usename"]: row["count"] for row in await database.fetch(_SEEN, NAME)}


CHECKS = (Check("connections", connections),)
