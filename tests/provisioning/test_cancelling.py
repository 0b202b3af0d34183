"""Cancelling services, now or at the end of their period, and undoing that (P19, K2, D2)."""

import asyncio

import pytest

from tests.provisioning.harness import ProvisioningHarness, post
from tests.provisioning.living import API, Living


def kind_of(answer: object) -> str:
    return str(answer.json()["type"]).rsplit("/", 1)[-1]  # type: ignore[attr-defined]


@pytest.mark.rule("P19")
@pytest.mark.parametrize("role", ["admin", "regular"])
async def test_a_service_that_is_cancelled_now_is_deleted(provisioning: ProvisioningHarness, role: str) -> None:
    living = await Living.open(provisioning)
    person = await living.somebody(role)

    order = (await living.cancel("now", person)).json()
    during = await living.read()
    await living.work()
    listed = (await living.admin.http.get(f"{API}/services")).json()["items"]
    deleted = (await living.admin.http.get(f"{API}/services?state=deleted")).json()["items"]

    assert (order["kind"], order["ends"], during["state"]) == ("cancel", "now", "deleting")
    assert ((await living.read())["state"], listed, [each["id"] for each in deleted]) == ("deleted", [], [living.id])
    assert (await provisioning.read(living.admin, order))["state"] == "fulfilled"
    assert (await living.admin.http.get(f"{API}/services/counts")).json()["ports"] == 0
    assert await living.resources() == []
    (ordered,) = await provisioning.database.events("provisioning.cancellation_ordered")
    (gone,) = await provisioning.database.events("provisioning.service_deleted")
    assert (ordered["state"], ordered["ends"], ordered["actor"]["user_id"]) == ("deleting", "now", str(person.user_id))
    assert (gone["state"], gone["causation_id"]) == ("deleted", ordered["event_id"])
    assert await provisioning.broken() == [] == await living.differences()


@pytest.mark.rule("P19", "K2")
async def test_a_service_works_until_its_period_ends(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)

    order = (await living.cancel("period_end")).json()
    twice = await living.cancel("period_end")
    changed = await living.change(quantity=2)
    await living.work()
    until_then = await living.read()
    await living.period_ends()
    await living.work()

    assert (order["state"], until_then["state"], until_then["cancelled_by"]) == ("scheduled", "active", order["id"])
    assert [(each.status_code, kind_of(each)) for each in (twice, changed)] == [(409, "service-ending")] * 2
    assert (await living.read())["state"] == "deleted"
    assert (await provisioning.read(living.admin, order))["state"] == "fulfilled"
    (ordered,) = await provisioning.database.events("provisioning.cancellation_ordered")
    assert (ordered["state"], ordered["ends_with_period"]) == ("active", True)
    assert await provisioning.broken() == [] == await living.differences()


