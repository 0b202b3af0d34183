"""The kept totals, against the customers that they are totals of, through random changes."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.identity.harness import IdentityHarness, Story, add_customer

AMOUNTS = st.lists(st.tuples(st.sampled_from(["EUR", "USD", "CHF"]), st.integers(0, 10**12)), max_size=2,
                   unique_by=lambda amount: amount[0])  # fmt: skip
CHANGES = st.one_of(
    st.fixed_dictionaries({"ports": st.integers(0, 9), "virtual_circuits": st.integers(0, 9),
                           "cloud_connections": st.integers(0, 9)}),
    st.fixed_dictionaries({"status": st.sampled_from(["not_connected", "connected"])}),
    st.fixed_dictionaries({"currency": st.sampled_from([None, "EUR", "USD"])}),
    st.fixed_dictionaries({"mrr": AMOUNTS}),
    st.fixed_dictionaries({"kind": st.sampled_from(["customer", "partner"])}),
    st.just({"delete": True}),
)  # fmt: skip
STEPS = st.lists(st.tuples(st.integers(0, 3), CHANGES), min_size=1, max_size=12)


async def change(identity: IdentityHarness, number: int, values: dict[str, Any]) -> None:
    """Change a row, or insert it if it is not there."""
    where = f"WHERE workspace_id = '{UUID(int=number)}'"
    if "delete" in values:
        await identity.sql(f"DELETE FROM customer_overview {where}")
        return
    if "mrr" in values:
        amounts = [{"currency": currency, "amount_minor": minor} for currency, minor in values["mrr"]]
        values = {"mrr": orjson.dumps(amounts).decode(), "has_mrr": bool(amounts)}
    await identity.sql(
        "INSERT INTO customer_overview (workspace_id, parent_workspace_id, slug, display_name, account_number, status,"
        " mrr, mrr_sort_minor, has_mrr, mrr_version, ports, virtual_circuits, cloud_connections, counts_version)"
        " SELECT workspace_id, parent_workspace_id, slug, display_name, account_number, 'connected', '[]', 0, false, 0,"
        f" 1, 0, 0, 0 FROM workspaces {where} ON CONFLICT DO NOTHING"
    )
    sets = ", ".join(f"{name} = :{name}" for name in values)
    await identity.sql(f"UPDATE customer_overview SET {sets} {where}", **values)


async def expected(identity: IdentityHarness) -> tuple[Counter[Any], Counter[Any]]:
    """Totals by parent and whether connected; revenue by currency, too."""
    counts, revenue = Counter[Any](), Counter[Any]()
    for row in await identity.sql("SELECT * FROM customer_overview WHERE kind = 'customer'"):
        whose = (row["parent_workspace_id"], row["status"] == "connected")
        counts.update({(*whose, name): row[name] for name in ("ports", "virtual_circuits", "cloud_connections")})
        counts[*whose, "customers"] += 1
        if row["currency"]:
            revenue[*whose, row["currency"], "customers"] += 1
        for amount in row["mrr"] if row["has_mrr"] else ():
            revenue[*whose, amount["currency"], "minor"] += amount["amount_minor"]
    return counts, revenue


async def kept(identity: IdentityHarness) -> tuple[Counter[Any], Counter[Any]]:
    counts, revenue = Counter[Any](), Counter[Any]()
    for row in await identity.sql("SELECT * FROM customer_totals"):
        whose = (row["workspace_id"], row["connected"])
        names = ("customers", "ports", "virtual_circuits", "cloud_connections")
        counts.update({(*whose, name): row[name] for name in names})
    for row in await identity.sql("SELECT * FROM customer_revenue"):
        whose = (row["workspace_id"], row["connected"], row["currency"])
        revenue.update({(*whose, name): row[name] for name in ("customers", "minor")})
    return counts, revenue


@pytest.mark.rule("P5", "P7", "P8", "P9", "D20")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_totals_and_revenue_are_those_of_the_customers_whatever_changes(
    story: Story, steps: list[tuple[int, dict[str, Any]]]
) -> None:
    identity = story.identity
    await identity.sql(
        "INSERT INTO workspaces SELECT ('00000000-0000-0000-0000-00000000000' || n)::uuid, p.workspace_id, 'customer',"
        " 's' || n, 'n' || n, 'a' || n, now(), now(), 1 FROM workspaces p, generate_series(0, 3) n"
        " WHERE p.kind = CASE WHEN n = 0 THEN 'provider' ELSE 'partner' END ON CONFLICT DO NOTHING"
    )

    for number, values in steps:
        await change(identity, number, values)

    for found, wanted in zip(await kept(identity), await expected(identity), strict=True):
        assert +found == +wanted
        assert min(found.values(), default=0) >= 0
    assert [line for line in await identity.problems() if "its totals" in line or "its revenue" in line] == []


@pytest.mark.parametrize("wrong", [
    "UPDATE customer_totals SET ports = ports + 1", "UPDATE customer_totals SET customers = 9",
    "UPDATE customer_revenue SET minor = minor - 1", "DELETE FROM customer_revenue", "DELETE FROM customer_totals",
])  # fmt: skip
async def test_verify_notices_totals_of_something_else(story: Story, wrong: str) -> None:
    await story.identity.sql("UPDATE customer_overview SET currency = 'EUR' WHERE kind = 'customer'")
    assert await story.identity.problems() == []

    await story.identity.sql(wrong)

    assert await story.identity.problems() != []


MANY = (
    "INSERT INTO workspaces (workspace_id, parent_workspace_id, kind, slug, display_name, account_number, created_at,"
    " version) SELECT gen_random_uuid(), workspace_id, 'customer', slug || n, 'n', slug || n, now(), 1"
    " FROM workspaces, generate_series(1, 40) n WHERE kind IN ('provider', 'partner')",
    "INSERT INTO customer_overview (workspace_id, parent_workspace_id, slug, display_name, account_number, status, mrr,"
    " mrr_sort_minor, has_mrr, mrr_version, ports, virtual_circuits, cloud_connections, counts_version)"
    " SELECT workspace_id, parent_workspace_id, slug, display_name, account_number, 'connected', '[]', 0, false, 0, 0,"
    " 0, 0, 0 FROM workspaces WHERE display_name = 'n'",
)
CHANGE_HALF = text(
    "UPDATE customer_overview o SET ports = ports + 1 FROM workspaces p WHERE p.workspace_id = o.parent_workspace_id"
    " AND p.kind = :kind AND right(o.slug, 1) IN ('1', '3', '5') = :odd"
)


async def test_two_at_once_that_change_customers_of_the_same_parents_do_not_deadlock(story: Story) -> None:
    """As two batches of events do, of different customers, each in its own order of parents."""
    for statement in MANY:
        await story.identity.sql(statement)

    async def change_half(odd: bool, *kinds: str) -> None:
        async with story.identity.database.owner.begin() as session:
            for kind in kinds:
                await session.execute(CHANGE_HALF, {"kind": kind, "odd": odd})
            await met.wait()

    for _ in range(5):
        met = asyncio.Barrier(2)
        await asyncio.gather(change_half(True, "partner", "provider"), change_half(False, "provider", "partner"))

    for found, wanted in zip(await kept(story.identity), await expected(story.identity), strict=True):
        assert +found == +wanted


async def test_totals_are_added_up_from_the_customers_that_are_there(story: Story) -> None:
    await add_customer(story.robin, "Larkspur's Own", "eve@own.example")
    await story.identity.sql("UPDATE customer_overview SET ports = 3, currency = 'EUR', has_mrr = true,"
                             " mrr = '[{\"currency\": \"USD\", \"amount_minor\": 5}]'")  # fmt: skip
    before = await kept(story.identity)

    await story.identity.database.downgrade("identity_0008")
    await story.identity.database.migrate()

    after = await kept(story.identity)
    assert [len(+numbers) for numbers in after] == [4, 4]
    assert [+numbers for numbers in after] == [+numbers for numbers in before]
    assert await story.identity.problems() == []
