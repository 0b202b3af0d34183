"""The invariants: of each service's own data, and between services."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from inspect import signature
from uuid import UUID

from deploy.cli.comparing import compare_copies
from deploy.cli.dead import count_letters
from deploy.cli.ghosts import find_ghosts
from deploy.cli.running import database_of
from deploy.cli.sessions import worker_transaction
from deploy.deliveries import unhandled
from deploy.environment import SERVICES, files_folder, worker_url
from shared.files import Folder

PATIENCE = timedelta(seconds=60)
"""How long an event may be on its way."""

_WAITING = """
SELECT count(*) FROM outbox WHERE published_at IS NULL AND created_at < clock_timestamp() - $1::interval
"""
_PUBLISHED = "SELECT routing_key, event_id FROM outbox WHERE published_at < clock_timestamp() - $1::interval"


async def verify_everything(patience: timedelta = PATIENCE) -> list[str]:
    """One line per violated invariant; empty if there is none. Events younger than ``patience`` may be in transit."""
    problems = []
    for service in SERVICES:
        problems += [f"{service}: {problem}" for problem in await verify_service(service)]
    problems += await compare_copies(patience)
    problems += await find_ghosts()
    return problems + await _verify_deliveries(patience)


async def verify_service(service: str) -> list[str]:
    """What ``services/<service>/verify.py`` finds."""
    name = f"services.{service}.verify"
    if find_spec(name) is None:
        return []
    verify = import_module(name).verify
    offered = {"now": datetime.now(UTC), "files": Folder(files_folder(service))}
    known = {name: value for name, value in offered.items() if name in signature(verify).parameters}
    async with worker_transaction(service) as session:
        return list(await verify(session, **known))


async def _verify_deliveries(patience: timedelta) -> list[str]:
    """No event is lost: each one was published, and every listener has handled it."""
    problems = []
    for service in SERVICES:
        async with database_of(service) as database:
            if waiting := await database.fetchval(_WAITING, patience):
                seconds = patience.total_seconds()
                problems.append(f"{service}: {waiting} events wait in the outbox for more than {seconds:.0f} s.")
        if letters := await count_letters(service):
            problems.append(f"{service}: {letters} dead letters; `portico dead list` shows them.")
    missing, one = Counter[tuple[str, str]](), dict[tuple[str, str], UUID]()
    async for each in unhandled({str(service): worker_url(service) for service in SERVICES}, _PUBLISHED, patience):
        missing[each.service, each.queue] += len(each.event_ids)
        one.setdefault((each.service, each.queue), each.event_ids[0])
    return problems + [
        f"{service}: {count} events never came out of {queue}, one is {one[service, queue]}."
        for (service, queue), count in sorted(missing.items())
    ]
