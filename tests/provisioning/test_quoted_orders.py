"""The orders of accepted quotes: one per line, all or none, once (I7)."""

import asyncio
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.provisioning.handlers import router
from services.provisioning.orders.quoted import order_id_of, order_quote
from services.provisioning.plans.service import copy_plan_version
from shared.clock import Clock
from shared.errors import NotYetKnown
from shared.events import Actor, Via
from shared.events.billing import PlanPublished, QuoteAccepted, QuotedLine, QuoteOrderRetried
from shared.outbox import Cause, transaction
from tests.harness.hearing import hearing
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, order_of, post
from tests.provisioning.places import add_host, add_site

pytestmark = pytest.mark.rule("I7")
E = TypeVar("E", QuoteAccepted, QuoteOrderRetried)
ORDERS, CHECKS = "/api/provisioning/orders", "/api/provisioning/order-checks"


async def private_plan(provisioning: ProvisioningHarness, product: dict[str, Any], customer: UUID) -> UUID:
    event = PlanPublished(
        workspace_id=provisioning.provider.workspace_id, plan_id=uuid4(), plan_version_id=uuid4(),
        product_id=UUID(product["id"]), display_name="Q-10001-1/1", currency="EUR", recurring_minor=1,
        one_off_minor=0, interval_months=1, offered_to=customer,
    )  # fmt: skip
    async with provisioning.database.worker.begin() as session:
        await copy_plan_version(session, event)
    return event.plan_version_id


async def a_line(provisioning: ProvisioningHarness, product: dict[str, Any], anna: Caller, **more: Any) -> QuotedLine:
    about: dict[str, Any] = {
        "line_id": uuid4(), "product_id": UUID(product["id"]), "configuration": {"speed_gbps": 10}, "quantity": 2,
        "plan_version_id": await private_plan(provisioning, product, anna.workspace_id),
        "display_name": "Uplink Hamburg",
    }  # fmt: skip
    return QuotedLine(**about | more)


def accepted(anna: Caller, *lines: QuotedLine, kind: type[E] = QuoteAccepted, **more: Any) -> E:  # type: ignore[assignment]
    actor = Actor(kind="user", user_id=anna.user_id, address="anna@northwind.example", via=Via.own)
    about: dict[str, Any] = {
        "workspace_id": anna.workspace_id, "quote_id": uuid4(), "number": "Q-10001", "offer_version": 1,
        "bill_group_id": anna.workspace_id, "requested_by": None, "lines": lines, "accepted_by": anna.user_id,
        "actor": actor,
    }  # fmt: skip
    if kind is QuoteAccepted:
        about["document_sha256"] = None
    return kind(**about | more)


async def hear(provisioning: ProvisioningHarness, *events: Any) -> None:
    runtime = provisioning.running.runtime
    async with hearing(router, runtime.worker_sessions, Clock(), runtime.settings) as ears:
        for event in events:
            await ears.event(event)


async def _work(provisioning: ProvisioningHarness, event: QuoteAccepted | QuoteOrderRetried) -> None:
    """As a worker of its own."""
    cause = Cause(event.actor, Clock().now())
    async with transaction(provisioning.database.worker, cause, workspace_id=event.workspace_id) as session:
        await order_quote(session, event)


async def orders(anna: Caller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await anna.http.get(ORDERS)).json()["items"]
    return found


async def test_each_line_is_ordered_once_in_the_name_of_who_accepted(provisioning: ProvisioningHarness) -> None:
    await add_host(provisioning, await add_site(provisioning), ports=100)
    product = await provisioning.product(needs_acknowledgement=True, needs={"ports": 1})
    anna = await provisioning.running.caller("admin", address="anna@northwind.example")
    one = await a_line(provisioning, product, anna)
    other = await a_line(provisioning, product, anna, display_name="Uplink Kiel", quantity=1)
    event = accepted(anna, one, other)

    await hear(provisioning, event, event)

    made = await orders(anna)
    assert {each["id"] for each in made} == {str(order_id_of(one.line_id)), str(order_id_of(other.line_id))}
    read = await provisioning.read(anna, {"id": str(order_id_of(one.line_id))})
    assert (read["quote_id"], read["placed_by"], read["quantity"]) == (str(event.quote_id), str(anna.user_id), 2)
    assert read["placed_by_address"] == "anna@northwind.example"
    told = await provisioning.database.events("provisioning.order_placed")
    assert {each["quote_id"] for each in told} == {str(event.quote_id)}
    assert {each["actor"]["user_id"] for each in told} == {str(anna.user_id)}
    assert len(told) == 2
    await provisioning.work()
    assert {each["state"] for each in await orders(anna)} == {"fulfilled"}
    assert await provisioning.broken() == []


