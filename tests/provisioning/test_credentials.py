"""Resetting the credentials of a service: who may, and who is shown the new ones, once (I14, I26, D30)."""

import asyncio
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.provisioning.harness import ProvisioningHarness, post
from tests.provisioning.resetting import (
    CREDENTIALS,
    a_node,
    change_grant,
    let_in,
    reset,
    show,
    state,
    values,
)


@pytest.mark.rule("I14", "D30")
async def test_new_credentials_are_shown_once_and_the_former_ones_stop_working(
    provisioning: ProvisioningHarness,
) -> None:
    _, admin, service_id = await a_node(provisioning)

    first = await reset(admin, service_id)
    awaited = await state(admin, first.json()["id"])
    early = await show(admin, first.json()["id"])
    await provisioning.work()
    ready = await state(admin, first.json()["id"])
    former = values(await show(admin, first.json()["id"]))
    shown = await state(admin, first.json()["id"])
    again = await show(admin, first.json()["id"])
    second = (await reset(admin, service_id)).json()["id"]
    await provisioning.work()
    newer = values(await show(admin, second))

    assert (first.status_code, awaited["state"], ready["state"], shown["state"]) == (201, "awaited", "ready", "shown")
    assert (ready["begun_by_you"], ready["until"] is not None, shown["until"]) == (True, True, None)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/credentials-not-ready")
    assert (again.status_code, again.json()["type"]) == (410, "/problems/credentials-shown-already")
    assert newer["password"] != former["password"]
    assert len(newer["password"]) == 24
    assert [await let_in(provisioning, each) for each in (former, newer)] == [False, True]
    told = await provisioning.database.events("provisioning.credentials_shown")
    assert [(each["actor"]["user_id"], each["operation_id"]) for each in told] == [
        (str(admin.user_id), first.json()["id"]), (str(admin.user_id), second),
    ]  # fmt: skip
    assert await provisioning.broken() == []


@pytest.mark.rule("I26", "P21")
@pytest.mark.parametrize("role", ["regular", "member", "additional", "read_only", "support", "billing"])
async def test_nobody_but_an_admin_may(provisioning: ProvisioningHarness, role: str) -> None:
    person, admin, service_id = await a_node(provisioning, role)
    begun = (await reset(admin, service_id)).json()["id"]
    await provisioning.work()

    answers = [await reset(person, service_id), await show(person, begun)]
    answers.append(await person.http.get(f"{CREDENTIALS}/{begun}"))
    answers.append(await post(person, "/api/provisioning/operations",
                              {"service_id": service_id, "verb": "reset_credentials"}))  # fmt: skip

    assert [answer.status_code for answer in answers[:3]] == [403, 403, 403]
    assert answers[3].status_code == (422 if role in ("regular", "support") else 403)
    assert values(await show(admin, begun))["password"]


@pytest.mark.rule("I14")
async def test_while_holder_control_is_on_only_a_holder_may(provisioning: ProvisioningHarness) -> None:
    other, admin, service_id = await a_node(provisioning)
    begun = (await reset(admin, service_id)).json()["id"]
    await provisioning.work()
    async with provisioning.database.owner.begin() as session:
        await session.execute(text("UPDATE workspace_copies SET holder_control = true"))

    refused = [await reset(admin, service_id), await show(admin, begun)]
    await change_grant(provisioning, admin, holder="primary")
    shown = await show(admin, begun)

    assert [(each.status_code, each.json()["type"]) for each in refused] == [(403, "/problems/holders-only")] * 2
    assert shown.status_code == 200
    assert (await reset(other, service_id)).status_code == 403
    assert (await reset(admin, service_id)).status_code == 201


@pytest.mark.rule("I14", "P18")
async def test_on_behalf_an_admin_may_only_while_holder_control_is_off(provisioning: ProvisioningHarness) -> None:
    _, admin, service_id = await a_node(provisioning)
    tom = await provisioning.running.caller(
        "admin", workspace_id=admin.workspace_id, via="on_behalf", address="tom@larkspur.example"
    )

    allowed = await reset(tom, service_id)
    await provisioning.work()

    assert allowed.status_code == 201
    assert values(await show(tom, allowed.json()["id"]))["password"]
    (told,) = await provisioning.database.events("provisioning.credentials_shown")
    assert (told["actor"]["address"], told["actor"]["via"]) == ("tom@larkspur.example", "on_behalf")


