"""Who pays for a service is decided with its order, and follows only what billing says."""

from typing import Any, Literal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.provisioning.bill_groups.service import copy_bill_group
from services.provisioning.orders.payers import paid_by
from services.provisioning.plans.service import copy_plan_version
from shared.events.billing import BillGroupCreated, BillGroupUpdated, PlanPublished, SubscriptionMoved
from shared.scope import begin_in
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, order_of, post

ORDERS, CHECKS = "/api/provisioning/orders", "/api/provisioning/order-checks"


async def tell(provisioning: ProvisioningHarness, event: BillGroupCreated | BillGroupUpdated) -> None:
    async with begin_in(provisioning.database.worker, event.workspace_id) as session:
        await copy_bill_group(session, event)


async def group(
    provisioning: ProvisioningHarness, here: UUID, name: str, currency: str = "EUR", *, is_default: bool = False,
    is_closed: bool = False,
) -> str:  # fmt: skip
    about: dict[str, Any] = {"workspace_id": here, "bill_group_id": uuid4(), "display_name": name,
                             "currency": currency, "is_default": is_default}  # fmt: skip
    await tell(provisioning, BillGroupCreated(**about))
    standing = {"is_closed": is_closed, "portal_on": True, "paying_on": True, "has_contract": False, "owes": False}
    await tell(provisioning, BillGroupUpdated(**about, **standing, subject_version=2))
    await tell(provisioning, BillGroupCreated(**about))  # late, again
    return str(about["bill_group_id"])


async def yen_plan(provisioning: ProvisioningHarness, product: dict[str, Any]) -> str:
    event = PlanPublished(
        workspace_id=provisioning.provider.workspace_id, plan_id=uuid4(), plan_version_id=uuid4(),
        product_id=UUID(product["id"]), display_name="Monthly", currency="JPY", recurring_minor=90_000,
        one_off_minor=0, interval_months=1, terms={},
    )  # fmt: skip
    async with provisioning.database.worker.begin() as session:
        await copy_plan_version(session, event)
    return str(event.plan_version_id)


async def payer(provisioning: ProvisioningHarness, caller: Caller, product: dict[str, Any], **more: Any) -> Any:
    return (await provisioning.order(caller, product, **more))["bill_group_id"]


@pytest.mark.rule("D20")
async def test_the_group_that_fits_the_plan_pays_the_default_one_before_others(
    provisioning: ProvisioningHarness,
) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("admin")
    here = jonas.workspace_id
    await group(provisioning, here, "A closed one", is_closed=True)
    first = await group(provisioning, here, "Berlin")
    await group(provisioning, here, "Cologne")
    tokyo = await group(provisioning, here, "Tokyo", "JPY")

    before = await payer(provisioning, jonas, product)
    default = await group(provisioning, here, "Zurich", is_default=True)
    after = await payer(provisioning, jonas, product)
    yen = await payer(provisioning, jonas, product, plan_version_id=await yen_plan(provisioning, product))

    assert (before, after, yen) == (first, default, tokyo)


@pytest.mark.rule("D20")
async def test_an_order_that_no_group_fits_is_refused_with_what_to_do(provisioning: ProvisioningHarness) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("admin")
    await group(provisioning, jonas.workspace_id, "Tokyo", "JPY", is_closed=True)
    body = order_of(product, plan_version_id=await yen_plan(provisioning, product))

    for path in (CHECKS, ORDERS):
        answer = await post(jonas, path, body)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/nobody-pays")
        assert answer.json()["currency"] == "JPY"
        assert "Ask your seller for one in JPY" in answer.json()["detail"]
    assert await provisioning.database.events("provisioning.order_placed") == []


async def test_a_named_group_that_is_closed_or_has_another_currency_is_refused(
    provisioning: ProvisioningHarness,
) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("admin")
    closed = await group(provisioning, jonas.workspace_id, "Old", is_closed=True)
    yen = await group(provisioning, jonas.workspace_id, "Tokyo", "JPY")

    for named in (closed, yen):
        answer = await post(jonas, ORDERS, order_of(product, bill_group_id=named))
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bill-group-does-not-fit")
        assert answer.json()["errors"][0]["pointer"] == "/bill_group_id"


async def test_a_workspace_without_any_group_yet_is_asked_to_try_again(provisioning: ProvisioningHarness) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("admin")
    async with provisioning.database.owner.begin() as session:
        await session.execute(text("DELETE FROM bill_groups"))

    answer = await post(jonas, ORDERS, order_of(product))

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


@pytest.mark.rule("D20")
@pytest.mark.parametrize(
    ("kind", "status", "problem"),
    [
        ("customer", 503, "/problems/unavailable"),
        ("partner", 409, "/problems/ordered-for-customers"),
        ("provider", 409, "/problems/ordered-for-customers"),
    ],
)
async def test_only_a_customer_waits_for_a_bill_group(
    provisioning: ProvisioningHarness, kind: Literal["customer", "partner", "provider"], status: int, problem: str
) -> None:
    product, caller = await provisioning.product(), await provisioning.running.caller("admin", kind=kind)
    await provisioning.add_workspace(caller.workspace_id, kind, "Northwind Logistics")
    async with provisioning.database.owner.begin() as session:
        await session.execute(text("DELETE FROM bill_groups"))

    for path in (CHECKS, ORDERS):
        answer = await post(caller, path, order_of(product))
        assert (answer.status_code, answer.json()["type"]) == (status, problem)
    assert await provisioning.database.events("provisioning.order_placed") == []


async def test_a_service_and_its_order_follow_their_payer_in_any_order_of_events(
    provisioning: ProvisioningHarness,
) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("admin")
    here = jonas.workspace_id
    first, second = [await group(provisioning, here, name) for name in ("Berlin", "Cologne")]
    order = await provisioning.order(jonas, product, bill_group_id=first)
    ids = {"subscription_id": uuid4(), "service_id": UUID(order["service_id"])}
    moves = [
        SubscriptionMoved(workspace_id=here, bill_group_id=UUID(to), former_bill_group_id=UUID(of), subject_version=at,
                          **ids)
        for of, to, at in ((first, second, 3), (second, first, 2), (first, second, 3))
    ]  # fmt: skip

    for event in moves:
        async with begin_in(provisioning.database.worker, here) as session:
            await paid_by(session, event)

    service = (await jonas.http.get(f"/api/provisioning/services/{order['service_id']}")).json()
    assert service["bill_group_id"] == second
    assert (await provisioning.read(jonas, order))["bill_group_id"] == second
