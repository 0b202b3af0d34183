"""Plans that charge per unit of a whole number in the configuration (K8)."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.prices import price_of_one, priced_fields
from shared.events.provisioning import OrderPlaced, ServiceSuspended
from tests.billing.harness import BillingHarness, key
from tests.billing.test_subscription_changes import last_lines, plan_of, subscription_of

PREVIEWS = "/api/billing/price-previews"
CHANGES = "/api/billing/subscription-previews/change"
PRICES = {"cpu": 500, "memory_gb": 125}
NUMBERS = st.dictionaries(st.sampled_from(["cpu", "memory_gb", "storage_gb", "nodes"]), st.integers(0, 10**7))
FIELD_PRICES = st.dictionaries(st.sampled_from(["cpu", "memory_gb", "storage_gb"]), st.integers(1, 10**8))


@pytest.mark.rule("D20", "K8")
@given(st.integers(0, 10**12), FIELD_PRICES, NUMBERS)
def test_a_price_is_that_of_the_plan_and_of_each_unit_that_it_charges_for(
    recurring: int, prices: dict[str, int], numbers: dict[str, int]
) -> None:
    priced = priced_fields(prices, numbers)

    found = price_of_one(recurring, priced)

    one_by_one = [minor for name, minor in prices.items() for _ in range(min(numbers.get(name, 0), 3))]
    assert priced.keys() == prices.keys()
    assert found == recurring + sum(numbers.get(name, 0) * minor for name, minor in prices.items())
    assert found >= recurring + sum(one_by_one)
    assert found * 1000 < 2**63, "of the largest quantity, it fits the database"


async def ordered(billing: BillingHarness, **numbers: int) -> tuple[UUID, UUID, OrderPlaced]:
    """A customer, the plan version and the order of a service with these numbers, provisioned and billed."""
    customer, plan = await billing.customer(), await billing.plan(1_000, field_prices=PRICES)
    order = await billing.subscribed(customer, plan, quantity=2, numbers=numbers)
    await billing.run_jobs()
    return customer, plan, order


async def previewed(billing: BillingHarness, customer: UUID, path: str, numbers: dict[str, int], **query: Any) -> Any:
    asked = query | {"number": [f"{name}:{value}" for name, value in numbers.items()]}
    return (await (await billing.admin(customer)).http.get(path, params=asked)).json()


@pytest.mark.rule("K6", "K8", "D20")
async def test_an_order_costs_what_its_preview_said_for_its_configuration(billing: BillingHarness) -> None:
    numbers = {"cpu": 4, "memory_gb": 16, "not_priced": 7}
    customer, plan, order = await ordered(billing, **numbers)

    preview = await previewed(billing, customer, PREVIEWS, numbers, plan_version_id=str(plan), quantity=2)

    [invoice] = await billing.invoices(customer)
    listed = await (await billing.admin(customer)).http.get("/api/billing/subscriptions")
    [shown] = listed.json()["items"]
    assert (invoice["net_minor"], preview["recurring"]["net_minor"]) == (10_000, 10_000)
    assert (shown["recurring_minor"], shown["recurring_total_minor"]) == (5_000, 10_000)
    assert shown["priced"] == {"cpu": {"number": 4, "minor": 500}, "memory_gb": {"number": 16, "minor": 125}}
    [started] = await billing.events("subscription_started", customer)
    assert (started["service_id"], started["recurring_minor"]) == (str(order.service_id), 5_000)
    assert await billing.verify() == []


@pytest.mark.rule("K2", "K8", "I3")
async def test_another_configuration_changes_the_price_from_that_day_on_as_previewed(billing: BillingHarness) -> None:
    customer, plan, order = await ordered(billing, cpu=2, memory_gb=8)  # 3,000 each
    await billing.day_by_day(21)
    wanted = {"cpu": 8, "memory_gb": 32}  # 9,000 each
    asked = {"service_id": str(order.service_id), "plan_version_id": str(plan), "quantity": 2}
    preview = await previewed(billing, customer, CHANGES, wanted, **asked)
    same = await previewed(billing, customer, CHANGES, {"cpu": 2, "memory_gb": 8}, **asked)

    await billing.hear(billing.state_of(order, quantity=2, numbers=wanted))

    [changed] = await billing.events("subscription_changed", customer)
    await billing.day_by_day(10)
    newest = (await billing.invoices(customer))[-1]
    assert (same["recurring_after_minor"], same["credit_minor"]) == (6_000, 0)
    assert (preview["recurring_before_minor"], preview["recurring_after_minor"]) == (6_000, 18_000)
    assert (changed["recurring_minor"], changed["credit_minor"]) == (9_000, preview["credit_minor"])
    assert [net for *_, net in await last_lines(billing, customer)] == [5_806, 18_000, -1_935]
    assert newest["total_minor"] == preview["next_total_minor"]
    assert await billing.verify() == []


@pytest.mark.rule("K8")
async def test_another_plan_charges_for_the_same_configuration_as_it_does(billing: BillingHarness) -> None:
    customer, _, order = await ordered(billing, cpu=2, memory_gb=8)
    product = (await billing.rows("SELECT product_id FROM plans"))[0]["product_id"]
    other = await plan_of(billing, product, "Cores", recurring_minor=0, field_prices={"cpu": 2_000})

    numbers = {"cpu": 2, "memory_gb": 8}
    await billing.hear(billing.state_of(order, plan_version_id=other, quantity=2, numbers=numbers))

    found = await subscription_of(billing, order)
    assert (found["recurring_minor"], found["priced"]) == (4_000, {"cpu": {"number": 2, "minor": 2_000}})
    assert customer == found["workspace_id"]


@pytest.mark.rule("K8")
async def test_an_event_that_does_not_know_the_configuration_changes_no_price(billing: BillingHarness) -> None:
    customer, _, order = await ordered(billing, cpu=2, memory_gb=8)

    await billing.hear(billing.state_of(order, ServiceSuspended, quantity=2, numbers=None, state="suspended"))

    assert (await subscription_of(billing, order))["recurring_minor"] == 3_000
    assert await billing.events("subscription_changed", customer) == []


@pytest.mark.parametrize(
    ("prices", "status"),
    [({}, 201), ({"cpu": 100_000_000}, 201), ({"memory-gb.1": 1}, 201), ({"cpu": 0}, 422), ({"cpu": 100_000_001}, 422),
     ({"cpu:": 1}, 422), ({"": 1}, 422), ({"x" * 65: 1}, 422), ({f"f{n}": 1 for n in range(6)}, 422)],
)  # fmt: skip
async def test_prices_of_fields_have_bounds(billing: BillingHarness, prices: dict[str, int], status: int) -> None:
    body = {"product_id": str(uuid4()), "display_name": "Nodes", "currency": "EUR", "recurring_minor": 0}

    answer = await billing.provider.http.post("/api/billing/plans", json=body | {"field_prices": prices}, headers=key())

    assert answer.status_code == status
    if status == 201:
        told = await billing.running.database.events("billing.plan_published")
        assert answer.json()["field_prices"] == told[-1]["field_prices"] == prices


@pytest.mark.parametrize("number", ["cpu", "cpu:-1", "cpu:1.5", "cpu:123456789", ":4", "c pu:4", "cpu:٤"])
async def test_a_preview_refuses_what_is_no_number_of_a_field(billing: BillingHarness, number: str) -> None:
    plan, customer = await billing.plan(1_000, field_prices=PRICES), await billing.customer()

    answer = await (await billing.admin(customer)).http.get(
        PREVIEWS, params={"plan_version_id": str(plan), "number": number}
    )

    assert answer.status_code == 422