@pytest.mark.rule("D30")
async def test_only_who_began_it_is_shown_them_and_only_while_they_may(provisioning: ProvisioningHarness) -> None:
    other, admin, service_id = await a_node(provisioning)
    stranger = await provisioning.running.caller("admin")
    await provisioning.add_workspace(stranger.workspace_id, "customer", "Tidewater")
    begun = (await reset(admin, service_id)).json()["id"]
    await provisioning.work()

    others = await show(other, begun)
    strangers = [await show(stranger, each) for each in (begun, str(uuid4()))]
    seen = await state(other, begun)
    await change_grant(provisioning, admin, role="regular")
    demoted = await show(admin, begun)
    await change_grant(provisioning, admin, role="admin")

    assert (others.status_code, others.json()["type"]) == (403, "/problems/others-credentials")
    assert [each.status_code for each in strangers] == [404, 404]
    assert (seen["state"], seen["begun_by_you"]) == ("ready", False)
    assert demoted.status_code == 403
    assert (await show(admin, begun)).status_code == 200


@pytest.mark.rule("D30")
@given(asks=st.lists(st.sampled_from(["begun", "other"]), min_size=2, max_size=6))
@settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
async def test_of_all_who_ask_at_once_one_is_answered(provisioning: ProvisioningHarness, asks: list[str]) -> None:
    await provisioning.database.empty()
    provisioning.provider = await provisioning.running.caller("admin", kind="provider")
    other, admin, service_id = await a_node(provisioning)
    begun = (await reset(admin, service_id)).json()["id"]
    await provisioning.work()

    answers = await asyncio.gather(*(show(admin if who == "begun" else other, begun) for who in asks))

    own = sorted(answer.status_code for answer, who in zip(answers, asks, strict=True) if who == "begun")
    assert own == [200, *[410] * (len(own) - 1)][: len(own)]
    assert {answer.status_code for answer, who in zip(answers, asks, strict=True) if who == "other"} <= {403}
    assert len(await provisioning.database.events("provisioning.credentials_shown")) == bool(own)


async def test_it_is_not_done_beside_what_changes_the_service(provisioning: ProvisioningHarness) -> None:
    _, admin, service_id = await a_node(provisioning)
    first = await reset(admin, service_id)

    second = await reset(admin, service_id)
    restart = await post(admin, "/api/provisioning/operations", {"service_id": service_id, "verb": "restart"})
    stopped = await admin.http.post(f"/api/provisioning/operations/{first.json()['id']}/cancel")
    await provisioning.work()

    assert [each.json()["type"] for each in (second, restart)] == ["/problems/service-busy"] * 2
    assert second.json()["verb"] == "reset_credentials"
    assert (stopped.status_code, stopped.json()["type"]) == (409, "/problems/not-cancellable")
    service = (await admin.http.get(f"/api/provisioning/services/{service_id}")).json()
    assert (service["state"], service["operation"]["state"]) == ("active", "succeeded")


async def test_a_service_without_credentials_offers_it_not(provisioning: ProvisioningHarness) -> None:
    port = await provisioning.product()
    admin = await provisioning.running.caller("admin")
    await provisioning.add_workspace(admin.workspace_id, "customer", "Northwind Logistics")
    order = await provisioning.order(admin, port)
    await provisioning.work()

    answer = await reset(admin, order["service_id"])

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/verb-not-offered")


@pytest.mark.rule("D22")
async def test_a_double_click_resets_once(provisioning: ProvisioningHarness) -> None:
    _, admin, service_id = await a_node(provisioning)

    first, second = [await reset(admin, service_id, key="key-of-a-double-click") for _ in range(2)]

    assert (second.status_code, second.json()) == (201, first.json())
    (started,) = await provisioning.database.events("provisioning.operation_started")
    assert (started["verb"], started["actor"]["user_id"]) == ("reset_credentials", str(admin.user_id))
