"""The Customers page at 100, 10,000 and 100,000 customers: how long its reads wait for PostgreSQL, through the pool and
row security, as the API makes them. An admin sees all, others those that they are linked to."""

import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from statistics import median
from uuid import UUID, uuid4

from bench.figures import BenchResult, Figure
from bench.installation import BenchInstallation
from bench.people import Person, Workspace, add_person
from bench.tenants import Tenant, add_tenant
from deploy.environment import api_url
from services.identity.customers.overview import ListCriteria, fetch_customers
from services.identity.customers.schemas import CustomerSort
from services.identity.customers.search import search
from services.identity.customers.summary import read_summary
from services.identity.customers.totals import count_inactive, fetch_totals
from shared.auth.access import Access
from shared.auth.permissions import GrantedRole, handled
from shared.db import make_pool
from shared.events import Via
from shared.pages import encode_cursor
from shared.reads import ScopedReads

SERVICE = "identity"
LINKS = (5, 5_000)
"""Customers that two people are linked to, where there are as many."""
LIMIT = 50
PAGE_MS, OTHER_MS, FLAT = 1.0, 5.0, 1.5
SORTS: tuple[CustomerSort, ...] = ("name", "mrr", "ports", "last_activity", "last_order")

_ACCENTS = """
UPDATE customer_overview SET display_name = 'Zürcher Börse ' || account_number
 WHERE workspace_id IN (SELECT workspace_id FROM customer_overview WHERE kind = 'customer' AND connected
                         AND parent_workspace_id = $1 ORDER BY sort_name, workspace_id LIMIT 5)
"""
_LINK = """
INSERT INTO grants (id, user_id, workspace_id, role, source, granted_at, parent_workspace_id)
SELECT gen_random_uuid(), $1, workspace_id, 'regular', 'link', now(), $2 FROM customer_overview
 WHERE kind = 'customer' AND connected AND parent_workspace_id = $2 ORDER BY workspace_id LIMIT $3
"""
_DEEP = """
SELECT o.sort_name, o.workspace_id FROM customer_overview o
 WHERE kind = 'customer' AND connected AND parent_workspace_id = $1
   AND ($2::uuid IS NULL OR EXISTS (SELECT FROM grants g WHERE g.workspace_id = o.workspace_id AND g.user_id = $2
                                     AND g.source = 'link'))
 ORDER BY sort_name, workspace_id
"""


@dataclass(frozen=True, slots=True)
class TimedReads(ScopedReads):
    """Adds up how long a request waits for PostgreSQL."""

    waited: list[float] = field(default_factory=list)

    async def fetch(self, query: str, *values: object) -> list[object]:
        began = time.perf_counter()
        found = await ScopedReads.fetch(self, query, *values)
        self.waited.append((time.perf_counter() - began) * 1000)
        return found


@dataclass(frozen=True)
class Viewer:
    """Somebody of the parent who looks at the page, and where a page deep in their list begins."""

    access: Access
    deep: str


Read = Callable[[TimedReads], Awaitable[object]]


async def run(installed: BenchInstallation) -> BenchResult:
    found: dict[str, dict[str, dict[str, float]]] = {}
    for size in installed.sizes.customers:
        own = await installed.with_own_databases(f"customers_{size}")
        for who, costs in (await _measure(own, await add_tenant(own, size, only=(SERVICE,)))).items():
            found.setdefault(who, {})[f"{size:,}"] = costs
    figures = [figure for who in found for figure in _figures(who, found[who])]
    return BenchResult("customers", [*figures, _of_many_links(found)])


