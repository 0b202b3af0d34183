"""The catalogue for staff: states of products, withdrawal and return, and checks before publishing."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.provisioning.plans.service import copy_plan_offer
from shared.events.billing import PlanOffered, PlanWithdrawn
from tests.harness.services import Caller
from tests.provisioning.harness import PORT, ProvisioningHarness, order_of, post

CATALOGUE = "/api/provisioning/catalogue"
ORDERS = "/api/provisioning/orders"
CHECKS = "/api/provisioning/product-checks"


async def states(provisioning: ProvisioningHarness, **query: str) -> dict[str, str]:
    answer = await provisioning.provider.http.get(CATALOGUE, params=query)
    return {item["key"]: item["state"] for item in answer.json()["items"]}


async def customer(provisioning: ProvisioningHarness) -> Caller:
    return await provisioning.running.caller("admin", kind="customer")


async def withdraw(provisioning: ProvisioningHarness, product: dict[str, Any]) -> None:
    answer = await provisioning.provider.http.post(f"{CATALOGUE}/{product['key']}/withdraw")
    assert answer.json() == {"key": product["key"], "is_offered": False, "version": product["version"] + 1}


@pytest.mark.rule("I2", "K7")
async def test_a_withdrawn_product_is_not_offered_and_its_services_go_on(provisioning: ProvisioningHarness) -> None:
    somebody = await customer(provisioning)
    product = await provisioning.product(key="port")
    order = await provisioning.order(somebody, product)

    await withdraw(provisioning, product)

    listed = (await somebody.http.get("/api/provisioning/products")).json()["items"]
    alone = (await somebody.http.get("/api/provisioning/products/port")).json()
    placed = await post(somebody, ORDERS, order_of(product))
    checked = await post(somebody, "/api/provisioning/order-checks", order_of(product))
    await provisioning.work()
    assert listed == []
    assert alone["is_offered"] is False
    assert [each.json()["type"] for each in (placed, checked)] == ["/problems/product-no-longer-offered"] * 2
    assert [each.status_code for each in (placed, checked)] == [409, 409]
    assert (await provisioning.read(somebody, order))["state"] == "fulfilled"


@pytest.mark.rule("I2")
async def test_a_product_that_is_offered_again_can_be_ordered(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product(key="port")
    await withdraw(provisioning, product)

    for _ in range(2):
        await provisioning.provider.http.post(f"{CATALOGUE}/port/offer")

    await provisioning.order(await customer(provisioning), product)
    told = [
        (event["name"], event["subject"]["version"])  # type: ignore[index]
        for event in await provisioning.database.events()
        if event["name"].startswith("provisioning.product_")  # type: ignore[attr-defined]
    ]
    assert told == [
        ("provisioning.product_published", 1), ("provisioning.product_withdrawn", 2),
        ("provisioning.product_offered", 3),
    ]  # fmt: skip


async def test_a_withdrawn_product_without_services_is_retired_and_hidden(provisioning: ProvisioningHarness) -> None:
    sold, unsold, _ = [await provisioning.product(key=key) for key in ("sold", "unsold", "usual")]
    await provisioning.order(await customer(provisioning), sold)
    for product in (sold, unsold):
        await withdraw(provisioning, product)

    assert await states(provisioning) == {"sold": "withdrawn", "usual": "offered"}
    for state, key in (("offered", "usual"), ("withdrawn", "sold"), ("retired", "unsold")):
        assert await states(provisioning, state=state) == {key: state}


async def test_staff_read_how_many_services_a_product_has_and_how_it_is_provisioned(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product(key="port", driver_options={"step_seconds": 2.5})
    for _ in range(2):
        await provisioning.order(await customer(provisioning), product)

    found = (await provisioning.provider.http.get(f"{CATALOGUE}/port")).json()

    assert (found["services"], found["state"], found["driver"]) == (2, "offered", "simulator")
    assert found["driver_options"] == {"step_seconds": 2.5}
    assert found["configuration_schema"] == PORT["configuration_schema"]


@pytest.mark.rule("I2")
async def test_an_order_at_the_moment_of_a_withdrawal_is_placed_before_it_or_refused(
    provisioning: ProvisioningHarness,
) -> None:
    somebody = await customer(provisioning)
    product = await provisioning.product(key="port")

    async with provisioning.database.owner() as session, session.begin():
        await session.execute(text("UPDATE products SET withdrawn_at = now() WHERE key = 'port'"))
        placing = asyncio.create_task(post(somebody, ORDERS, order_of(product)))
        await waiting_for_a_lock(provisioning)
    late = await placing

    assert late.json()["type"] == "/problems/product-no-longer-offered"
    assert (await somebody.http.get(ORDERS)).json()["items"] == []


async def waiting_for_a_lock(provisioning: ProvisioningHarness) -> None:
    """Until a transaction waits for another one."""
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(20), provisioning.database.owner() as watching:
        while not await watching.scalar(blocked):
            await watching.rollback()
            await asyncio.sleep(0.02)


@pytest.mark.rule("I2")
async def test_a_withdrawn_plan_cannot_be_ordered_whatever_the_order_of_its_events(
    provisioning: ProvisioningHarness,
) -> None:
    somebody, product = await customer(provisioning), await provisioning.product(key="port")
    plan = UUID(await plan_of(provisioning, product))
    about = {"workspace_id": provisioning.provider.workspace_id, "plan_id": plan, "product_id": product["id"]}
    withdrawn, offered, again = (
        event(subject_version=version, display_name="Monthly", **about)
        for event, version in ((PlanWithdrawn, 1), (PlanOffered, 2), (PlanWithdrawn, 3))
    )

    answers = []
    for event in (withdrawn, again, offered):
        async with provisioning.database.worker.begin() as session:
            await copy_plan_offer(session, event)
        answers.append((await post(somebody, ORDERS, order_of(product))).json()["type"])
    async with provisioning.database.worker.begin() as session:
        await copy_plan_offer(session, PlanOffered(subject_version=4, display_name="Monthly", **about))
    await provisioning.order(somebody, product)

    assert answers == ["/problems/plan-no-longer-offered"] * 3


async def plan_of(provisioning: ProvisioningHarness, product: dict[str, Any]) -> str:
    asked = text("SELECT plan_id FROM plan_versions WHERE id = :id")
    async with provisioning.database.worker() as session:
        return str(await session.scalar(asked, {"id": UUID(product["plan_version_id"])}))


async def test_a_check_publishes_nothing_and_says_what_would_be_refused(provisioning: ProvisioningHarness) -> None:
    fine = await post(provisioning.provider, CHECKS, PORT)
    nothing = (await provisioning.provider.http.get(CATALOGUE)).json()["items"]
    await provisioning.product(key="port")
    again = await post(provisioning.provider, CHECKS, PORT | {"display_name": "Another"})
    another = await post(provisioning.provider, CHECKS, PORT | {"kind": "node"})
    unusable = await post(provisioning.provider, CHECKS, PORT | {"configuration_schema": {"type": "array"}})

    assert [fine.json(), again.json(), nothing] == [{"exists": False}, {"exists": True}, []]
    assert [(error["pointer"], error["code"]) for error in another.json()["errors"]] == [("/kind", "cannot_change")]
    assert unusable.json()["type"] == "/problems/schema-not-usable"


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ({"type": "string", "pattern": "(?=a)"}, "not_a_pattern"),
        ({"type": "string", "format": "colour"}, "not_a_format"),
        ({"$ref": "#/$defs/none"}, "not_a_reference"),
        ({"type": "array"}, "not_a_field_type"),
        ({"enum": [{}]}, "not_a_choice_list"),
        ({"type": "string", "contentEncoding": "x"}, "not_supported"),
    ],
)
async def test_what_is_wrong_with_a_schema_has_a_code(
    provisioning: ProvisioningHarness, field: dict[str, Any], code: str
) -> None:
    schema = {"type": "object", "properties": {"it": field}}

    answer = await post(provisioning.provider, CHECKS, PORT | {"configuration_schema": schema})

    [error] = answer.json()["errors"]
    assert error["code"] == code
    assert error["pointer"].startswith("/configuration_schema/properties/it")


async def test_only_the_providers_staff_read_and_withdraw(provisioning: ProvisioningHarness) -> None:
    await provisioning.product(key="port")
    somebody = await customer(provisioning)

    answers = [
        await somebody.http.get(CATALOGUE), await somebody.http.get(f"{CATALOGUE}/port"),
        await somebody.http.post(f"{CATALOGUE}/port/withdraw"), await somebody.http.get("/api/provisioning/drivers"),
    ]  # fmt: skip

    assert {answer.status_code for answer in answers} == {403}
    assert await states(provisioning) == {"port": "offered"}


async def test_the_drivers_say_what_options_they_take(provisioning: ProvisioningHarness) -> None:
    manual, simulator = (await provisioning.provider.http.get("/api/provisioning/drivers")).json()

    assert (manual["name"], simulator["name"]) == ("manual", "simulator")
    assert manual["options_schema"]["properties"] == {}
    assert {"step_seconds", "fail_at_step"} <= simulator["options_schema"]["properties"].keys()
