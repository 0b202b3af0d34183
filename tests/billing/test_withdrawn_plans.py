"""Plans that are withdrawn and offered again, and the history of their prices."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.billing.harness import BillingHarness, key

PLANS = "/api/billing/plans"


async def publish(billing: BillingHarness, product_id: UUID, minor: int, name: str = "Monthly") -> dict[str, Any]:
    body = {"product_id": str(product_id), "display_name": name, "currency": "EUR", "recurring_minor": minor}
    answer = await billing.provider.http.post(PLANS, json=body, headers=key())
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def offered(billing: BillingHarness, product_id: UUID) -> list[str]:
    found = (await billing.provider.http.get(PLANS, params={"product_id": str(product_id)})).json()["items"]
    return [plan["display_name"] for plan in found]


@pytest.mark.rule("I2")
async def test_a_withdrawn_plan_is_not_offered_and_its_history_stays(billing: BillingHarness) -> None:
    product = uuid4()
    first = await publish(billing, product, 100)
    await publish(billing, product, 200)
    await publish(billing, product, 1000, "Yearly")

    answer = await billing.provider.http.post(f"{PLANS}/{first['id']}/withdraw")

    history = (await billing.provider.http.get(f"{PLANS}/of-products/{product}")).json()
    assert answer.json() == {"id": first["id"], "is_offered": False}
    assert await offered(billing, product) == ["Yearly"]
    assert [(plan["display_name"], plan["is_offered"]) for plan in history] == [("Monthly", False), ("Yearly", True)]
    assert [(v["version"], v["recurring_minor"]) for v in history[0]["versions"]] == [(2, 200), (1, 100)]


@pytest.mark.rule("I2")
async def test_a_plan_comes_back_and_each_change_is_told_once(billing: BillingHarness) -> None:
    product = uuid4()
    plan = await publish(billing, product, 100)

    for act in ("withdraw", "withdraw", "offer", "offer"):
        await billing.provider.http.post(f"{PLANS}/{plan['id']}/{act}")

    told = [(event["name"], event["subject"]["version"]) for event in await billing.running.database.events()]  # type: ignore[index]
    assert told[-2:] == [("billing.plan_withdrawn", 1), ("billing.plan_offered", 2)]
    assert await offered(billing, product) == ["Monthly"]


async def test_new_prices_of_a_withdrawn_plan_do_not_offer_it(billing: BillingHarness) -> None:
    product = uuid4()
    plan = await publish(billing, product, 100)
    await billing.provider.http.post(f"{PLANS}/{plan['id']}/withdraw")

    await publish(billing, product, 200)

    assert await offered(billing, product) == []


async def test_a_subscription_at_a_withdrawn_plan_starts_at_its_prices(billing: BillingHarness) -> None:
    customer = await billing.customer()
    plan = await publish(billing, uuid4(), 100)
    await billing.provider.http.post(f"{PLANS}/{plan['id']}/withdraw")

    await billing.hear(billing.order(customer, UUID(plan["plan_version_id"])))

    [history] = (await billing.provider.http.get(f"{PLANS}/of-products/{plan['product_id']}")).json()
    assert history["subscriptions"] == 1
    [found] = (await (await billing.admin(customer)).http.get("/api/billing/subscriptions")).json()["items"]
    assert found["recurring_minor"] == 100


async def test_only_the_providers_staff_withdraw_and_read_former_prices(billing: BillingHarness) -> None:
    product = uuid4()
    plan = await publish(billing, product, 100)
    admin = await billing.admin(await billing.customer())

    answers = [
        await admin.http.post(f"{PLANS}/{plan['id']}/withdraw"),
        await admin.http.get(f"{PLANS}/of-products/{product}"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert (await billing.provider.http.post(f"{PLANS}/{uuid4()}/withdraw")).status_code == 404
    assert await offered(billing, product) == ["Monthly"]
