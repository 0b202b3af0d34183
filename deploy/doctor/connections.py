"""Connections to PostgreSQL: how many there are, and how many Portico's processes may open."""

import asyncio
import os
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from urllib.parse import urlsplit

import asyncpg

from deploy.connections import LISTENING, pools_of
from deploy.doctor.databases import AWAY, NAME, one_row, opened
from deploy.doctor.finding import Check, Finding, See, bad, ok, unknown, warn, why
from deploy.environment import SERVICES, worker_url

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


def needed(seen: Mapping[str, int], services: Iterable[str] = SERVICES) -> int:
    """The most connections that the processes of ``services`` together may open. ``seen`` has the open ones by role:
    there are at least as many processes as these need, and at least one API and one worker of each service."""
    return sum(_needed_by(service, seen) for service in services)


def _needed_by(service: str, seen: Mapping[str, int]) -> int:
    pools = pools_of(service, os.environ)
    of_workers = pools.worker + LISTENING  # with the worker's role; what it reads as the API is counted there
    apis = max(1, ceil(seen.get(f"portico_{service}_api", 0) / pools.of_api))
    workers = max(1, ceil(seen.get(f"portico_{service}_worker", 0) / of_workers))
    return apis * pools.of_api + workers * of_workers


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
