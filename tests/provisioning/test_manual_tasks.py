"""What the provider's staff do by hand: customers ask for assets, see what is planned, have them moved, collected."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, order_of, post
from tests.provisioning.manual_work import (
    TASKS,
    announce,
    answer_task,
    ask,
    asset,
    delivered,
    service_of,
    task_of,
    tasks,
)
from tests.provisioning.test_locations import add, another_group, person_of

CHANGES, CANCELLATIONS = "/api/provisioning/changes", "/api/provisioning/cancellations"
TODAY = datetime.now(UTC).date()
SOON = TODAY + timedelta(days=9)


@pytest.fixture
async def noor(provisioning: ProvisioningHarness) -> Caller:
    """The admin of a clinic."""
    found = await provisioning.running.caller("admin", address="noor@halcyon.example")
    await provisioning.add_workspace(found.workspace_id, "customer", "Halcyon Health")
    await another_group(provisioning, found.workspace_id)
    return found


async def events(provisioning: ProvisioningHarness, name: str) -> list[dict[str, Any]]:
    return await provisioning.database.events(f"provisioning.{name}")


@pytest.mark.rule("L14")
async def test_an_asset_is_asked_for_with_a_place_a_day_and_a_wish(
    provisioning: ProvisioningHarness, noor: Caller
) -> None:
    place = await add(noor)
    product = await asset(provisioning)

    order = await ask(
        provisioning, noor, product, location_id=place, wanted_on=SOON.isoformat(), message="Ring at the back door"
    )

    [listed] = await tasks(provisioning.provider)
    assert listed | {"id": "", "opened_at": ""} == {
        "id": "", "opened_at": "", "workspace_id": str(noor.workspace_id), "customer_name": "Halcyon Health",
        "order_number": order["number"], "display_name": "Edge gateway", "product_name": "Edge gateway",
        "kind": "asset", "verb": "create", "quantity": 1, "location_name": "Berlin office",
        "wanted_on": SOON.isoformat(), "planned_on": None, "state": "waiting",
    }  # fmt: skip
    seen = (await provisioning.provider.http.get(f"{TASKS}/{listed['id']}")).json()
    assert seen["message"] == "Ring at the back door"
    assert (seen["place"]["street"], seen["place"]["contact_address"]) == ("Torstraße 1", "mara@northwind.example")
    assert seen["ordered_by_address"] == "noor@halcyon.example"
    about = await provisioning.read(noor, order)
    assert (about["state"], about["by_hand"], about["wanted_on"]) == ("provisioning", True, SOON.isoformat())
    assert [step["detail_code"] for step in about["steps"]] == ["manual_waiting"]
    assert await provisioning.broken() == []


@pytest.mark.rule("L14")
async def test_its_customer_sees_each_step_and_it_is_there_when_staff_say_so(
    provisioning: ProvisioningHarness, noor: Caller
) -> None:
    order = await ask(provisioning, noor, await asset(provisioning))
    task = await task_of(provisioning, order)

    planned = await answer_task(provisioning, task, "plan", planned_on=SOON.isoformat(), note="Two people come")
    about = await provisioning.read(noor, order)
    finished = await answer_task(provisioning, task, "finish", serial_numbers=["EG-1"], condition="new")
    service = await service_of(provisioning, noor, order)

    assert (planned.status_code, finished.status_code) == (204, 204)
    assert (about["planned_on"], about["plan_note"]) == (SOON.isoformat(), "Two people come")
    assert about["steps"][0]["detail_code"] == "manual_planned"
    assert (service["state"], service["serial_numbers"], service["condition"]) == ("active", ["EG-1"], "new")
    [provisioned] = await events(provisioning, "service_provisioned")
    assert provisioned["ordered_by"] == str(noor.user_id)
    [told] = await events(provisioning, "manual_task_planned")
    assert (told["workspace_id"], told["ordered_by"]) == (str(noor.workspace_id), str(noor.user_id))
    assert (told["actor"]["via"], told["actor"]["user_id"]) == ("parent", str(provisioning.provider.user_id))
    assert told["correlation_id"] == provisioned["correlation_id"]
    assert await tasks(provisioning.provider) == []
    assert [each["id"] for each in await tasks(provisioning.provider, state="done")] == [task]
    assert await provisioning.broken() == []


@pytest.mark.rule("L14")
async def test_staff_hear_of_each_task_once(provisioning: ProvisioningHarness, noor: Caller) -> None:
    order = await ask(provisioning, noor, await asset(provisioning))

    await announce(provisioning)
    await announce(provisioning)

    [opened] = await events(provisioning, "manual_task_opened")
    assert (opened["order_id"], opened["verb"]) == (order["id"], "create")
    assert opened["workspace_id"] == str(noor.workspace_id)


@pytest.mark.rule("L14", "D18")
async def test_what_cannot_be_done_is_returned_with_a_reason_and_may_be_tried_again(
    provisioning: ProvisioningHarness, noor: Caller
) -> None:
    order = await ask(provisioning, noor, await asset(provisioning))
    task = await task_of(provisioning, order)

    answer = await answer_task(provisioning, task, "give-up", reason="No mast within reach")
    failed = await provisioning.read(noor, order)
    await post(provisioning.provider, f"/api/provisioning/orders/{order['id']}/retry", {})
    await provisioning.work()
    again = await task_of(provisioning, order)

    assert answer.status_code == 204
    assert (failed["state"], failed["failure_values"]) == ("failed", {"reason": "No mast within reach"})
    assert again != task
    assert await events(provisioning, "service_provisioned") == []
    assert await provisioning.broken() == []


async def test_of_two_ends_the_first_counts(provisioning: ProvisioningHarness, noor: Caller) -> None:
    task = await task_of(provisioning, await ask(provisioning, noor, await asset(provisioning)))

    answers = await asyncio.gather(
        post(provisioning.provider, f"{TASKS}/{task}/finish", {}),
        post(provisioning.provider, f"{TASKS}/{task}/give-up", {"reason": "No"}),
    )

    assert sorted(answer.status_code for answer in answers) == [204, 409]
    [refused] = [answer.json() for answer in answers if answer.status_code == 409]
    assert refused["type"] == "/problems/task-not-open"


async def test_the_same_plan_again_says_nothing(provisioning: ProvisioningHarness, noor: Caller) -> None:
    task = await task_of(provisioning, await ask(provisioning, noor, await asset(provisioning)))

    for _ in range(2):
        await answer_task(provisioning, task, "plan", planned_on=SOON.isoformat())

    assert len(await events(provisioning, "manual_task_planned")) == 1


@pytest.mark.rule("L14", "L2")
async def test_an_asset_is_moved_to_another_location_with_what_is_part_of_it(
    provisioning: ProvisioningHarness, noor: Caller
) -> None:
    old, new = await add(noor), await add(noor, display_name="Ward B")
    product = await asset(provisioning)
    service = await delivered(provisioning, noor, product, location_id=old)
    extra = await asset(provisioning, add_on_to=[product["key"]])
    part = await delivered(provisioning, noor, extra, part_of=service["id"])

    answer = await post(noor, CHANGES, move_of(service, new))
    await provisioning.work()
    before = await service_of(provisioning, noor, {"id": service["order_id"]})
    task = await task_of(provisioning, answer.json())
    seen = (await provisioning.provider.http.get(f"{TASKS}/{task}")).json()
    await answer_task(provisioning, task, "finish")

    after = await service_of(provisioning, noor, {"id": service["order_id"]})
    along = (await noor.http.get(f"/api/provisioning/services/{part['id']}")).json()
    assert (before["location"]["display_name"], after["location"]["display_name"]) == ("Berlin office", "Ward B")
    assert along["location"]["display_name"] == "Ward B"
    assert (seen["former_location_name"], seen["location_name"]) == ("Berlin office", "Ward B")
    order = await provisioning.read(noor, answer.json())
    assert (order["former_location"]["display_name"], order["location"]["display_name"]) == ("Berlin office", "Ward B")
    assert await provisioning.broken() == []


def move_of(service: dict[str, Any], location_id: str) -> dict[str, Any]:
    return {
        "service_id": service["id"], "plan_version_id": service["plan_version_id"],
        "configuration": service["configuration"], "quantity": service["quantity"], "location_id": location_id,
        "wanted_on": SOON.isoformat(),
    }  # fmt: skip


@pytest.mark.rule("L2", "D4")
async def test_it_is_not_moved_where_another_bill_group_pays_nor_out_of_sight(
    provisioning: ProvisioningHarness, noor: Caller
) -> None:
    old, hidden = await add(noor), await add(noor, display_name="Hidden")
    foreign = await add(noor, display_name="Foreign", bill_group_id=str(noor.workspace_id))
    service = await delivered(provisioning, noor, await asset(provisioning), location_id=old)
    clerk = await person_of(provisioning, noor, old)

    elsewhere = await post(noor, CHANGES, move_of(service, foreign))
    out_of_sight = await post(clerk, CHANGES, move_of(service, hidden))
    unknown = await post(noor, CHANGES, move_of(service, str(uuid4())))

    assert elsewhere.json()["type"] == "/problems/bill-group-does-not-fit"
    assert out_of_sight.json()["type"] == unknown.json()["type"] == "/problems/location-not-yours"


async def test_what_is_not_done_by_hand_is_neither_moved_nor_wanted_for_a_day(
    provisioning: ProvisioningHarness, noor: Caller
) -> None:
    place = await add(noor)
    product = await provisioning.product()
    order = await provisioning.order(noor, product)
    await provisioning.work()
    service = await service_of(provisioning, noor, order)

    moved = await post(noor, CHANGES, move_of(service, place) | {"wanted_on": None})
    wanted = await post(noor, "/api/provisioning/orders", order_of(product, wanted_on=SOON.isoformat()))

    assert (moved.status_code, moved.json()["type"]) == (409, "/problems/verb-not-offered")
    assert (wanted.status_code, wanted.json()["type"]) == (422, "/problems/not-wanted-then")


@pytest.mark.parametrize("day", [TODAY - timedelta(days=3), TODAY + timedelta(days=400)])
async def test_a_day_is_from_today_on_and_within_a_year(
    provisioning: ProvisioningHarness, noor: Caller, day: date
) -> None:
    product = await asset(provisioning)
    task = await task_of(provisioning, await ask(provisioning, noor, product))

    wanted = await post(
        noor, "/api/provisioning/orders", order_of(product, configuration={}, wanted_on=day.isoformat())
    )
    planned = await answer_task(provisioning, task, "plan", planned_on=day.isoformat())

    assert wanted.json()["errors"][0]["pointer"] == "/wanted_on"
    assert planned.json()["errors"][0]["pointer"] == "/planned_on"


@pytest.mark.rule("L14", "P19")
async def test_an_asset_is_collected_and_that_is_not_given_up(provisioning: ProvisioningHarness, noor: Caller) -> None:
    service = await delivered(provisioning, noor, await asset(provisioning))

    body = {"service_id": service["id"], "ends": "now", "end_reason": "not_needed", "wanted_on": SOON.isoformat()}
    order = (await post(noor, CANCELLATIONS, body)).json()
    await provisioning.work()
    task = await task_of(provisioning, order)
    refused = await answer_task(provisioning, task, "give-up", reason="Too far")
    await answer_task(provisioning, task, "finish")

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/task-not-given-up")
    found = (await noor.http.get(f"/api/provisioning/services/{service['id']}")).json()
    assert found["state"] == "deleted"
    assert len(await events(provisioning, "service_deleted")) == 1
    assert await provisioning.broken() == []


@pytest.mark.rule("D2", "L14")
async def test_a_member_asks_and_nothing_is_to_be_done_before_the_approval(
    provisioning: ProvisioningHarness, noor: Caller
) -> None:
    mia = await provisioning.running.caller("member", workspace_id=noor.workspace_id)
    product = await asset(provisioning)

    order = await ask(provisioning, mia, product, message="For room 3", wanted_on=SOON.isoformat())
    before = await tasks(provisioning.provider)
    approval = {"plan_version_id": product["plan_version_id"]}
    await post(noor, f"/api/provisioning/orders/{order['id']}/approve", approval)
    await provisioning.work()

    assert (order["state"], before) == ("awaiting_approval", [])
    [task] = await tasks(provisioning.provider)
    assert task["wanted_on"] == SOON.isoformat()


async def test_staff_of_the_provider_alone_see_tasks(provisioning: ProvisioningHarness, noor: Caller) -> None:
    task = await task_of(provisioning, await ask(provisioning, noor, await asset(provisioning)))
    reader = await provisioning.running.caller(
        "read_only", kind="provider", workspace_id=provisioning.provider.workspace_id
    )

    answers = [await person.http.get(f"{TASKS}/{task}") for person in (noor, reader)]

    assert [answer.status_code for answer in answers] == [403, 403]


async def test_a_task_whose_work_ends_without_it_is_dropped(provisioning: ProvisioningHarness, noor: Caller) -> None:
    task = await task_of(provisioning, await ask(provisioning, noor, await asset(provisioning)))

    async with provisioning.database.owner.begin() as session:
        ended = "UPDATE operations SET state = 'failed', due_at = NULL, lease_id = NULL, ended_at = now()"
        await (await session.connection()).exec_driver_sql(ended)

    refused = await answer_task(provisioning, task, "finish")
    assert refused.json()["state"] == "dropped"
    assert await tasks(provisioning.provider) == []
