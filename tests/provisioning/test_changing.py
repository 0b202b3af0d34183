"""Changing services: their configuration, quantity and plan, by orders (K8, P19, D2)."""

import asyncio
from uuid import UUID, uuid4

import pytest

from tests.provisioning.harness import ProvisioningHarness, post
from tests.provisioning.living import API, Living

FASTER = {"speed_gbps": 100}


@pytest.mark.rule("K8", "P19")
@pytest.mark.parametrize("role", ["admin", "regular"])
async def test_a_service_is_changed_step_by_step(provisioning: ProvisioningHarness, role: str) -> None:
    living = await Living.open(provisioning)
    person = await living.somebody(role)

    order = (await living.change(person, configuration=FASTER, quantity=3)).json()
    during = await living.read()
    await living.work()
    after, done = await living.read(), await provisioning.read(living.admin, order)

    assert (order["kind"], order["state"], during["state"], during["quantity"]) == (
        "change", "provisioning", "changing", 1,
    )  # fmt: skip
    assert order["former"] == {
        "configuration": {"speed_gbps": 10}, "quantity": 1, "plan_version_id": during["plan_version_id"],
    }  # fmt: skip
    assert (after["state"], after["configuration"], after["quantity"]) == ("active", FASTER, 3)
    assert done["state"] == "fulfilled"
    assert {step["state"] for step in done["steps"]} == {"done"}
    (ordered,) = await provisioning.database.events("provisioning.service_change_ordered")
    (changed,) = await provisioning.database.events("provisioning.service_changed")
    assert (ordered["actor"]["user_id"], ordered["changed"]) == (str(person.user_id), ["speed_gbps"])
    assert (ordered["numbers"], changed["numbers"]) == ({"speed_gbps": 10}, FASTER), "what a plan may charge for"
    assert (changed["former_quantity"], changed["quantity"], changed["state"]) == (1, 3, "active")
    assert changed["causation_id"] == ordered["event_id"]
    assert (await living.admin.http.get(f"{API}/services/counts")).json()["ports"] == 3
    assert [each.configuration for each in await living.resources()] == [FASTER]
    assert await provisioning.broken() == [] == await living.differences()


@pytest.mark.rule("K8")
async def test_a_change_that_fails_is_undone_and_costs_what_it_did(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning, fails_in="change", fail_at_step=3, fail_times=9)

    order = (await living.change(configuration=FASTER)).json()
    await living.work()

    after, done = await living.read(), await provisioning.read(living.admin, order)
    assert (after["state"], after["configuration"], done["state"]) == ("active", {"speed_gbps": 10}, "failed")
    assert [step["state"] for step in done["steps"]] == ["undone", "undone", "failed"]
    assert [each.configuration for each in await living.resources()] == [{"speed_gbps": 10}]
    (failed,) = await provisioning.database.events("provisioning.service_change_failed")
    assert (failed["reason_code"], failed["ordered_by"]) == ("simulator_refused", str(living.admin.user_id))
    assert await provisioning.database.events("provisioning.service_changed") == []
    assert await provisioning.broken() == [] == await living.differences()


@pytest.mark.rule("K8")
async def test_staff_try_a_failed_change_again_from_its_first_step(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning, fails_in="change", fail_at_step=2)
    order = (await living.change(configuration=FASTER)).json()
    await living.work()
    await living.mend()

    retried = await post(provisioning.provider, f"{API}/orders/{order['id']}/retry", {})
    again = await post(provisioning.provider, f"{API}/orders/{order['id']}/retry", {})
    await living.work()

    assert (retried.status_code, again.status_code) == (200, 404)
    assert (await living.read())["configuration"] == FASTER
    assert (await provisioning.read(living.admin, order))["state"] == "fulfilled"
    assert await provisioning.broken() == [] == await living.differences()


@pytest.mark.rule("K8")
async def test_a_new_change_takes_the_place_of_one_that_failed(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning, fails_in="change", fail_at_step=1, fail_times=1)
    failed = (await living.change(configuration=FASTER)).json()
    await living.work()
    await living.mend()

    await living.change(configuration={"speed_gbps": 1})
    await living.work()
    retried = await post(provisioning.provider, f"{API}/orders/{failed['id']}/retry", {})

    assert (await provisioning.read(living.admin, failed))["state"] == "cancelled"
    assert retried.status_code == 404
    assert (await living.read())["configuration"] == {"speed_gbps": 1}
    assert await provisioning.broken() == []