@pytest.mark.rule("K2")
async def test_a_cancellation_is_undone_until_its_day(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    order = (await living.cancel("period_end")).json()

    undone, again = await living.undo(order["id"]), await living.undo(order["id"])
    await living.period_ends()  # which billing had said before it heard
    await living.work()

    assert (undone.status_code, undone.json()["state"], again.status_code) == (200, "undone", 409)
    assert ((await living.read())["state"], (await living.read())["cancelled_by"]) == ("active", None)
    (event,) = await provisioning.database.events("provisioning.cancellation_undone")
    assert (event["ends_with_period"], event["state"]) == (False, "active")
    assert await provisioning.broken() == []


@pytest.mark.rule("K2")
async def test_of_undoing_and_the_day_the_first_counts(provisioning: ProvisioningHarness) -> None:
    for _ in range(4):
        living = await Living.open(provisioning)
        order = (await living.cancel("period_end")).json()

        undone, _ended = await asyncio.gather(living.undo(order["id"]), living.period_ends())
        await living.work()

        expected = {200: "active", 409: "deleted"}[undone.status_code]
        assert (await living.read())["state"] == expected
        assert await provisioning.broken() == []


@pytest.mark.rule("K2")
async def test_a_service_whose_term_is_over_is_deleted_without_an_order_of_anybody(
    provisioning: ProvisioningHarness,
) -> None:
    living = await Living.open(provisioning)

    await living.period_ends("expired")
    await living.period_ends("expired")
    await living.work()

    assert (await living.read())["state"] == "deleted"
    orders = (await living.admin.http.get(f"{API}/orders")).json()["items"]
    assert sorted((each["kind"], each["placed_by_address"], each["state"]) for each in orders) == [
        ("cancel", None, "fulfilled"), ("new", "ada@northwind.example", "fulfilled"),
    ]  # fmt: skip
    assert await provisioning.broken() == []


@pytest.mark.rule("K2")
async def test_a_service_whose_term_is_over_while_it_is_changed_is_deleted_afterwards(
    provisioning: ProvisioningHarness,
) -> None:
    living = await Living.open(provisioning)
    await living.change(quantity=2)

    await living.period_ends("expired")
    await living.work()

    assert (await living.read())["state"] == "deleted"
    assert await provisioning.broken() == [] == await living.differences()


@pytest.mark.rule("P19")
async def test_a_deletion_that_fails_is_begun_again_where_it_failed(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning, fails_in="delete", fail_at_step=3)
    order = (await living.cancel()).json()
    await living.work()
    failed = await provisioning.read(living.admin, order)
    listed = (await provisioning.provider.http.get(f"{API}/failed-orders")).json()["items"]

    await post(provisioning.provider, f"{API}/orders/{order['id']}/retry", {})
    await living.work()

    assert (failed["state"], [step["state"] for step in failed["steps"]]) == ("failed", ["done", "done", "failed"])
    assert [each["id"] for each in listed] == [order["id"]]
    assert (await living.read())["state"] == "deleted"
    done = {key: n for key, n in await provisioning.made() if key.startswith("delete/")}
    assert done == {f"delete/{living.id}": 3}
    assert await provisioning.broken() == [] == await living.differences()


@pytest.mark.rule("P19")
async def test_a_service_that_never_came_is_cancelled_with_its_order(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning, fail_at_step=2)
    first = (await living.admin.http.get(f"{API}/orders")).json()["items"][0]

    later, now = await living.cancel("period_end"), await living.cancel("now")
    await living.work()
    retried = await post(provisioning.provider, f"{API}/orders/{first['id']}/retry", {})

    assert (first["state"], later.status_code, now.status_code, retried.status_code) == ("failed", 409, 201, 404)
    assert (await living.read())["state"] == "deleted"
    assert (await provisioning.read(living.admin, first))["state"] == "cancelled"
    assert await provisioning.broken() == []


@pytest.mark.rule("D2")
async def test_a_member_asks_to_cancel(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    member = await living.somebody("member")

    asked = (await living.cancel("now", member, message="Not used since May")).json()
    working = await living.read()
    approved = await post(
        living.admin, f"{API}/orders/{asked['id']}/approve", {"plan_version_id": asked["plan_version_id"]}
    )
    await living.work()

    assert (asked["state"], working["state"], approved.status_code) == ("awaiting_approval", "active", 200)
    assert (await living.read())["state"] == "deleted"
    (requested,) = await provisioning.database.events("provisioning.order_requested")
    (ordered,) = await provisioning.database.events("provisioning.cancellation_ordered")
    assert (requested["order_kind"], ordered["asked_by"]) == ("cancel", str(member.user_id))
    assert ordered["actor"]["user_id"] == str(living.admin.user_id)


@pytest.mark.rule("P19")
async def test_what_is_cancelled_for_later_can_be_deleted_now(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    scheduled = (await living.cancel("period_end")).json()

    now = await living.cancel("now")
    await living.work()

    assert (now.status_code, (await living.read())["state"]) == (201, "deleted")
    assert (await provisioning.read(living.admin, scheduled))["state"] == "undone"
    assert await provisioning.broken() == []
