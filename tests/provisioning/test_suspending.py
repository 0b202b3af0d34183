"""Suspending services: by their people's wish, as a pause, and because something is overdue."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.provisioning.orders.payers import paid_by
from services.provisioning.state_jobs import settle_services
from shared.events.billing import SubscriptionMoved
from shared.scope import acting_in
from tests.harness.clocks import StoppedClock
from tests.provisioning.harness import ProvisioningHarness
from tests.provisioning.living import Living


async def suspended(living: Living) -> tuple[str, list[str], list[bool]]:
    """The service's state, its reasons, and whether the infrastructure has it suspended."""
    found = await living.read()
    return found["state"], found["suspended_for"], [each.is_suspended for each in await living.resources()]


@pytest.mark.rule("P19")
@pytest.mark.parametrize("role", ["admin", "regular"])
async def test_people_suspend_a_service_and_have_it_work_again(provisioning: ProvisioningHarness, role: str) -> None:
    living = await Living.open(provisioning)
    person = await living.somebody(role)

    assert (await living.suspend(caller=person)).status_code == 201
    await living.work()
    during = await suspended(living)
    refused = [(await living.change(quantity=2)).status_code, (await living.suspend()).status_code]
    assert (await living.resume(person)).status_code == 201
    await living.work()

    assert during == ("suspended", ["customer"], [True])
    assert refused == [409, 409]
    assert await suspended(living) == ("active", [], [False])
    assert [each["verb"] for each in await provisioning.database.events("provisioning.operation_started")] == [
        "suspend", "resume",
    ]  # fmt: skip
    (event,) = await provisioning.database.events("provisioning.service_suspended")
    assert (event["state"], event["suspended_for"]) == ("suspended", ["customer"])
    (event,) = await provisioning.database.events("provisioning.service_resumed")
    assert (event["state"], event["suspended_for"]) == ("active", [])
    assert (await living.admin.http.get("/api/provisioning/services/counts")).json()["ports"] == 1
    assert await provisioning.broken() == [] == await living.differences()


