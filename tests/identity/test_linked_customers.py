"""What is kept of the customers that somebody is linked to, against a recount, through random changes."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.identity.customers.overview import ROLES_WITHOUT_NUMBERS, ListCriteria, fetch_customers
from services.identity.customers.schemas import CustomerSort
from services.identity.customers.totals import fetch_totals
from services.identity.links.schemas import LinkRole
from shared.auth.access import Access
from shared.auth.permissions import GrantedRole, handled
from shared.events import Via
from shared.pages import encode_cursor
from shared.reads import ScopedReads
from tests.identity.harness import TOM, IdentityHarness, Story
from tests.identity.test_customers_against_a_model import Explaining

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AMOUNTS = st.lists(st.tuples(st.sampled_from(["EUR", "USD", "CHF"]), st.integers(1, 10**12)), max_size=2,
                   unique_by=lambda amount: amount[0])  # fmt: skip
WHEN = st.none() | st.integers(0, 90).map(lambda days: NOW - timedelta(days=days))
CUSTOMER = st.one_of(
    st.fixed_dictionaries({"ports": st.integers(0, 9), "cloud_connections": st.integers(0, 9)}),
    st.fixed_dictionaries({"status": st.sampled_from(["not_connected", "connected"])}),
    st.fixed_dictionaries({"currency": st.sampled_from([None, "EUR", "USD"])}),
    st.fixed_dictionaries({"mrr": AMOUNTS}),
    st.fixed_dictionaries({"display_name": st.sampled_from(["Zürich AG", "heron", "Ægir"])}),
    st.fixed_dictionaries({"last_activity_at": WHEN, "last_order_at": WHEN}),
    st.fixed_dictionaries({"kind": st.sampled_from(["customer", "partner"])}),
    st.fixed_dictionaries({"moved": st.integers(0, 1)}),
    st.just({"remove": True}),
)  # fmt: skip
LINK = st.one_of(st.sampled_from(get_args(LinkRole)).map(lambda role: {"role": role}), st.just({"unlink": True}))
STEPS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), CUSTOMER | LINK | LINK | st.just({"leave": True})),
                 min_size=3, max_size=16)  # fmt: skip
ROW = (
    "INSERT INTO customer_overview (workspace_id, parent_workspace_id, slug, display_name, account_number, status, mrr,"
    " mrr_sort_minor, has_mrr, mrr_version, ports, virtual_circuits, cloud_connections, counts_version)"
    " SELECT workspace_id, parent_workspace_id, slug, display_name, account_number, 'connected', '[]', 0, false, 0,"
    " 1, 0, 0, 0 FROM workspaces WHERE workspace_id = $1 ON CONFLICT DO NOTHING"
)
LINKS = (
    "INSERT INTO grants (id, user_id, workspace_id, role, source, granted_at, parent_workspace_id)"
    " SELECT gen_random_uuid(), $1, workspace_id, $3, 'link', now(), parent_workspace_id FROM workspaces"
    " WHERE workspace_id = $2 ON CONFLICT (user_id, workspace_id) WHERE source = 'link' DO UPDATE SET role = $3"
)


class World:
    """Three customers, two parents and two people, changed by SQL as the service changes them."""

    def __init__(self, identity: IdentityHarness, connection: asyncpg.Connection) -> None:
        self.identity, self.sql = identity, connection
        self.parents = [UUID(int=100 + number) for number in range(2)]
        self.customers = [UUID(int=number + 1) for number in range(3)]
        self.people: list[UUID] = []

    async def begin(self) -> None:
        await self.sql.execute("DELETE FROM grants WHERE source = 'link'; DELETE FROM customer_overview")
        self.people = [row["id"] for row in await self.sql.fetch("SELECT id FROM users ORDER BY id LIMIT 2")]
        for parent in self.parents:
            await self.sql.execute(
                "INSERT INTO workspaces SELECT $1, workspace_id, 'partner', $2, $2, $2, now(), now(), 1"
                " FROM workspaces WHERE kind = 'provider' ON CONFLICT DO NOTHING", parent, f"p{parent.int}"
            )  # fmt: skip
        for customer in self.customers:
            await self.sql.execute(
                "INSERT INTO workspaces VALUES ($1, $2, 'customer', $3, $3, $3, now(), now(), 1)"
                " ON CONFLICT DO NOTHING",
                customer, self.parents[0], f"c{customer.int}",
            )  # fmt: skip

    async def change(self, number: int, who: int, values: dict[str, Any]) -> None:
        customer, person = self.customers[number], self.people[who]
        if "role" in values:
            await self.sql.execute(LINKS, person, customer, values["role"])
        elif "unlink" in values:
            of_link = "DELETE FROM grants WHERE source = 'link' AND user_id = $1 AND workspace_id = $2"
            await self.sql.execute(of_link, person, customer)
        elif "leave" in values:
            await self.sql.execute("DELETE FROM grants WHERE source = 'link' AND user_id = $1", person)
        elif "remove" in values:
            await self.sql.execute("DELETE FROM customer_overview WHERE workspace_id = $1", customer)
        else:
            await self._set(customer, values)

    async def _set(self, customer: UUID, values: dict[str, Any]) -> None:
        if "mrr" in values:
            amounts = [{"currency": currency, "amount_minor": minor} for currency, minor in values["mrr"]]
            largest = max((each["amount_minor"] for each in amounts), default=0)
            values = {"mrr": orjson.dumps(amounts).decode(), "mrr_sort_minor": largest, "has_mrr": bool(amounts)}
        if "moved" in values:
            values = {"parent_workspace_id": self.parents[values["moved"]]}
        await self.sql.execute(ROW, customer)
        sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(values, 2))
        await self.sql.execute(
            f"UPDATE customer_overview SET {sets} WHERE workspace_id = $1", customer, *values.values()
        )

    def access(self, person: UUID, parent: UUID) -> Access:
        held = Access(person, TOM, uuid4(), parent, "partner", None, Via.own, (GrantedRole("regular"),), False)
        return held.narrowed_to("customer.list", handled(own=True))

    async def kept_and_recounted(self) -> list[tuple[Any, Any]]:
        """Of each person and parent, connected and not: the kept totals, and those that are added up row by row."""
        found = []
        for person in self.people:
            for parent in self.parents:
                for status in ("connected", "not_connected"):
                    access = self.access(person, parent)
                    reads = ScopedReads(self.identity.runtime.pool, access)
                    all_, every = (criteria(status, q=q) for q in (None, "c"))
                    found.append((await fetch_totals(reads, access, all_), await fetch_totals(reads, access, every)))
        return found


def criteria(status: Any = "connected", **asked: Any) -> ListCriteria:
    given = {"q": None, "sort": "name", "descending": False, "hide_inactive": False}
    return ListCriteria(status, **given | asked, now=NOW)


@pytest.mark.rule("P3", "P4", "P5", "P7", "P13", "P16", "P17", "P22", "D20")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_what_is_kept_of_links_is_what_a_recount_of_links_and_customers_finds(
    story: Story, steps: Sequence[tuple[int, int, dict[str, Any]]]
) -> None:
    connection = await asyncpg.connect(story.identity.database.owner_url)
    world = World(story.identity, connection)
    await world.begin()

    for step in steps:
        await world.change(*step)

    await connection.close()
    for kept, recounted in await world.kept_and_recounted():
        assert kept == recounted
    assert [line for line in await story.identity.problems() if "linked" in line] == []


@pytest.mark.parametrize("wrong", [
    "UPDATE linked_customers SET ports = ports + 1", "UPDATE linked_customers SET role = 'support'",
    "UPDATE linked_customers SET sort_name = 'other'", "DELETE FROM linked_customers",
    "UPDATE linked_totals SET ports = ports + 1", "DELETE FROM linked_totals",
    "UPDATE linked_revenue SET minor = minor - 1", "DELETE FROM linked_revenue",
])  # fmt: skip
async def test_verify_notices_what_is_kept_of_other_links(story: Story, wrong: str) -> None:
    await story.link_tom("regular")
    await story.identity.sql("UPDATE customer_overview SET currency = 'EUR', ports = 2 WHERE kind = 'customer'")
    assert await story.identity.problems() == []

    await story.identity.sql(wrong)

    assert await story.identity.problems() != []


def test_the_database_hides_the_numbers_that_the_permission_table_hides() -> None:
    """`linked_customers.hidden` is made of the role by the database. A change of the table needs a migration of it."""
    assert set(ROLES_WITHOUT_NUMBERS) & set(get_args(LinkRole)) == {"support"}


@pytest.mark.rule("P13")
async def test_a_link_and_a_change_of_its_customer_at_the_same_time_are_both_kept(story: Story) -> None:
    (customer,) = await story.identity.sql("SELECT workspace_id FROM customer_overview WHERE kind = 'customer'")
    changing, linking = [await asyncpg.connect(story.identity.database.owner_url) for _ in range(2)]
    change = "UPDATE customer_overview SET ports = ports + 7 WHERE workspace_id = $1"

    for changes_first in (True, False):
        await linking.execute("DELETE FROM grants WHERE source = 'link'")
        tom = (await linking.fetchrow("SELECT id FROM users WHERE address = $1", TOM))["id"]
        link = (linking, LINKS, tom, customer["workspace_id"], "regular")
        both = [(changing, change, customer["workspace_id"]), link]
        (first, *asked), (second, *then) = both if changes_first else both[::-1]
        begun = first.transaction()
        await begun.start()
        await first.execute(*asked)
        waits = asyncio.create_task(second.execute(*then))
        await asyncio.sleep(0.2)
        assert not waits.done()
        await begun.commit()
        await waits
        assert await story.identity.problems() == []

    for each in (changing, linking):
        await each.close()


async def test_somebody_who_leaves_and_a_batch_of_changes_do_not_deadlock(story: Story) -> None:
    """The one ends links in an order, the other changes their customers in the opposite one."""
    await many_links(story, 20)
    rows = await story.identity.sql("SELECT workspace_id FROM customer_overview WHERE slug LIKE 'harbour-%' ORDER BY 1")
    customers, met = [row["workspace_id"] for row in rows], asyncio.Barrier(2)

    async def each(statement: str, ids: Sequence[UUID]) -> None:
        connection = await asyncpg.connect(story.identity.database.owner_url)
        async with connection.transaction():
            for customer in ids:
                await connection.execute(statement, customer)
            await met.wait()
        await connection.close()

    await asyncio.gather(
        each("DELETE FROM grants WHERE source = 'link' AND workspace_id = $1", customers),
        each("UPDATE customer_overview SET ports = ports + 1 WHERE workspace_id = $1", customers[::-1]),
    )

    assert [line for line in await story.identity.problems() if "linked" in line] == []


async def test_an_upgrade_finds_the_links_that_are_there(story: Story) -> None:
    await story.link_tom("regular")
    await story.identity.sql("UPDATE customer_overview SET ports = 3, currency = 'EUR' WHERE kind = 'customer'")
    tables = ("linked_customers", "linked_totals", "linked_revenue")
    before = [await story.identity.sql(f"SELECT * FROM {table}") for table in tables]

    await story.identity.database.downgrade("identity_0050")
    await story.identity.database.migrate()

    assert [await story.identity.sql(f"SELECT * FROM {table}") for table in tables] == before
    assert [len(each) for each in before] == [1, 1, 1]
    assert await story.identity.problems() == []


@pytest.mark.rule("P13")
async def test_more_than_a_thousand_linked_customers_have_their_totals(story: Story) -> None:
    await many_links(story, 1_200)

    page = await story.tom.get("customers", limit=3)
    summary = await story.tom.get("customers/summary")

    assert page["totals"]["customers"] == summary["customers"] == 1_200
    assert page["totals"]["ports"] == sum(number % 10 for number in range(1, 1_201) if number % 4)


async def test_every_page_of_every_order_of_many_links_is_read_from_its_index(story: Story) -> None:
    access = await many_links(story, 3_000)
    await story.identity.sql("ANALYZE linked_customers")

    for sort in get_args(CustomerSort):
        key = NOW.isoformat() if sort.startswith("last") else "5"
        for cursor in (None, encode_cursor(key, uuid4())):
            explaining = Explaining(ScopedReads(story.identity.runtime.pool, access))
            wanted = criteria(sort=sort, descending=True)
            await fetch_customers(explaining, access, wanted, cursor, 50)  # type: ignore[arg-type]
            (looked_up,) = (line for line in explaining.plan.splitlines() if "(linked_customers.user_id =" in line)
            assert f"ix_linked_customers_by_{sort}" in explaining.plan, explaining.plan
            assert ("ROW(" in looked_up) == bool(cursor), explaining.plan


async def many_links(story: Story, count: int) -> Access:
    """Tom is linked to this many customers, to each fourth as support."""
    await story.identity.sql(
        "INSERT INTO workspaces (workspace_id, parent_workspace_id, kind, slug, display_name, account_number,"
        " created_at, connected_at, version) SELECT gen_random_uuid(), workspace_id, 'customer', 'harbour-' || n,"
        " 'Harbour ' || n, 'H' || n, now(), now(), 1 FROM workspaces, generate_series(1, :count) n"
        " WHERE slug = 'meridian-partners'", count=count
    )  # fmt: skip
    await story.identity.sql(
        "INSERT INTO customer_overview (workspace_id, parent_workspace_id, slug, display_name, account_number, status,"
        " mrr, mrr_sort_minor, has_mrr, mrr_version, ports, virtual_circuits, cloud_connections, counts_version)"
        " SELECT workspace_id, parent_workspace_id, slug, display_name, account_number, 'connected', '[]', 0, false, 0,"
        " substring(slug FROM '.$')::int, 0, 0, 0 FROM workspaces WHERE slug LIKE 'harbour-%'"
    )
    await story.identity.sql(
        "INSERT INTO grants (id, user_id, workspace_id, role, source, granted_at, parent_workspace_id)"
        " SELECT gen_random_uuid(), u.id, w.workspace_id,"
        " CASE WHEN substring(w.slug FROM 9)::int % 4 = 0 THEN 'support' ELSE 'regular' END, 'link', now(),"
        " w.parent_workspace_id FROM workspaces w, users u WHERE w.slug LIKE 'harbour-%' AND u.address = :tom", tom=TOM
    )  # fmt: skip
    (tom,) = await story.identity.sql("SELECT id FROM users WHERE address = :tom", tom=TOM)
    (parent,) = await story.identity.sql("SELECT workspace_id FROM workspaces WHERE slug = 'meridian-partners'")
    held = Access(tom["id"], TOM, uuid4(), parent["workspace_id"], "partner", None, Via.own,
                  (GrantedRole("regular"),), False)  # fmt: skip
    return held.narrowed_to("customer.list", handled(own=True))