async def test_of_a_quote_that_is_not_possible_nothing_is_ordered_until_it_is(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product()
    anna = await provisioning.running.caller("admin")
    good = await a_line(provisioning, product, anna)
    wrong = await a_line(provisioning, product, anna, configuration={"speed_gbps": 7}, display_name="Uplink Kiel")
    event = accepted(anna, good, wrong)

    await hear(provisioning, event)

    assert await orders(anna) == []
    [refused] = await provisioning.database.events("provisioning.quote_order_refused")
    assert (refused["problem"], refused["display_name"]) == ("configuration-not-valid", "Uplink Kiel")
    assert await provisioning.database.events("provisioning.order_placed") == []
    async with provisioning.database.owner.begin() as session:
        await session.execute(text('UPDATE products SET configuration_schema = \'{"type": "object"}\''))
    staff = Actor(kind="user", user_id=provisioning.provider.user_id, via=Via.parent)
    again = accepted(anna, good, wrong, kind=QuoteOrderRetried, quote_id=event.quote_id, actor=staff)
    await hear(provisioning, again)
    assert len(await orders(anna)) == 2
    assert (await provisioning.read(anna, {"id": str(order_id_of(good.line_id))}))["placed_by"] == str(anna.user_id)


async def test_a_withdrawn_product_is_still_ordered_at_the_price_that_was_agreed(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product()
    anna = await provisioning.running.caller("admin")
    line = await a_line(provisioning, product, anna)
    gone = await post(provisioning.provider, f"/api/provisioning/catalogue/{product['key']}/withdraw", {})
    assert gone.is_success, gone.text

    await hear(provisioning, accepted(anna, line))

    assert [each["state"] for each in await orders(anna)] == ["placed"]


async def test_an_acceptance_that_comes_before_its_prices_waits_for_them(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    anna = await provisioning.running.caller("admin")
    line = await a_line(provisioning, product, anna, plan_version_id=uuid4())
    with pytest.raises(NotYetKnown):
        await hear(provisioning, accepted(anna, line))
    assert await orders(anna) == []


async def test_the_prices_of_one_customer_are_chosen_by_no_order_and_shown_by_no_list(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product()
    anna = await provisioning.running.caller("admin")
    private = await private_plan(provisioning, product, anna.workspace_id)
    wanted = order_of(product, plan_version_id=str(private))

    for path in (ORDERS, CHECKS):
        refused = await post(anna, path, wanted)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/plan-not-offered")
    own = await provisioning.order(anna, product)
    await provisioning.work()
    service = (await provisioning.read(anna, own))["service_id"]
    change = {"service_id": service, "plan_version_id": str(private), "configuration": {"speed_gbps": 100}}
    changed = await post(anna, "/api/provisioning/changes", change)
    assert (changed.status_code, changed.json()["type"]) == (422, "/problems/plan-not-offered")


async def test_two_workers_at_once_place_the_orders_of_a_quote_once(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    anna = await provisioning.running.caller("admin")
    line = await a_line(provisioning, product, anna)
    first = accepted(anna, line)
    again = accepted(anna, line, kind=QuoteOrderRetried, quote_id=first.quote_id)

    await asyncio.gather(*(_work(provisioning, each) for each in (first, again)))

    assert len(await orders(anna)) == 1


async def test_staff_check_what_they_draft_as_an_order_of_the_customer(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    staff = provisioning.provider
    anna = await provisioning.running.caller("admin")
    await provisioning.add_workspace(anna.workspace_id, "customer", "Northwind", staff.workspace_id)
    path = f"{CHECKS}/of-customers/{anna.workspace_id}"

    assert (await post(staff, path, order_of(product))).status_code == 200
    wrong = await post(staff, path, order_of(product, configuration={"speed_gbps": 7}))
    assert wrong.json()["errors"][0]["pointer"] == "/configuration/speed_gbps"
    assert (await post(staff, f"{CHECKS}/of-customers/{uuid4()}", order_of(product))).status_code == 404
