"""The list of the Customers page compared with a simple model, on generated customers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, get_args
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.identity.customers.overview import INACTIVE_AFTER, ListCriteria, fetch_customers
from services.identity.customers.schemas import CustomerSort
from services.identity.customers.summary import read_summary
from services.identity.customers.totals import count_inactive
from shared.auth.access import Access
from shared.auth.permissions import GrantedRole, handled
from shared.events import Via
from shared.pages import encode_cursor
from shared.reads import ScopedReads, in_scope
from tests.identity.harness import IdentityHarness

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AGES = st.none() | st.sampled_from([timedelta(0), INACTIVE_AFTER - timedelta(microseconds=1), INACTIVE_AFTER,
                                    INACTIVE_AFTER + timedelta(microseconds=1), timedelta(days=400)])  # fmt: skip
ROLES = st.sampled_from(["support", "regular", "read_only", "admin", None])


@dataclass(frozen=True)
class Customer:
    ordered: timedelta | None
    active: timedelta | None
    amounts: tuple[int, ...]
    ports: int
    role: str | None
    """The role of the caller's link, or None."""

    @property
    def is_inactive(self) -> bool:
        old = all(age is None or age > timedelta(days=30) for age in (self.ordered, self.active))
        return old and not any(self.amounts)


CUSTOMERS = st.lists(
    st.builds(Customer, AGES, AGES, st.lists(st.sampled_from([0, 1, 9]), max_size=2).map(tuple),
              st.integers(0, 2), ROLES),
    max_size=7,
)  # fmt: skip
often = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Overview:
    """A parent workspace with customers, and a person who lists them."""

    identity: IdentityHarness
    parent: UUID
    person: UUID

    def access(self, role: str) -> Access:
        held = Access(self.person, "tom@meridian.example", uuid4(), self.parent, "partner", None, Via.own,
                      (GrantedRole(role),), False)  # fmt: skip
        return held.narrowed_to("customer.list", handled(own=True))

    async def replace(self, customers: list[Customer]) -> None:
        connection = await asyncpg.connect(self.identity.database.owner_url)
        await connection.execute("DELETE FROM grants WHERE source = 'link'; DELETE FROM customer_overview")
        await connection.execute("DELETE FROM workspaces WHERE kind = 'customer'")
        for number, customer in enumerate(customers):
            await self._insert(connection, UUID(int=number), f"{number:03}", customer)
        await connection.close()

    async def _insert(self, connection: asyncpg.Connection, id_: UUID, name: str, customer: Customer) -> None:
        await connection.execute(
            "INSERT INTO workspaces VALUES ($1, $2, 'customer', $3, $3, $3, $4, $4, 1)", id_, self.parent, name, NOW
        )
        amounts = [{"currency": f"X{n}X", "amount_minor": a} for n, a in enumerate(customer.amounts)]
        await connection.execute(
            "INSERT INTO customer_overview VALUES ($1, $2, $3, $3, $3, 'connected', NULL, NULL, $4, $5, $6, 1, $7,"
            " 0, 0, 1, $8, $9)", id_, self.parent, name, orjson.dumps(amounts).decode(),
            max(customer.amounts, default=0), any(customer.amounts), customer.ports,
            None if customer.active is None else NOW - customer.active,
            None if customer.ordered is None else NOW - customer.ordered,
        )  # fmt: skip
        if customer.role:
            await connection.execute(
                "INSERT INTO grants (id, user_id, workspace_id, role, source, granted_at, parent_workspace_id)"
                " VALUES ($1, $2, $3, $4, 'link', $5, $6)", uuid4(), self.person, id_, customer.role, NOW, self.parent
            )  # fmt: skip

    async def walk(self, role: str, limit: int = 3, **wish: Any) -> tuple[list[dict[str, Any]], int]:
        """The rows of all pages, and the number of hidden customers."""
        given = {"status": "connected", "q": None, "sort": "name", "descending": False, "hide_inactive": False}
        criteria = ListCriteria(**given | wish, now=NOW)
        access, cursor, rows = self.access(role), None, list[dict[str, Any]]()
        while True:
            read = ScopedReads(self.identity.runtime.pool, access)
            page, cursor = await fetch_customers(read, access, criteria, cursor, limit)
            left_out = await count_inactive(read, access, criteria)
            rows += page
            if cursor is None:
                return rows, left_out


@pytest.fixture
async def overview(identity: IdentityHarness) -> Overview:
    await identity.init()
    (provider,) = await identity.sql("SELECT workspace_id FROM workspaces")
    (robin,) = await identity.sql("SELECT id FROM users")
    return Overview(identity, provider["workspace_id"], robin["id"])


def numbers(rows: list[dict[str, Any]]) -> list[int]:
    return [int(row["display_name"]) for row in rows]


@pytest.mark.rule("P12", "D6")
@often
@given(customers=CUSTOMERS)
async def test_hide_inactive_hides_exactly_who_is_strictly_older_than_thirty_days_in_all_three(
    overview: Overview, customers: list[Customer]
) -> None:
    await overview.replace(customers)

    rows, left_out = await overview.walk("admin", hide_inactive=True)

    assert numbers(rows) == [n for n, customer in enumerate(customers) if not customer.is_inactive]
    assert left_out == len(customers) - len(rows)


