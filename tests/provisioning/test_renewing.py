"""Renewals of people who have to ask: orders that billing answers (D2, K2)."""

from datetime import date
from typing import Any, Literal
from uuid import UUID, uuid4

import httpx
import pytest

from services.provisioning import handlers
from shared.events import Actor
from shared.events.billing import SubscriptionRenewalRefused, SubscriptionRenewed
from shared.outbox import Cause, transaction
from tests.harness.clocks import StoppedClock
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, post
from tests.provisioning.living import API, Living
from tests.provisioning.test_orders_to_approve import ORDERS, refuse, withdraw

TERM = "2028-01-10"


async def ask(living: Living, caller: Caller, *, months: int | None = None, **said: Any) -> httpx.Response:
    body = {"service_id": living.id, "term_ends_on": TERM, **said} | ({"months": months} if months else {})
    return await post(caller, f"{API}/renewals{'/extend' if months else ''}", body)


async def approve(caller: Caller, order: dict[str, Any], term: str | None = TERM) -> httpx.Response:
    body = {"plan_version_id": order["plan_version_id"], "term_ends_on": term}
    return await post(caller, f"{ORDERS}/{order['id']}/approve", body)


async def answered(
    living: Living, order: dict[str, Any] | None,
    reason: Literal["not_renewable", "too_long", "not_a_multiple", "term_changed"] | None = None,
) -> None:  # fmt: skip
    """Billing says that it is renewed, or why not."""
    here = living.admin.workspace_id
    about: dict[str, Any] = {
        "workspace_id": here, "subscription_id": uuid4(), "service_id": UUID(living.id), "bill_group_id": here,
        "order_id": order and UUID(order["id"]), "display_name": "uplink-1",
    }  # fmt: skip
    database = living.provisioning.database
    async with transaction(database.worker, Cause(Actor(), StoppedClock().now()), workspace_id=here) as session:
        if reason:
            refusal = SubscriptionRenewalRefused(**about, ordered_by=living.admin.user_id, reason=reason)
            await handlers.fail_renewal(session, refusal)
        else:
            await handlers.fulfil_renewal(session, SubscriptionRenewed(**about, term_ends_on=date(2029, 1, 10)))


@pytest.mark.rule("D2", "K2")
@pytest.mark.parametrize("months", [None, 24])
async def test_a_member_asks_and_billing_hears_of_it_when_it_is_approved(
    provisioning: ProvisioningHarness, months: int | None
) -> None:
    living = await Living.open(provisioning)
    marco, rita = await living.somebody("member"), await living.somebody("regular")

    asked = await ask(living, marco, months=months, message="We stay.")
    order = asked.json()
    before = await provisioning.database.events("provisioning.renewal_ordered")
    approved = await approve(rita, order, "2028-02-10")

    assert (asked.status_code, order["state"], order["kind"]) == (201, "awaiting_approval", "renew")
    assert (order["months"], order["term_ends_on"], order["message"]) == (months, TERM, "We stay.")
    assert before == []
    assert (approved.status_code, approved.json()["state"]) == (200, "placed")
    [told] = await provisioning.database.events("provisioning.renewal_ordered")
    assert (told["service_id"], told["months"], told["order_id"]) == (living.id, months, order["id"])
    assert told["term_ends_on"] == "2028-02-10", "what was shown to who approves counts"
    assert (told["actor"]["user_id"], told["asked_by"], told["ordered_by"]) == (
        str(rita.user_id), str(marco.user_id), str(marco.user_id),
    )  # fmt: skip
    [request] = await provisioning.database.events("provisioning.order_requested")
    assert (request["order_kind"], request["service_id"]) == ("renew", living.id)
    assert await provisioning.broken() == []

    await answered(living, order)

    found = await provisioning.read(marco, order)
    assert (found["state"], found["service_id"], found["steps"]) == ("fulfilled", living.id, [])
    assert await provisioning.broken() == []


@pytest.mark.rule("D2", "K2")
@pytest.mark.parametrize("reason", ["not_renewable", "too_long", "not_a_multiple", "term_changed"])
async def test_what_billing_refuses_has_failed_with_the_reason_and_is_not_tried_again(
    provisioning: ProvisioningHarness, reason: Any
) -> None:
    living = await Living.open(provisioning)
    order = (await ask(living, living.admin)).json()

    await answered(living, order, reason)
    await answered(living, order)

    found = await provisioning.read(living.admin, order)
    assert (found["state"], found["failure_code"]) == ("failed", f"renewal_{reason}")
    assert found["failure"]
    failed = await provisioning.provider.http.get("/api/provisioning/failed-orders")
    assert failed.json()["items"] == []
    again = await post(provisioning.provider, f"{ORDERS}/{order['id']}/retry", {})
    assert again.status_code == 404
    assert (await living.change(quantity=2)).status_code == 201
    await living.work()
    assert (await provisioning.read(living.admin, order))["state"] == "failed"
    assert await provisioning.broken() == []


@pytest.mark.rule("K2")
async def test_renewals_of_no_order_and_answers_to_other_orders_change_nothing(
    provisioning: ProvisioningHarness,
) -> None:
    living = await Living.open(provisioning)
    first = {"id": (await living.read())["order_id"]}

    await answered(living, None)
    await answered(living, first, "term_changed")

    assert (await provisioning.read(living.admin, first))["state"] == "fulfilled"
    assert await provisioning.broken() == []


@pytest.mark.rule("D2", "K2")
async def test_a_renewal_is_refused_and_withdrawn_as_any_order(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    marco = await living.somebody("member")
    first, second = [(await ask(living, marco)).json() for _ in range(2)]

    answers = [await refuse(living.admin, first, "Not again."), await withdraw(marco, second)]

    assert [answer.json()["state"] for answer in answers] == ["refused", "withdrawn"]
    [told] = await provisioning.database.events("provisioning.order_refused")
    assert told["order_kind"] == "renew"
    assert await provisioning.database.events("provisioning.renewal_ordered") == []


@pytest.mark.rule("D2", "K2")
async def test_what_has_changed_meanwhile_is_not_approved(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    marco = await living.somebody("member")
    order = (await ask(living, marco)).json()
    other = await provisioning.plan(UUID(living.product["id"]))
    assert (await living.change(plan_version_id=str(other))).status_code == 201
    await living.work()

    of_former_plan = await approve(living.admin, order)
    await living.cancel("period_end")
    of_cancelled = await approve(living.admin, order)
    late = await ask(living, marco)

    assert (of_former_plan.status_code, of_former_plan.json()["type"]) == (409, "/problems/plan-superseded")
    assert (of_cancelled.status_code, of_cancelled.json()["type"]) == (409, "/problems/service-ending")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/service-ending")
    assert (await provisioning.read(marco, order))["state"] == "awaiting_approval"


@pytest.mark.rule("D2", "K2")
@pytest.mark.parametrize(
    ("role", "state"),
    [("additional", "placed"), ("regular", "placed"), ("member", "awaiting_approval"), ("read_only", None)],
)
async def test_who_asks_and_who_need_not(provisioning: ProvisioningHarness, role: str, state: str | None) -> None:
    living = await Living.open(provisioning)
    caller = await living.somebody(role)

    answers = [await ask(living, caller), await ask(living, caller, months=12)]

    assert [answer.json().get("state") for answer in answers] == [state, state]
    assert {answer.status_code for answer in answers} == {201 if state else 403}


@pytest.mark.parametrize("months", [-1, 61])
async def test_months_have_bounds(provisioning: ProvisioningHarness, months: int) -> None:
    living = await Living.open(provisioning)

    answer = await ask(living, living.admin, months=months)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/months")