def _of_many_links(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Figure:
    """How as many rows of many links compare with those of few, of the largest number of customers."""
    few, many = (list(found[f"linked to {count:,}"].values())[-1] for count in LINKS)
    rows = {asked: many[asked] / few[asked] for asked in many if asked.startswith("rows ")}
    behind = "; ".join(f"{asked}: {few[asked]:.2f} and {many[asked]:.2f} ms" for asked in rows)
    name = f"{LINKS[0]} rows, linked to {LINKS[-1]:,} / to {LINKS[0]}"
    return Figure(name, max(rows.values()), at_most=FLAT, behind=behind)


def _figures(who: str, by_size: Mapping[str, Mapping[str, float]]) -> list[Figure]:
    """The slowest at any number of customers; flat is the largest number compared with the smallest."""
    few, many = next(iter(by_size)), list(by_size)[-1]
    limits = {"a page": (PAGE_MS, "page "), "a search": (OTHER_MS, "q="), "any sort": (OTHER_MS, "sort "),
              "hide inactive": (OTHER_MS, "inactive"), "totals": (OTHER_MS, "totals"),
              "the summary": (OTHER_MS, "summary")}  # fmt: skip
    figures = []
    for name, (limit, begins) in limits.items():
        costs = {asked: cost for asked, cost in by_size[many].items() if asked.startswith(begins)}
        behind = "; ".join(f"{asked.strip()}: " + ", ".join(f"{size} {by_size[size][asked]:.2f}" for size in by_size)
                           for asked in costs)  # fmt: skip
        slowest = max(by_size[size][asked] for size in by_size for asked in costs)
        figures.append(Figure(f"{name}, {who}, p50", slowest, "ms", at_most=limit, behind=behind, scales=True))
    pages = {asked: by_size[many][asked] / by_size[few][asked] for asked in by_size[many] if asked.startswith("page ")}
    figures.append(Figure(f"pages, {who}, of {many} / of {few}", max(pages.values()), at_most=FLAT))
    return figures


async def _measure(installed: BenchInstallation, tenant: Tenant) -> dict[str, dict[str, float]]:
    async with AsyncExitStack() as stack:
        with installed.in_environment(SERVICE):
            pool = await make_pool(api_url(SERVICE), 2)
        stack.callback(pool.terminate)
        costs = {}
        for who, viewer in (await _viewers(installed, tenant)).items():
            reads = {name: partial(_median, pool, viewer, read, installed.sizes.turns)
                     for name, read in _reads(viewer).items()}  # fmt: skip
            for measure in reads.values():  # what is read first finds nothing in memory
                await measure()
            costs[who] = {name: await measure() for name, measure in reads.items()}
        return costs


async def _viewers(installed: BenchInstallation, tenant: Tenant) -> dict[str, Viewer]:
    parent = tenant.seller.workspace
    async with installed.database(SERVICE) as database:
        await database.execute(_ACCENTS, parent.id)
        people: dict[str, tuple[Person, UUID | None]] = {"an admin": (tenant.seller, None)}
        for count in LINKS:
            person = await add_person(database, parent, "regular")
            await database.execute(_LINK, person.id, parent.id, count)
            people[f"linked to {count:,}"] = (person, person.id)
        await database.execute("VACUUM ANALYZE")
        viewers = {}
        for who, (person, linked) in people.items():
            rows = await database.fetch(_DEEP, parent.id, linked)
            deep = rows[
                min(len(rows) * 9 // 10, max(len(rows) - LIMIT - 2, 0))
            ]  # a whole page follows, if there is one
            role = "regular" if linked else "admin"
            viewers[who] = Viewer(_access(person, parent, role), encode_cursor(deep["sort_name"], deep["workspace_id"]))
    return viewers


def _access(person: Person, parent: Workspace, role: str) -> Access:
    held = Access(person.id, f"{person.id}@larkspur.example", uuid4(), parent.id, "partner", None, Via.own,
                  (GrantedRole(role),), False)  # fmt: skip
    return held.narrowed_to("customer.list", handled(own=True))


def _reads(viewer: Viewer) -> dict[str, Read]:
    access = viewer.access
    return {
        "page first": _listed(access),
        "page deep": _listed(access, cursor=viewer.deep),
        "rows first": _listed(access, limit=LINKS[0]),
        "rows deep": _listed(access, limit=LINKS[0], cursor=viewer.deep),
        "q=eron, in the middle of a word": _listed(access, q="eron"),
        "q=borse, without accents": _listed(access, q="borse"),
        "q=zzzz": _listed(access, q="zzzz"),
        **{f"sort {sort}": _listed(access, sort=sort, descending=True) for sort in SORTS},
        "inactive hidden, and counted": _listed(access, hide_inactive=True, count=True),
        "totals of all": lambda read: fetch_totals(read, access, _criteria()),
        "summary": lambda read: read_summary(read, access, _now(), _now()),
    }


def _listed(
    access: Access, *, cursor: str | None = None, limit: int = LIMIT, count: bool = False, **asked: object
) -> Read:
    async def read(reads: TimedReads) -> None:
        criteria = await search(reads, access, _criteria(**asked))
        await fetch_customers(reads, access, criteria, cursor, limit)
        if count:
            await count_inactive(reads, access, criteria)

    return read


def _criteria(**asked: object) -> ListCriteria:
    given: dict[str, object] = {"status": "connected", "q": None, "sort": "name", "descending": False,
                                "hide_inactive": False}  # fmt: skip
    return ListCriteria(**given | asked, now=_now())  # type: ignore[arg-type]


def _now() -> datetime:
    return datetime.now(UTC)


async def _median(pool: object, viewer: Viewer, read: Read, turns: int) -> float:
    """Milliseconds that one request waits for PostgreSQL. The first ones prepare its statements."""
    took = []
    for _ in range(turns * 5):
        reads = TimedReads(pool, viewer.access)  # type: ignore[arg-type]
        await read(reads)
        took.append(sum(reads.waited))
    return median(took[len(took) // 4 :])
