"""Parts end, and are suspended, with the service that they belong to (K8, P19)."""

import pytest

from tests.provisioning.harness import ProvisioningHarness, post
from tests.provisioning.living import API
from tests.provisioning.parts import Whole
from tests.provisioning.test_cancelling import kind_of


@pytest.mark.rule("K8", "P19")
async def test_an_add_on_is_cancelled_by_itself(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)
    backup = await node.added()

    cancelled = await backup.cancel("now")
    await node.work()

    assert cancelled.status_code == 201
    assert ((await backup.read())["state"], (await node.read())["state"]) == ("deleted", "active")
    assert (await node.parts())["parts"] == []
    assert await provisioning.broken() == [] == await node.differences()


@pytest.mark.rule("P19")
async def test_a_service_is_deleted_after_its_parts(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)
    backup = await node.added()

    order = (await node.cancel("now")).json()
    during = (order["state"], (await node.read())["state"], (await backup.read())["state"])
    await node.work()

    assert during == ("placed", "deleting", "deleting")
    assert ((await node.read())["state"], (await backup.read())["state"]) == ("deleted", "deleted")
    gone = [each["service_id"] for each in await provisioning.database.events("provisioning.service_deleted")]
    assert gone == [backup.id, node.id]
    told = await provisioning.database.events("provisioning.cancellation_ordered")
    assert [(each["service_id"], each["part_of"], each["state"]) for each in told] == [
        (node.id, None, "deleting"), (backup.id, node.id, "deleting"),
    ]  # fmt: skip
    assert await provisioning.broken() == [] == await node.differences()


@pytest.mark.rule("P19")
async def test_a_service_waits_for_a_part_whose_deletion_failed_until_staff_try_again(
    provisioning: ProvisioningHarness,
) -> None:
    node = await Whole.open(provisioning)
    node.add_on = await provisioning.product(
        kind="licence", configuration_schema={"type": "object"}, add_on_to=[node.product["key"]],
        driver_options={"step_seconds": 0, "fails_in": "delete", "fail_at_step": 1},
    )  # fmt: skip
    backup = await node.added()
    await node.cancel("now")
    await node.work()
    waiting = (await node.read())["state"], (await backup.read())["state"], await provisioning.broken()
    (failed,) = (await provisioning.provider.http.get(f"{API}/failed-orders")).json()["items"]

    await node.mend()
    await post(provisioning.provider, f"{API}/orders/{failed['id']}/retry", {})
    await node.work()

    assert waiting == ("deleting", "deleting", [])
    assert ((await node.read())["state"], (await backup.read())["state"]) == ("deleted", "deleted")
    assert await provisioning.broken() == [] == await node.differences()


@pytest.mark.rule("P19")
async def test_parts_end_on_the_day_of_their_service(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)
    backup = await node.added()

    order = (await node.cancel("period_end")).json()
    await node.work()
    until_then = (await node.read())["state"], (await backup.read())["state"]
    await node.period_ends()
    await node.work()

    assert (order["state"], until_then) == ("scheduled", ("active", "active"))
    assert ((await node.read())["state"], (await backup.read())["state"]) == ("deleted", "deleted")
    assert await provisioning.broken() == [] == await node.differences()


@pytest.mark.rule("P19")
async def test_an_add_on_that_ends_earlier_by_itself_leaves_its_service(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)
    backup = await node.added()
    await backup.cancel("period_end")
    await node.cancel("period_end")

    await backup.period_ends()
    await node.work()
    between = (await node.read())["state"], (await backup.read())["state"]
    await node.period_ends()
    await node.work()

    assert (between, (await node.read())["state"]) == (("active", "deleted"), "deleted")
    assert await provisioning.broken() == []


@pytest.mark.rule("P19")
async def test_a_service_whose_part_is_being_changed_is_not_deleted_now(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)
    await node.add()

    answer = await node.cancel("now")
    await node.work()

    assert (answer.status_code, kind_of(answer)) == (409, "part-busy")
    assert (await node.read())["state"] == "active"
    assert await provisioning.broken() == []


@pytest.mark.rule("K8")
async def test_parts_are_suspended_and_resumed_with_their_service(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)
    backup, own = await node.added(), await node.added()
    await own.suspend()
    await node.work()

    await node.suspend()
    await node.work()
    during = [await each.read() for each in (backup, own)]
    alone = await backup.resume()
    await node.resume()
    await node.work()

    assert [(each["state"], each["suspended_for"]) for each in during] == [
        ("suspended", ["whole"]), ("suspended", ["customer", "whole"]),
    ]  # fmt: skip
    assert (alone.status_code, kind_of(alone)) == (409, "suspended-with-whole")
    assert [(await each.read())["state"] for each in (node, backup, own)] == ["active", "active", "suspended"]
    assert await provisioning.broken() == []


@pytest.mark.rule("K8")
async def test_what_is_overdue_suspends_parts_once_and_lifts_all_of_it(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)
    backup = await node.added()

    await node.owe(True)
    await node.work()
    during = (await node.read())["state"], (await backup.read())["state"], await provisioning.broken()
    await node.owe(False)
    await node.work()

    assert during == ("suspended", "suspended", [])
    assert [(await each.read())["suspended_for"] for each in (node, backup)] == [[], []]
    assert [(await each.read())["state"] for each in (node, backup)] == ["active", "active"]
    assert await provisioning.broken() == []