@pytest.mark.rule("P3", "P4", "P13", "P22")
@often
@given(customers=CUSTOMERS)
async def test_who_is_no_admin_sees_the_linked_ones_and_numbers_where_the_role_has_them(
    overview: Overview, customers: list[Customer]
) -> None:
    await overview.replace(customers)

    rows, _ = await overview.walk("regular", hide_inactive=True)

    def is_seen(customer: Customer) -> bool:
        return customer.role == "support" or (customer.role is not None and not customer.is_inactive)

    assert numbers(rows) == [n for n, customer in enumerate(customers) if is_seen(customer)]
    assert [row["role"] for row in rows] == [customers[n].role for n in numbers(rows)]
    assert {row["ports"]["state"] for row in rows if row["role"] == "support"} <= {"hidden"}
    assert {row["ports"]["state"] for row in rows if row["role"] != "support"} <= {"value"}


@pytest.mark.rule("P12", "D6", "P4")
@often
@given(customers=CUSTOMERS, role=st.sampled_from(["admin", "regular"]))
async def test_each_number_of_the_summary_is_that_of_the_list_that_it_leads_to(
    overview: Overview, customers: list[Customer], role: str
) -> None:
    await overview.replace(customers)

    read = ScopedReads(overview.identity.runtime.pool, overview.access(role))
    found = await read_summary(read, read.access, NOW, NOW)

    lists = {name: numbers((await overview.walk(role, activity=name))[0]) for name in ("inactive", "never")}
    sees = [n for n, customer in enumerate(customers) if role == "admin" or customer.role not in (None, "support")]
    assert lists["inactive"] == [n for n in sees if customers[n].is_inactive]
    assert lists["never"] == [
        n for n in sees if customers[n].active is customers[n].ordered is None and not any(customers[n].amounts)
    ]
    assert {name: found[name] for name in lists} == {name: len(rows) for name, rows in lists.items()}
    assert found["customers"] == len((await overview.walk(role))[0])
    assert (found["invited"], found["expiring"]) == (0, 0)


KEYS: dict[str, Callable[[Customer], Any]] = {
    "name": lambda customer: 0,
    "mrr": lambda customer: max(customer.amounts, default=0),
    "ports": lambda customer: customer.ports,
    "virtual_circuits": lambda customer: 0,
    "cloud_connections": lambda customer: 0,
    "last_activity": lambda customer: timedelta.min if customer.active is None else -customer.active,
    "last_order": lambda customer: timedelta.min if customer.ordered is None else -customer.ordered,
}


@often
@given(customers=CUSTOMERS, sort=st.sampled_from(get_args(CustomerSort)), descending=st.booleans(),
       limit=st.integers(1, 3))  # fmt: skip
async def test_the_pages_together_are_the_whole_list_in_order(
    overview: Overview, customers: list[Customer], sort: str, descending: bool, limit: int
) -> None:
    await overview.replace(customers)

    rows, _ = await overview.walk("admin", limit, sort=sort, descending=descending)

    expected = sorted(range(len(customers)), key=lambda n: (KEYS[sort](customers[n]), n), reverse=descending)
    assert numbers(rows) == expected


@pytest.mark.parametrize("status", ["connected", "not_connected"])
async def test_every_page_of_every_order_of_a_long_list_is_read_from_its_index(overview: Overview, status: str) -> None:
    await overview.identity.sql(
        "INSERT INTO workspaces SELECT gen_random_uuid(), :parent, 'customer', 's' || n, 'n' || n, 'a' || n, now(),"
        " now(), 1 FROM generate_series(1, 3000) n", parent=overview.parent
    )  # fmt: skip
    await overview.identity.sql(
        "INSERT INTO customer_overview SELECT workspace_id, parent_workspace_id, slug, display_name, account_number,"
        " 'connected', NULL, NULL, '[]', random() * 1000, true, 1, random() * 10, random() * 10, random() * 10, 1,"
        " now() - random() * interval '90 days', now() FROM workspaces WHERE kind = 'customer'"
    )
    await overview.identity.sql("ANALYZE customer_overview")

    for sort, descending in product(get_args(CustomerSort), (False, True)):
        key = NOW.isoformat() if sort.startswith("last") else "5"
        for cursor in (None, encode_cursor(key, uuid4())):
            plan = await overview_plan(overview, ListCriteria(status, None, sort, descending, False, NOW), cursor)
            assert f"ix_customer_overview_by_{sort}" in plan, plan
            assert "Sort" not in plan, plan
            (looked_up,) = (line for line in plan.splitlines() if "Index Cond: ((customer_overview.parent" in line)
            assert ("ROW(" in looked_up) == bool(cursor), plan


@dataclass
class Explaining:
    """A reader that returns the query plan instead of the rows."""

    reads: ScopedReads
    plan: str = ""

    async def fetch(self, query: str, *values: object) -> list[Any]:
        scoped = in_scope(query, len(values))
        rows = await self.reads.pool.fetch(f"EXPLAIN (VERBOSE) {scoped}", *values, "", "", "")
        self.plan = "\n".join(row[0] for row in rows)
        return []


async def overview_plan(overview: Overview, criteria: ListCriteria, cursor: str | None) -> str:
    access = overview.access("admin")
    explaining = Explaining(ScopedReads(overview.identity.runtime.pool, access))
    await fetch_customers(explaining, access, criteria, cursor, 50)  # type: ignore[arg-type]
    return explaining.plan