@pytest.mark.rule("K8")
async def test_what_nobody_could_order_nobody_can_change_to(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    other = await provisioning.product()

    answers = [
        await living.change(),
        await living.change(configuration={"speed_gbps": 7}),
        await living.change(quantity=6),
        await living.change(plan_version_id=other["plan_version_id"]),
        await living.change(plan_version_id=str(uuid4())),
    ]

    assert [(answer.status_code, answer.json()["type"].split("/")[-1]) for answer in answers] == [
        (409, "nothing-changes"), (422, "configuration-not-valid"), (422, "too-many-at-once"),
        (422, "plan-not-offered"), (422, "plan-not-offered"),
    ]  # fmt: skip
    assert (await living.read())["state"] == "active"


@pytest.mark.rule("K8", "K2")
async def test_a_service_keeps_its_price_until_its_plan_is_changed(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    plan_id, product_id = uuid4(), UUID(living.product["id"])
    former = await provisioning.plan(product_id, plan_id=plan_id)
    newest = await provisioning.plan(product_id, plan_id=plan_id, version=2)

    superseded = await living.change(plan_version_id=str(former))
    at_its_price = await living.change(quantity=2)
    await living.work()
    at_another = await living.change(plan_version_id=str(newest))
    await living.work()

    assert (superseded.status_code, at_its_price.status_code, at_another.status_code) == (409, 201, 201)
    assert (await living.read())["plan_version_id"] == str(newest)
    changed = await provisioning.database.events("provisioning.service_changed")
    assert [each["plan_version_id"] for each in changed] == [living.product["plan_version_id"], str(newest)]
    assert changed[1]["former_plan_version_id"] == living.product["plan_version_id"]


@pytest.mark.rule("K8")
async def test_of_changes_at_once_one_begins_and_the_others_are_told_who(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    regular = await living.somebody("regular")

    answers = await asyncio.gather(
        living.change(configuration=FASTER), living.change(regular, quantity=2), living.cancel(), living.suspend()
    )
    refused = [answer.json() for answer in answers if answer.status_code != 201]
    await living.work()

    assert len(refused) == 3
    assert {each["type"].split("/")[-1] for each in refused} <= {"service-busy", "service-not-active"}
    assert await provisioning.broken() == []
    await living.work()
    assert await living.differences() == []


@pytest.mark.rule("D2", "K8")
async def test_what_a_member_wants_to_change_waits_for_approval(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    member, regular = await living.somebody("member"), await living.somebody("regular")

    asked = (await living.change(member, configuration=FASTER, message="For the launch")).json()
    untouched = await living.read()
    body = {"plan_version_id": asked["plan_version_id"]}
    own = await post(member, f"{API}/orders/{asked['id']}/approve", body)
    approved = await post(regular, f"{API}/orders/{asked['id']}/approve", body)
    await living.work()

    assert (asked["state"], asked["message"], untouched["state"]) == ("awaiting_approval", "For the launch", "active")
    assert (own.status_code, approved.status_code) == (403, 200)
    assert (await living.read())["configuration"] == FASTER
    (requested,) = await provisioning.database.events("provisioning.order_requested")
    (ordered,) = await provisioning.database.events("provisioning.service_change_ordered")
    assert (requested["order_kind"], requested["service_id"]) == ("change", living.id)
    assert (ordered["actor"]["user_id"], ordered["asked_by"]) == (str(regular.user_id), str(member.user_id))
    assert await provisioning.broken() == []


@pytest.mark.rule("D2")
async def test_a_change_that_no_longer_fits_is_not_approved(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    member = await living.somebody("member")
    asked = (await living.change(member, configuration=FASTER)).json()
    await living.change(configuration=FASTER)
    await living.work()

    approved = await post(
        living.admin, f"{API}/orders/{asked['id']}/approve", {"plan_version_id": asked["plan_version_id"]}
    )

    assert (approved.status_code, approved.json()["type"].split("/")[-1]) == (409, "nothing-changes")
    assert (await provisioning.read(living.admin, asked))["state"] == "awaiting_approval"


@pytest.mark.rule("P20", "P21")
@pytest.mark.parametrize("role", ["additional", "read_only", "support", "billing"])
async def test_nobody_else_changes_suspends_or_cancels(provisioning: ProvisioningHarness, role: str) -> None:
    living = await Living.open(provisioning)
    person = await living.somebody(role)
    scheduled = (await living.cancel("period_end")).json()["id"]

    answers = [
        await living.change(person, quantity=2), await living.cancel("now", person),
        await living.suspend(caller=person), await living.resume(person), await living.undo(scheduled, person),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [403] * 5


@pytest.mark.rule("K8")
async def test_another_tenants_service_is_as_unknown_as_a_random_one(provisioning: ProvisioningHarness) -> None:
    living, stranger = await Living.open(provisioning), await provisioning.running.caller("admin")
    scheduled = (await living.cancel("period_end")).json()["id"]

    answers = [
        await living.change(stranger, quantity=2), await living.cancel("now", stranger),
        await living.suspend(caller=stranger), await living.resume(stranger), await living.undo(scheduled, stranger),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [404] * 5
