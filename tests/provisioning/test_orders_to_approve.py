"""Orders of people whose role has to ask (D2)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.provisioning.bill_groups.service import copy_bill_group
from services.provisioning.orders.asking import MOST_PER_DAY, MOST_WAITING
from services.provisioning.orders.models import Order
from shared.events.billing import BillGroupUpdated
from shared.scope import begin_in
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, order_of, post

ORDERS = "/api/provisioning/orders"


async def team(provisioning: ProvisioningHarness, *roles: str) -> list[Caller]:
    """People of one workspace."""
    workspace_id = uuid4()
    return [
        await provisioning.running.caller(role, workspace_id=workspace_id, address=f"{role}@northwind.example")
        for role in roles
    ]


async def approve(caller: Caller, order: dict[str, Any], plan_version_id: UUID | str | None = None) -> httpx.Response:
    shown = str(plan_version_id or order["plan_version_id"])
    return await post(caller, f"{ORDERS}/{order['id']}/approve", {"plan_version_id": shown})


async def refuse(caller: Caller, order: dict[str, Any], reason: str = "Too expensive.") -> httpx.Response:
    return await post(caller, f"{ORDERS}/{order['id']}/refuse", {"reason": reason})


async def withdraw(caller: Caller, order: dict[str, Any]) -> httpx.Response:
    return await caller.http.post(f"{ORDERS}/{order['id']}/withdraw")


@pytest.mark.rule("D2")
async def test_what_a_member_orders_waits_and_nothing_is_provisioned(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product(display_name="10 Gbps port")
    marco, anna = await team(provisioning, "member", "admin")

    order = await provisioning.order(marco, product, message="For the new site.", display_name="Lyon 2")
    await provisioning.work()

    assert (order["state"], order["service_id"], order["steps"]) == ("awaiting_approval", None, [])
    assert (order["message"], order["display_name"]) == ("For the new site.", "Lyon 2")
    assert await provisioning.read(anna, order) == order
    listed = (await anna.http.get(ORDERS, params={"state": "awaiting_approval"})).json()["items"]
    assert [(each["id"], each["step"], each["display_name"]) for each in listed] == [(order["id"], None, "Lyon 2")]
    assert (await anna.http.get("/api/provisioning/services")).json()["items"] == []
    assert await provisioning.database.events("provisioning.order_placed") == []
    (asked,) = await provisioning.database.events("provisioning.order_requested")
    assert (asked["actor"]["user_id"], asked["asked_by"]) == (str(marco.user_id), str(marco.user_id))
    assert "For the new site." not in str(asked)
    assert await provisioning.broken() == []


@pytest.mark.rule("D2")
@pytest.mark.parametrize("role", ["admin", "regular"])
async def test_an_approved_order_is_placed_by_who_approved_and_provisioned(
    provisioning: ProvisioningHarness, role: str
) -> None:
    product = await provisioning.product()
    marco, anna = await team(provisioning, "member", role)
    order = await provisioning.order(marco, product)

    answer = await approve(anna, order)
    await provisioning.work()

    assert (answer.status_code, answer.json()["state"]) == (200, "placed")
    assert len(answer.json()["steps"]) == 4
    found = await provisioning.read(marco, order)
    assert (found["state"], found["decided_by_address"]) == ("fulfilled", f"{role}@northwind.example")
    assert (found["placed_by"], found["placed_by_address"]) == (str(marco.user_id), "member@northwind.example")
    (placed,) = await provisioning.database.events("provisioning.order_placed")
    (asked,) = await provisioning.database.events("provisioning.order_requested")
    assert (placed["actor"]["user_id"], placed["asked_by"]) == (str(anna.user_id), str(marco.user_id))
    assert (placed["correlation_id"], placed["causation_id"]) == (asked["correlation_id"], asked["event_id"])
    (provisioned,) = await provisioning.database.events("provisioning.service_provisioned")
    assert (provisioned["ordered_by"], provisioned["causation_id"]) == (str(marco.user_id), placed["event_id"])
    assert await provisioning.broken() == []


@pytest.mark.rule("D2")
async def test_an_order_of_somebody_who_may_order_needs_no_approval(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    (anna,) = await team(provisioning, "regular")

    order = await provisioning.order(anna, product, message="Not kept.")

    assert (order["state"], order["message"], order["decided_at"]) == ("placed", "", None)
    (placed,) = await provisioning.database.events("provisioning.order_placed")
    assert placed["asked_by"] is None


@pytest.mark.rule("D2")
async def test_a_refused_order_says_why_and_is_never_placed(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    marco, anna = await team(provisioning, "member", "admin")
    order = await provisioning.order(marco, product)

    answer = await refuse(anna, order, "Use the old one.")
    again = await approve(anna, order)

    assert (answer.status_code, answer.json()["state"]) == (200, "refused")
    found = await provisioning.read(marco, order)
    assert (found["reason"], found["decided_by_address"]) == ("Use the old one.", "admin@northwind.example")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/order-not-waiting")
    assert again.json()["state"] == "refused"
    (refused,) = await provisioning.database.events("provisioning.order_refused")
    assert (refused["reason"], refused["asked_by"]) == ("Use the old one.", str(marco.user_id))
    assert await provisioning.broken() == []


@pytest.mark.rule("D2")
@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
async def test_a_refusal_has_a_reason(provisioning: ProvisioningHarness, reason: str) -> None:
    product = await provisioning.product()
    marco, anna = await team(provisioning, "member", "admin")
    order = await provisioning.order(marco, product)

    answer = await refuse(anna, order, reason)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reason")
    assert (await provisioning.read(marco, order))["state"] == "awaiting_approval"


@pytest.mark.rule("D2")
async def test_only_who_asked_can_withdraw(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    marco, anna, other = await team(provisioning, "member", "admin", "member")
    order = await provisioning.order(marco, product)

    by_others = [(await withdraw(each, order)).status_code for each in (anna, other)]
    own = await withdraw(marco, order)
    late = await approve(anna, order)

    assert by_others == [403, 403]
    assert (own.status_code, own.json()["state"]) == (200, "withdrawn")
    assert (late.status_code, late.json()["state"]) == (409, "withdrawn")
    (withdrawn,) = await provisioning.database.events("provisioning.order_withdrawn")
    assert withdrawn["actor"]["user_id"] == str(marco.user_id)


@pytest.mark.rule("D2")
@pytest.mark.parametrize("role", ["member", "additional", "read_only", "support"])
async def test_nobody_else_decides(provisioning: ProvisioningHarness, role: str) -> None:
    product = await provisioning.product()
    marco, other = await team(provisioning, "member", role)
    order = await provisioning.order(marco, product)

    answers = [await approve(other, order), await refuse(other, order)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert (await provisioning.read(marco, order))["state"] == "awaiting_approval"


@pytest.mark.rule("D2")
async def test_the_price_is_checked_again_at_approval(provisioning: ProvisioningHarness) -> None:
    product, plan_id = await provisioning.product(), uuid4()
    old = await provisioning.plan(UUID(product["id"]), plan_id=plan_id, version=1)
    marco, anna = await team(provisioning, "member", "admin")
    order = await provisioning.order(marco, product, plan_version_id=str(old))
    new = await provisioning.plan(UUID(product["id"]), plan_id=plan_id, version=2)

    shown = await provisioning.read(anna, order)
    at_old, at_other = await approve(anna, order), await approve(anna, order, product["plan_version_id"])
    at_new = await approve(anna, order, new)

    assert (shown["plan_version_id"], shown["newest_plan_version_id"]) == (str(old), str(new))
    assert (at_old.status_code, at_old.json()["type"]) == (409, "/problems/plan-superseded")
    assert (at_other.status_code, at_other.json()["type"]) == (422, "/problems/plan-not-offered")
    assert (at_new.status_code, at_new.json()["plan_version_id"]) == (200, str(new))
    (placed,) = await provisioning.database.events("provisioning.order_placed")
    assert placed["plan_version_id"] == str(new)


@pytest.mark.rule("D2")
async def test_an_order_whose_bill_group_was_closed_cannot_be_approved(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    marco, anna = await team(provisioning, "member", "admin")
    order = await provisioning.order(marco, product)
    here = marco.workspace_id
    closed = BillGroupUpdated(
        workspace_id=here, bill_group_id=here, display_name="Z", currency="EUR", is_default=False, is_closed=True,
        subject_version=2, portal_on=False, paying_on=False, has_contract=False, owes=False,
    )  # fmt: skip
    async with begin_in(provisioning.database.worker, here) as session:
        await copy_bill_group(session, closed)

    answer = await approve(anna, order)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bill-group-does-not-fit")
    assert (await refuse(anna, order)).status_code == 200


@pytest.mark.rule("D2")
async def test_a_person_has_only_so_many_orders_that_wait(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    marco, anna, other = await team(provisioning, "member", "admin", "member")
    first, *_ = [await provisioning.order(marco, product) for _ in range(MOST_WAITING - 1)]

    last_two = await asyncio.gather(*(post(marco, ORDERS, order_of(product)) for _ in range(2)))
    of_another = await post(other, ORDERS, order_of(product))
    await approve(anna, first)
    again = await post(marco, ORDERS, order_of(product))

    assert sorted(answer.status_code for answer in last_two) == [201, 409]
    assert {answer.json().get("type") for answer in last_two} == {None, "/problems/too-many-waiting"}
    assert (of_another.status_code, again.status_code) == (201, 201)


@pytest.mark.rule("D2")
async def test_a_person_asks_only_so_often_in_a_day(provisioning: ProvisioningHarness) -> None:
    """Each time, those who may approve get a mail."""
    product = await provisioning.product()
    marco, anna = await team(provisioning, "member", "admin")
    for n in range(MOST_PER_DAY):
        order = await provisioning.order(marco, product)
        assert (await (withdraw(marco, order) if n % 2 else approve(anna, order))).status_code == 200

    refused = await post(marco, ORDERS, order_of(product))
    async with provisioning.database.owner() as session:
        for order in await session.scalars(select(Order)):
            order.placed_at -= timedelta(days=1)
        await session.commit()

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-many-waiting")
    assert (await post(marco, ORDERS, order_of(product))).status_code == 201


@pytest.mark.rule("D2")
async def test_an_order_of_another_workspace_is_as_unknown_as_none(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    (marco,), (stranger,) = await team(provisioning, "member"), await team(provisioning, "admin")
    order = await provisioning.order(marco, product)
    unknown = order | {"id": str(uuid4())}

    for ask in (approve, refuse, withdraw):
        assert (await ask(stranger, order)).status_code == (await ask(stranger, unknown)).status_code == 404


@pytest.mark.rule("D2", "D22")
@given(deeds=st.lists(st.sampled_from(["approve", "approve again", "refuse", "withdraw"]), min_size=2, max_size=4))
@settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
async def test_of_deeds_at_once_the_first_counts(provisioning: ProvisioningHarness, deeds: list[str]) -> None:
    await provisioning.database.empty()
    await provisioning.add_workspace(provisioning.provider.workspace_id, "provider", "Larkspur Cloud")
    provisioning.provider = await provisioning.running.caller("admin", kind="provider")
    product = await provisioning.product()
    marco, anna, bea = await team(provisioning, "member", "admin", "regular")
    order = await provisioning.order(marco, product)
    does = {
        "approve": lambda: approve(anna, order),
        "approve again": lambda: approve(bea, order),
        "refuse": lambda: refuse(bea, order),
        "withdraw": lambda: withdraw(marco, order),
    }

    answers = await asyncio.gather(*(does[deed]() for deed in deeds))

    done = [deed for deed, answer in zip(deeds, answers, strict=True) if answer.status_code == 200]
    assert len(done) == 1
    assert all(answer.status_code in (200, 409) for answer in answers)
    ended = {"approve": "placed", "approve again": "placed", "refuse": "refused", "withdraw": "withdrawn"}[done[0]]
    assert (await provisioning.read(marco, order))["state"] == ended
    assert len(await provisioning.database.events("provisioning.order_placed")) == (ended == "placed")
    assert await provisioning.broken() == []


@pytest.mark.rule("D2")
async def test_a_person_on_behalf_asks_and_decides_by_the_role_of_the_link(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    northwind, meridian = uuid4(), uuid4()
    fields: dict[str, Any] = {"workspace_id": northwind, "parent_workspace_id": meridian, "via": "on_behalf"}
    tom = await provisioning.running.caller("member", address="tom@meridian.example", **fields)
    zoe = await provisioning.running.caller("admin", address="zoe@meridian.example", **fields)

    order = await provisioning.order(tom, product)
    answer = await approve(zoe, order)

    assert (order["state"], order["placed_via"]) == ("awaiting_approval", "on_behalf")
    assert (answer.status_code, answer.json()["decided_by_address"]) == (200, "zoe@meridian.example")
