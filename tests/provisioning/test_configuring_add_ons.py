"""Additional users order, change and cancel add-ons, and nothing else (I10, I23, I26)."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.auth.permissions import ROLES, level
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, order_of, post
from tests.provisioning.living import API, Living
from tests.provisioning.parts import AT_ONCE, Whole, bringing, with_circuit
from tests.provisioning.resetting import reset
from tests.provisioning.test_add_ons import moved
from tests.provisioning.test_cancelling import kind_of

ADD_ONS = f"{API}/add-ons"
BIGGER: dict[str, Any] = {"configuration": {"months": 12}}
RETENTION: dict[str, Any] = {"kind": "cloud_subscription", "configuration_schema": {"type": "object"}}


async def opened(provisioning: ProvisioningHarness, **product: Any) -> tuple[Whole, Caller]:
    """A service with an add-on that can be ordered for it, and an additional user."""
    whole = await Whole.open(provisioning)
    retention = RETENTION | {"driver_options": AT_ONCE} | product
    whole.add_on = await provisioning.product(**retention, add_on_to=[whole.product["key"]])
    return whole, await whole.somebody("additional")


@pytest.mark.rule("I10", "I23")
async def test_an_additional_user_orders_changes_and_cancels_an_add_on(provisioning: ProvisioningHarness) -> None:
    whole, mei = await opened(provisioning)

    checked = await mei.http.post(f"{ADD_ONS}/check", json=whole.wanted())
    ordered = await whole.add(caller=mei)
    await whole.work()
    part = whole.part(ordered.json()["service_id"])
    changed = await part.change(mei, **BIGGER)
    await whole.work()
    later = await part.cancel("period_end", mei)
    undone = await part.undo(later.json()["id"], mei)
    before = await part.read()
    ended = await part.cancel("now", mei)
    await whole.work()

    assert (checked.status_code, checked.json()) == (200, {"placed_order_id": None})
    assert [each.status_code for each in (ordered, changed, later, undone, ended)] == [201, 201, 201, 200, 201]
    assert (before["configuration"], before["state"], before["cancelled_by"]) == ({"months": 12}, "active", None)
    assert (await part.read())["state"] == "deleted"
    assert {each["placed_by_address"] for each in await orders_of(whole) if each["service_id"] == part.id} == {
        "additional@northwind.example"
    }
    placed = (await provisioning.database.events("provisioning.order_placed"))[-1]
    assert placed["actor"]["user_id"] == str(mei.user_id)
    assert await provisioning.broken() == [] == await whole.differences()


async def orders_of(whole: Whole) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await whole.admin.http.get(f"{API}/orders")).json()["items"]
    return found


@pytest.mark.rule("I10", "I23", "I26")
async def test_and_does_none_of_it_to_other_services(provisioning: ProvisioningHarness) -> None:
    whole, mei = await opened(provisioning)
    part = await whole.added()
    scheduled = (await whole.cancel("period_end")).json()
    alone = Living(provisioning, whole.admin, whole.product, whole.id, door="/add-ons")

    forbidden = [
        await provisioning_order(mei, whole),
        await whole.change(mei, configuration={"speed_gbps": 100}),
        await whole.cancel("now", mei),
        await whole.undo(scheduled["id"], mei),
        await whole.suspend(caller=mei),
        await reset(mei, part.id),
    ]
    not_add_ons = [
        await alone.change(mei, configuration={"speed_gbps": 100}),
        await mei.http.post(f"{ADD_ONS}/changes/check", json={"service_id": whole.id, "configuration": {},
                            "plan_version_id": whole.product["plan_version_id"]}),
        await alone.cancel("now", mei),
        await alone.undo(scheduled["id"], mei),
        await mei.http.post(f"{ADD_ONS}/orders/{(await whole.read())['order_id']}/withdraw"),
    ]  # fmt: skip
    ordered = await post(mei, ADD_ONS, order_of(whole.product, part_of=whole.id))

    assert [each.status_code for each in forbidden] == [403] * 6
    assert [(each.status_code, kind_of(each)) for each in not_add_ons] == [(409, "not-an-add-on")] * 5
    assert ordered.status_code in (409, 422)
    assert (await whole.read())["cancelled_by"] == scheduled["id"]
    assert (await reset(whole.admin, part.id)).status_code == 201


async def provisioning_order(caller: Caller, whole: Whole) -> Any:
    return await post(caller, f"{API}/orders", order_of(whole.product))


@pytest.mark.rule("I23")
async def test_what_came_along_is_no_add_on(provisioning: ProvisioningHarness) -> None:
    connection, circuit = await bringing(provisioning)
    admin = await provisioning.running.caller("admin")
    await provisioning.add_workspace(admin.workspace_id, "customer", "Northwind Logistics")
    placed = await post(admin, f"{API}/orders", with_circuit(connection, circuit))
    whole = Whole(provisioning, admin, connection, placed.json()["service_id"], add_on=circuit)
    await whole.work()
    (along,) = (await whole.parts())["parts"]
    mei = await whole.somebody("additional")

    answers = [await whole.part(along["id"]).change(mei, **BIGGER), await whole.part(along["id"]).cancel("now", mei)]

    assert [(each.status_code, kind_of(each)) for each in answers] == [(409, "not-an-add-on")] * 2


@pytest.mark.rule("I23", "D2")
async def test_a_member_asks_and_an_admin_approves(provisioning: ProvisioningHarness) -> None:
    whole, _ = await opened(provisioning)
    member, part = await whole.somebody("member"), await whole.added()

    asked = (await part.change(member, **BIGGER)).json()
    shown = {"plan_version_id": whole.add_on["plan_version_id"]}
    approved = await post(whole.admin, f"{API}/orders/{asked['id']}/approve", shown)
    await whole.work()
    cancelled = (await part.cancel("now", member)).json()
    added = (await whole.add(caller=member)).json()
    withdrawn = await member.http.post(f"{ADD_ONS}/orders/{added['id']}/withdraw")

    assert (asked["state"], approved.status_code) == ("awaiting_approval", 200)
    assert ((await part.read())["configuration"], cancelled["state"]) == ({"months": 12}, "awaiting_approval")
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "withdrawn")
    assert await provisioning.broken() == []


@pytest.mark.rule("I23")
async def test_an_additional_user_withdraws_an_add_on_that_waits_for_the_provider(
    provisioning: ProvisioningHarness,
) -> None:
    whole, mei = await opened(provisioning, needs_acknowledgement=True)

    waits = (await whole.add(caller=mei)).json()
    answers = [
        await mei.http.post(f"{API}/orders/{waits['id']}/withdraw"),
        await mei.http.post(f"{ADD_ONS}/orders/{waits['id']}/withdraw"),
    ]

    assert waits["state"] == "awaiting_acknowledgement"
    assert [each.status_code for each in answers] == [403, 200]


@pytest.mark.rule("I23")
async def test_somebody_within_another_bill_group_or_location_adds_and_changes_nothing(
    provisioning: ProvisioningHarness,
) -> None:
    whole, _ = await opened(provisioning)
    group, other = uuid4(), uuid4()
    await moved(whole, group)
    part = await whole.added()
    here = whole.admin.workspace_id
    limits: list[dict[str, Any]] = [
        {"bill_group_id": other}, {"bill_group_id": group, "location_ids": [uuid4()]}, {"bill_group_id": group},
    ]  # fmt: skip
    people = [await provisioning.running.caller("additional", workspace_id=here, **each) for each in limits]

    added = [await whole.add(caller=each) for each in people]
    changed = [await part.change(each, **BIGGER) for each in people]
    cancelled = [await part.cancel("period_end", each) for each in people[:2]]

    assert [each.status_code for each in added] == [422, 422, 201]
    assert {kind_of(each) for each in added[:2]} == {"add-on-of-nothing"}
    assert [each.status_code for each in changed] == [404, 404, 201]
    assert [each.status_code for each in cancelled] == [404, 404]


@pytest.mark.rule("I23")
async def test_an_order_is_placed_once_and_its_check_names_it(provisioning: ProvisioningHarness) -> None:
    whole, mei = await opened(provisioning)
    key = str(uuid4())

    first, second = await asyncio.gather(*(post(mei, ADD_ONS, whole.wanted(), key=key) for _ in range(2)))
    again = await post(mei, ADD_ONS, whole.wanted(), key=key)
    checked = await mei.http.post(f"{ADD_ONS}/check", json=whole.wanted(), headers={"Idempotency-Key": key})

    assert {each.status_code for each in (first, second)} <= {201, 409}
    assert (again.status_code, checked.json()["placed_order_id"]) == (201, again.json()["id"])
    assert len((await whole.parts())["parts"]) == 1


@pytest.mark.rule("I23")
async def test_of_a_change_and_a_cancellation_at_once_the_first_counts(provisioning: ProvisioningHarness) -> None:
    for _ in range(4):
        whole, mei = await opened(provisioning)
        part = await whole.added()

        changed, cancelled = await asyncio.gather(part.change(mei, **BIGGER), part.cancel("now", mei))
        await whole.work()

        assert [changed.status_code, cancelled.status_code] in ([201, 409], [409, 201])
        expected = {201: "deleted", 409: "active"}[cancelled.status_code]
        assert (await part.read())["state"] == expected
        assert await provisioning.broken() == []


@pytest.mark.rule("I23")
async def test_the_sites_of_an_add_on_are_offered_to_who_may_order_it(provisioning: ProvisioningHarness) -> None:
    whole, mei = await opened(provisioning)

    offered = await mei.http.get(f"{ADD_ONS}/site-offers/{whole.add_on['id']}")
    others = await mei.http.get(f"{ADD_ONS}/site-offers/{whole.product['id']}")
    general = await mei.http.get(f"{API}/site-offers/{whole.product['id']}")

    assert (offered.status_code, offered.json()) == (200, {"sites": []})
    assert [others.status_code, general.status_code] == [404, 403]


@pytest.mark.rule("I23")
def test_who_changes_or_cancels_any_service_does_it_to_add_ons_in_the_same_way() -> None:
    """So that the endpoints of all services, which take add-ons too, let nobody do more to them."""
    for role in ROLES:
        for permission in ("service.change", "service.delete"):
            if found := level(permission, role, "customer"):
                assert found == level("add_on.configure", role, "customer")


@pytest.mark.rule("I10", "I23")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=st.lists(st.sampled_from(["change", "later", "now", "undo"]), min_size=1, max_size=4), whole_too=st.booleans()
)
async def test_whatever_an_additional_user_does_the_service_itself_stays(
    provisioning: ProvisioningHarness, deeds: list[str], whole_too: bool
) -> None:
    whole, mei = await opened(provisioning)
    part = await whole.added()
    before, scheduled = await whole.read(), ""
    targets = [part, Living(provisioning, whole.admin, whole.product, whole.id, door="/add-ons")]

    for number, deed in enumerate(deeds):
        for one in targets if whole_too else targets[:1]:
            if deed == "change":
                answer = await one.change(mei, configuration={"months": number})
            elif deed == "undo":
                answer = await one.undo(scheduled or str(uuid4()), mei)
            else:
                answer = await one.cancel("now" if deed == "now" else "period_end", mei)
            assert answer.status_code in (200, 201, 404, 409), answer.text
            if deed == "later" and answer.status_code == 201:
                scheduled = answer.json()["id"]
        await whole.work()

    assert await whole.read() == before
    assert await provisioning.broken() == []
