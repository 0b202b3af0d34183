"""Does what each operation changes, and keeps what is said of it, which is undone afterwards with the change."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from tests.authorisation.callers import CALLERS, KINDS, Caller
from tests.authorisation.entries import Entry, Proof
from tests.authorisation.expectation import Expected, decide, expect
from tests.authorisation.installation import Installation, Site
from tests.authorisation.matrix import GUARDS, Asking, problem_of
from tests.authorisation.operations import TABLE
from tests.authorisation.places import Place, cells
from tests.authorisation.undone import UndoneSessions
from tests.authorisation.world import World
from tests.contracts.openapi import Operation

PLUMBING = frozenset({"idempotency_keys", "outbox", "access_attempts"})
"""Tables whose rows say that something was done or asked, and are no change of it."""
NEW = text("SELECT exchange, body FROM outbox WHERE id > :last ORDER BY id")
LAST = text("SELECT coalesce(max(id), 0) FROM outbox")
WRITES = text(
    "SELECT relname AS table, n_tup_ins + n_tup_upd + n_tup_del AS rows FROM pg_stat_xact_user_tables"
    " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
)


@dataclass
class Deed:
    """One request that was answered with success, and what its transactions wrote."""

    who: str
    by: str | None
    """The person's id; None: whoever shows a proof instead of a token."""
    here: str
    """The workspace in which they act."""
    via: str
    response: httpx.Response
    events: list[dict[str, Any]]
    tables: frozenset[str]

    def __str__(self) -> str:
        said = [f"{event['name']} via {event['actor']['via']}" for event in self.events]
        return f"{self.who}: {self.response.status_code}, {said}, wrote {sorted(self.tables)}"


@dataclass
class Kept:
    """What the transactions since the last look wrote."""

    events: list[dict[str, Any]] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)

    def take(self) -> tuple[list[dict[str, Any]], frozenset[str]]:
        found = self.events, frozenset(self.tables - PLUMBING)
        self.events, self.tables = [], set()
        return found


class KeptSessions(UndoneSessions):
    """In place of those that undo. They keep what was written first: the log's events, and the names of tables."""

    def __init__(self, undone: UndoneSessions, kept: Kept) -> None:
        super().__init__(undone._sessions)
        self._kept = kept

    async def began(self, session: AsyncSession) -> tuple[int, Counter[str]]:
        return await session.scalar(LAST) or 0, await _writes(session)

    async def ended(self, session: AsyncSession, began: tuple[int, Counter[str]]) -> None:
        last, before = began
        for exchange, body in await session.execute(NEW, {"last": last}):
            if exchange.endswith(".events"):  # neither a command nor one for open pages alone
                self._kept.events.append(orjson.loads(body))
        self._kept.tables |= (await _writes(session) - before).keys()


async def _writes(session: AsyncSession) -> Counter[str]:
    """How many rows of each table this connection has written, as far as its statistics are not yet sent."""
    return Counter({row["table"]: row["rows"] for row in (await session.execute(WRITES)).mappings()})


@asynccontextmanager
async def kept(installation: Installation) -> AsyncIterator[Kept]:
    """What requests write from here on. Their role may read the outbox meanwhile."""
    found = Kept()
    for site in installation.sites.values():
        await _let_read_the_outbox(site, "GRANT SELECT ON outbox TO")
        site.runtime.sessions = KeptSessions(site.runtime.sessions, found)  # type: ignore[arg-type, assignment]
    try:
        yield found
    finally:
        for site in installation.sites.values():
            site.runtime.sessions = UndoneSessions(site.runtime.sessions._sessions)  # type: ignore[attr-defined, assignment]
            await _let_read_the_outbox(site, "REVOKE SELECT ON outbox FROM")


async def _let_read_the_outbox(site: Site, what: str) -> None:
    role = httpx.URL(site.database.api_url).username
    async with site.database.owner.begin() as session:
        await session.execute(text(f'{what} "{role}"'))


@asynccontextmanager
async def changed(site: Site, table: str, where: str = "true", key: str = "id", **values: Any) -> AsyncIterator[None]:
    """All rows of a table, or those ``where`` something holds, with these values, for a while."""
    names = ", ".join(values)
    before = await site.rows(f"SELECT {key}, {names} FROM {table} WHERE {where}")
    setting = ", ".join(f"{name} = :{name}" for name in values)
    async with site.database.owner.begin() as session:
        await session.execute(text(f"UPDATE {table} SET {setting} WHERE {where}"), values)
    try:
        yield
    finally:
        async with site.database.owner.begin() as session:
            for row in before:
                await session.execute(text(f"UPDATE {table} SET {setting} WHERE {key} = :{key}"), row)


@asynccontextmanager
async def scheduled(site: Site) -> AsyncIterator[None]:
    """All orders as such that cancel the services that they are for, on a day to come, for a while."""
    async with site.database.owner.begin() as session:
        await session.execute(text("CREATE TABLE orders_before AS SELECT id, state, part_of FROM orders"))
        await session.execute(
            text(
                "UPDATE orders o SET kind = 'cancel', state = 'scheduled', ends = 'period_end', end_reason = 'other',"
                " reason = NULL, part_of = NULL, service_id = s.id FROM services s WHERE s.order_id = o.id"
            )
        )
    try:
        yield
    finally:
        async with site.database.owner.begin() as session:
            await session.execute(
                text(
                    "UPDATE orders o SET kind = 'new', state = b.state, ends = NULL, end_reason = NULL,"
                    " service_id = NULL, part_of = b.part_of FROM orders_before b"
                    " WHERE b.id = o.id AND o.kind = 'cancel'"
                )
            )
            await session.execute(text("DROP TABLE orders_before"))


async def deeds(world: World, operation: Operation, kept: Kept, entries: Any = None) -> AsyncIterator[Deed]:
    """What everybody does who may, with every row that they see; refusals that an entry names are none."""
    asking = Asking(world, operation)
    for caller, entry, ask in _asked(world, operation, entries or TABLE[str(operation)]):
        kept.take()
        response = await asking.send(caller, ask)
        if isinstance(entry, Entry) and problem_of(response) in entry.refusals:
            continue
        by = None if isinstance(entry, Proof) else world.user_id(caller)
        via = world.tokens.claims[caller].get("via", "")
        yield Deed(str(caller), by, str(world.workspace_id(caller)), via, response, *kept.take())


async def withdrawals(world: World, kept: Kept) -> AsyncIterator[Deed]:
    """What those do who are no callers, since they have only asked for another workspace."""
    for slug in KINDS:
        person, here = world.tree.person(slug, "spare"), str(world.tree.ids[slug])
        [asked] = await person.get("access-requests/own")
        user_id = str(await person.user_id())
        kept.take()
        response = await person.ask("POST", f"access-requests/own/{asked['id']}/withdraw")
        yield Deed(person.address, user_id, here, "self", response, *kept.take())


def _asked(world: World, operation: Operation, entries: Any) -> Iterator[tuple[Caller, Entry | Proof, Any]]:
    for caller in CALLERS:
        decision = decide(GUARDS[str(operation)], caller, operation.method)
        if decision.expected != Expected.success:
            continue
        for entry in entries:
            if isinstance(entry, Proof):
                yield caller, entry, entry.valid(world)
                continue
            for cell in cells(world, entry, caller, each_tenant=False):
                if cell.place != Place.not_there and expect(decision, caller, cell.place) == Expected.success:
                    yield caller, entry, entry.ask(world, caller, cell.id, operation.path)
