"""Orders that the provider confirms or returns before anything is provisioned."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.provisioning.orders.submitting import MOST_PER_DAY
from services.provisioning.plans.service import copy_plan_offer
from shared.events.billing import PlanWithdrawn
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, order_of, post
from tests.provisioning.test_orders_to_approve import ORDERS, approve, team, withdraw

WAITING = "/api/provisioning/acknowledgements"


async def acknowledge(staff: Caller, order: dict[str, Any]) -> httpx.Response:
    return await post(staff, f"{WAITING}/{order['id']}/acknowledge", {})


async def send_back(staff: Caller, order: dict[str, Any], reason: str = "No line there.") -> httpx.Response:
    return await post(staff, f"{WAITING}/{order['id']}/return", {"reason": reason})


async def count(staff: Caller) -> int:
    found: int = (await staff.http.get(f"{WAITING}/count")).json()["count"]
    return found


async def test_an_order_that_needs_it_waits_for_the_provider_without_a_service(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product(needs_acknowledgement=True, display_name="Dedicated port")
    (anna,) = await team(provisioning, "admin")

    order = await provisioning.order(anna, product, display_name="Lyon 2")
    await provisioning.work()

    assert (order["state"], order["service_id"], order["steps"]) == ("awaiting_acknowledgement", None, [])
    assert order["submitted_at"] == order["placed_at"]
    assert await provisioning.read(anna, order) == order
    assert (await anna.http.get("/api/provisioning/services")).json()["items"] == []
    assert await provisioning.made() == []
    assert await provisioning.database.events("provisioning.order_placed") == []
    (told,) = await provisioning.database.events("provisioning.order_submitted")
    assert (told["actor"]["user_id"], told["asked_by"]) == (str(anna.user_id), str(anna.user_id))
    assert await count(provisioning.provider) == 1
    assert await provisioning.broken() == []


async def test_an_acknowledged_order_is_provisioned_as_it_was_ordered(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product(needs_acknowledgement=True)
    (anna,) = await team(provisioning, "regular")
    order = await provisioning.order(anna, product, quantity=3)
    seen = (await provisioning.provider.http.get(f"{WAITING}/{order['id']}")).json()

    answer = await acknowledge(provisioning.provider, order)
    await provisioning.work()

    assert (seen["configuration"], seen["quantity"], seen["number"]) == ({"speed_gbps": 10}, 3, order["number"])
    assert (answer.status_code, answer.json()) == (
        200, {"id": order["id"], "number": order["number"], "state": "placed"},
    )  # fmt: skip
    found = await provisioning.read(anna, order)
    assert (found["state"], found["quantity"], found["answered_at"] is not None) == ("fulfilled", 3, True)
    (placed,) = await provisioning.database.events("provisioning.order_placed")
    (sent,) = await provisioning.database.events("provisioning.order_submitted")
    assert (placed["actor"]["user_id"], placed["actor"]["via"]) == (str(provisioning.provider.user_id), "parent")
    assert (placed["workspace_id"], placed["ordered_by"]) == (str(anna.workspace_id), str(anna.user_id))
    assert (placed["correlation_id"], placed["causation_id"]) == (sent["correlation_id"], sent["event_id"])
    assert placed["plan_version_id"] == order["plan_version_id"]
    (provisioned,) = await provisioning.database.events("provisioning.service_provisioned")
    assert provisioned["ordered_by"] == str(anna.user_id)
    assert await count(provisioning.provider) == 0
    assert await provisioning.broken() == []


async def test_a_returned_order_says_why_and_nothing_of_it_is_left(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product(needs_acknowledgement=True)
    (anna,) = await team(provisioning, "admin")
    order = await provisioning.order(anna, product)

    answer = await send_back(provisioning.provider, order, "No line there.")
    late = await acknowledge(provisioning.provider, order)
    await provisioning.work()

    assert (answer.status_code, answer.json()["state"]) == (200, "returned")
    found = await provisioning.read(anna, order)
    assert (found["state"], found["reason"], found["service_id"]) == ("returned", "No line there.", None)
    assert (late.status_code, late.json()["type"], late.json()["state"]) == (
        409, "/problems/not-awaiting-acknowledgement", "returned",
    )  # fmt: skip
    (told,) = await provisioning.database.events("provisioning.order_returned")
    assert (told["workspace_id"], told["reason"], told["asked_by"]) == (
        str(anna.workspace_id), "No line there.", str(anna.user_id),
    )  # fmt: skip
    assert told["actor"]["via"] == "parent"
    assert await provisioning.database.events("provisioning.order_placed") == []
    assert await provisioning.broken() == []


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
async def test_a_return_has_a_reason(provisioning: ProvisioningHarness, reason: str) -> None:
    product = await provisioning.product(needs_acknowledgement=True)
    (anna,) = await team(provisioning, "admin")
    order = await provisioning.order(anna, product)

    answer = await send_back(provisioning.provider, order, reason)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reason")
    assert (await provisioning.read(anna, order))["state"] == "awaiting_acknowledgement"


async def test_of_answers_and_withdrawals_at_once_the_first_counts(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product(needs_acknowledgement=True)
    (anna,) = await team(provisioning, "admin")
    for _ in range(5):
        order = await provisioning.order(anna, product)
        answers = await asyncio.gather(
            acknowledge(provisioning.provider, order),
            send_back(provisioning.provider, order),
            withdraw(anna, order),
            acknowledge(provisioning.provider, order),
        )
        assert sorted(answer.status_code for answer in answers) in ([200, 403, 409, 409], [200, 409, 409, 409])
    assert await provisioning.broken() == []


@pytest.mark.rule("D2")
async def test_what_a_member_asks_for_waits_for_approval_first_and_for_the_provider_then(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product(needs_acknowledgement=True)
    marco, anna = await team(provisioning, "member", "admin")
    order = await provisioning.order(marco, product)
    asked_only = await acknowledge(provisioning.provider, order)

    approved = await approve(anna, order)
    by_member = await withdraw(marco, order)
    answer = await acknowledge(provisioning.provider, order)
    await provisioning.work()

    assert (order["state"], asked_only.status_code) == ("awaiting_approval", 409)
    assert (approved.status_code, approved.json()["state"]) == (200, "awaiting_acknowledgement")
    assert approved.json()["submitted_at"] == approved.json()["decided_at"]
    assert (by_member.status_code, by_member.json()["type"]) == (403, "/problems/order-agreed")
    assert answer.status_code == 200
    assert (await provisioning.read(marco, order))["state"] == "fulfilled"
    (sent,) = await provisioning.database.events("provisioning.order_submitted")
    assert (sent["actor"]["user_id"], sent["asked_by"]) == (str(anna.user_id), str(marco.user_id))
    (placed,) = await provisioning.database.events("provisioning.order_placed")
    assert (placed["ordered_by"], placed["asked_by"]) == (str(marco.user_id), None)


async def test_who_may_order_withdraws_what_waits_for_the_provider(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product(needs_acknowledgement=True)
    anna, colleague, reader = await team(provisioning, "admin", "regular", "read_only")
    order = await provisioning.order(anna, product)

    refused = await withdraw(reader, order)
    answer = await withdraw(colleague, order)
    late = await acknowledge(provisioning.provider, order)

    assert refused.status_code == 403
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert (late.status_code, late.json()["state"]) == (409, "withdrawn")
    (told,) = await provisioning.database.events("provisioning.order_withdrawn")
    assert told["actor"]["user_id"] == str(colleague.user_id)
    assert await provisioning.broken() == []


async def test_what_was_agreed_holds_after_a_withdrawal_and_a_new_price(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product(needs_acknowledgement=True)
    (anna,) = await team(provisioning, "admin")
    order = await provisioning.order(anna, product)
    plan_id = uuid4()
    first = await provisioning.plan(UUID(product["id"]), plan_id=plan_id)
    other = await provisioning.order(anna, product, plan_version_id=str(first))
    await provisioning.plan(UUID(product["id"]), plan_id=plan_id, version=2)
    gone = PlanWithdrawn(
        workspace_id=provisioning.provider.workspace_id, subject_version=1, plan_id=plan_id,
        product_id=UUID(product["id"]), display_name="Monthly",
    )  # fmt: skip
    async with provisioning.database.worker.begin() as session:
        await copy_plan_offer(session, gone)
    await post(provisioning.provider, f"/api/provisioning/catalogue/{product['key']}/withdraw", {})

    answers = [await acknowledge(provisioning.provider, each) for each in (order, other)]
    await provisioning.work()

    assert [answer.status_code for answer in answers] == [200, 200]
    placed = await provisioning.database.events("provisioning.order_placed")
    assert [each["plan_version_id"] for each in placed] == [order["plan_version_id"], str(first)]
    assert (await provisioning.read(anna, other))["state"] == "fulfilled"


async def test_what_cannot_be_provisioned_any_more_is_refused_and_goes_on_waiting(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product(needs_acknowledgement=True)
    (anna,) = await team(provisioning, "admin")
    order = await provisioning.order(anna, product)
    changed = {name: product[name] for name in ("display_name", "description")} | {
        "configuration_schema": {"type": "object", "properties": {"speed_gbps": {"enum": [100]}}},
    }
    await provisioning.provider.http.put(f"/api/provisioning/products/{product['key']}", json=changed)

    answer = await acknowledge(provisioning.provider, order)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/configuration-not-valid")
    assert (await provisioning.read(anna, order))["state"] == "awaiting_acknowledgement"
    assert (await send_back(provisioning.provider, order)).status_code == 200


@pytest.mark.parametrize("role", ["support", "read_only", "member"])
async def test_only_admins_and_regular_users_of_the_provider_answer(
    provisioning: ProvisioningHarness, role: str
) -> None:
    product = await provisioning.product(needs_acknowledgement=True)
    (anna,) = await team(provisioning, "admin")
    order = await provisioning.order(anna, product)
    staff = await provisioning.running.caller(
        role, kind="provider", workspace_id=provisioning.provider.workspace_id, address="x@larkspur.example"
    )

    for who in (staff, anna):
        answers = [await acknowledge(who, order), await send_back(who, order)]
        answers += [await who.http.get(f"{WAITING}/{path}") for path in ("count", order["id"])]
        assert [answer.status_code for answer in answers] == [403] * 4


async def test_staff_read_what_was_ordered_only_while_it_waits(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product(needs_acknowledgement=True)
    other = await provisioning.product()
    (anna,) = await team(provisioning, "admin")
    waiting, placed = await provisioning.order(anna, product), await provisioning.order(anna, other)

    answers = [await provisioning.provider.http.get(f"{WAITING}/{each['id']}") for each in (waiting, placed)]
    await acknowledge(provisioning.provider, waiting)
    after = await provisioning.provider.http.get(f"{WAITING}/{waiting['id']}")
    unknown = await provisioning.provider.http.get(f"{WAITING}/{uuid4()}")

    assert [answer.status_code for answer in (*answers, after, unknown)] == [200, 404, 404, 404]


async def test_a_workspace_sends_the_provider_so_many_orders_a_day(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product(needs_acknowledgement=True)
    (anna,) = await team(provisioning, "admin")
    for _ in range(MOST_PER_DAY):
        await withdraw(anna, await provisioning.order(anna, product))

    answer = await post(anna, ORDERS, order_of(product))

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/too-many-submitted")