@pytest.mark.rule("K2")
async def test_only_a_plan_that_allows_it_is_paused(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    refused = await living.suspend("pause")
    async with provisioning.database.owner() as session:
        await session.execute(text("UPDATE plan_versions SET may_pause = true"))
        await session.commit()

    paused = await living.suspend("pause")
    await living.work()

    assert (refused.status_code, paused.status_code) == (409, 201)
    assert refused.json()["type"].endswith("not-pausable")
    assert await suspended(living) == ("suspended", ["pause"], [True])


@pytest.mark.rule("K2")
async def test_what_is_past_due_is_suspended_and_comes_back_when_paid(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)

    await living.owe(True)
    await living.owe(True)
    await living.work()
    owing, refused = await suspended(living), await living.resume()
    await living.owe(False)
    await living.work()

    assert owing == ("suspended", ["overdue"], [True])
    assert refused.json()["type"].endswith("still-overdue")
    assert await suspended(living) == ("active", [], [False])
    assert await provisioning.broken() == [] == await living.differences()


@pytest.mark.rule("K2")
async def test_paying_lifts_what_is_overdue_alone(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    await living.suspend()
    await living.work()

    await living.owe(True)
    await living.work()
    await living.owe(False)
    await living.work()

    assert await suspended(living) == ("suspended", ["customer"], [True])


@pytest.mark.rule("K2")
async def test_a_service_that_is_being_changed_is_suspended_afterwards(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    await living.change(quantity=3)

    await living.owe(True)
    await living.work()

    assert await suspended(living) == ("suspended", ["overdue"], [True])
    assert (await living.read())["quantity"] == 3
    assert await provisioning.broken() == []


@pytest.mark.rule("K2")
async def test_a_service_that_moves_to_a_group_without_debts_works_again(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    await living.owe(True)
    await living.work()

    moved = SubscriptionMoved(
        workspace_id=living.admin.workspace_id, subject_version=5, subscription_id=uuid4(),
        service_id=UUID(living.id), bill_group_id=uuid4(), former_bill_group_id=living.admin.workspace_id,
    )  # fmt: skip
    async with provisioning.database.worker.begin() as session, acting_in(session, living.admin.workspace_id):
        await paid_by(session, moved)
    await living.work()

    assert await suspended(living) == ("active", [], [False])


@pytest.mark.rule("P19")
async def test_what_could_not_be_suspended_works_and_its_people_are_told(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning, fails_in="suspend", fail_at_step=2, fail_times=9)

    await living.suspend()
    await living.work()

    assert await suspended(living) == ("active", [], [False])
    (ended,) = await provisioning.database.events("provisioning.operation_ended")
    assert (ended["verb"], ended["outcome"]) == ("suspend", "failed")
    assert await provisioning.broken() == [] == await living.differences()


@pytest.mark.rule("K2")
async def test_what_could_not_be_suspended_for_debts_is_tried_again(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning, fails_in="suspend", fail_at_step=1, fail_times=9)
    await living.owe(True)
    await living.work()
    before = await suspended(living)
    await living.mend()

    await living.work()
    at_once = await suspended(living)
    clock = StoppedClock()
    clock.move(seconds=timedelta(minutes=11).total_seconds())
    await living.work(clock)

    assert before == at_once == ("active", ["overdue"], [False])
    assert await suspended(living) == ("suspended", ["overdue"], [True])


async def test_a_service_that_cannot_be_worked_on_keeps_no_other_waiting(provisioning: ProvisioningHarness) -> None:
    broken, sound = await Living.open(provisioning), await Living.open(provisioning)
    async with provisioning.database.owner.begin() as session:
        wrong = text("UPDATE products SET driver = 'gone' WHERE id = :id")
        await session.execute(wrong, {"id": broken.product["id"]})

    await broken.owe(True)
    await sound.owe(True)
    await sound.work()

    assert await suspended(sound) == ("suspended", ["overdue"], [True])
    assert await settle_services(provisioning.worker()) == 0


DEEDS = st.lists(
    st.sampled_from([
        "faster", "slower", "more", "suspend", "resume", "owe", "pay", "cancel_later", "undo", "period", "work",
        "cancel_now",
    ]),
    max_size=12,
)  # fmt: skip


@pytest.mark.rule("P19", "K8", "K2")
@given(DEEDS, st.sampled_from([None, "change", "suspend", "resume", "delete"]))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
async def test_whatever_is_done_the_infrastructure_has_what_is_agreed(
    provisioning: ProvisioningHarness, deeds: list[str], failing: str | None
) -> None:
    options = {"fails_in": failing, "fail_at_step": 2, "fail_times": 1} if failing else {}
    living = await Living.open(provisioning, **options)
    owes = False

    for deed in deeds:
        owes = {"owe": True, "pay": False}.get(deed, owes)
        await do(living, deed)
    await living.work()

    found = await living.read()
    assert await provisioning.broken() == []
    assert [each for each in await living.differences() if str(each.service_id) == living.id] == []
    if found["state"] in ("active", "suspended") and failing not in ("suspend", "resume"):
        assert ("overdue" in found["suspended_for"]) == owes
        assert (found["state"] == "suspended") == bool(found["suspended_for"])


async def do(living: Living, deed: str) -> None:
    match deed:
        case "faster":
            await living.change(configuration={"speed_gbps": 100})
        case "slower":
            await living.change(configuration={"speed_gbps": 1})
        case "more":
            await living.change(quantity=4)
        case "owe" | "pay":
            await living.owe(deed == "owe")
        case "cancel_later":
            await living.cancel("period_end")
        case "undo" if order_id := (await living.read())["cancelled_by"]:
            await living.undo(order_id)
        case "period":
            await living.period_ends()
        case "cancel_now":
            await living.cancel()
        case "suspend" | "resume" | "work":
            await getattr(living, deed)()
