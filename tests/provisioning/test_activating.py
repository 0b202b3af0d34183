"""Machines that use licences: up to the limit, each counted once, with the present key (I5)."""

import asyncio

import pytest
from sqlalchemy import text

from tests.provisioning.harness import ProvisioningHarness
from tests.provisioning.licensing import Licensed


@pytest.mark.rule("I5")
async def test_machines_activate_up_to_the_limit_and_each_counts_once(provisioning: ProvisioningHarness) -> None:
    licensed = await Licensed.of(provisioning, quantity=2)
    key = await licensed.key()

    first, second = await licensed.activate("build-1", key), await licensed.activate("build-2", key)
    again = await licensed.activate("build-1", key)
    refused = await licensed.activate("build-3", key)
    released = await licensed.release(second.json()["activation_id"])
    instead = await licensed.activate("build-3", key)

    assert [each.status_code for each in (first, second, again, refused, released, instead)] == [
        200, 200, 200, 409, 204, 200,
    ]  # fmt: skip
    assert again.json()["activation_id"] == first.json()["activation_id"]
    assert (refused.json()["type"], refused.json()["limit"]) == ("/problems/activation-limit-reached", 2)
    assert [each["machine_name"] for each in (await licensed.licence())["machines"]] == ["build-1", "build-3"]
    told = await provisioning.database.events("provisioning.licence_activated")
    assert [(each["machine_name"], each["activations"]) for each in told] == [
        ("build-1", 1), ("build-2", 2), ("build-3", 2),
    ]  # fmt: skip
    assert await provisioning.broken() == []


@pytest.mark.rule("I5")
async def test_many_machines_at_once_do_not_get_more_than_there_are(provisioning: ProvisioningHarness) -> None:
    licensed = await Licensed.of(provisioning, quantity=3)
    key = await licensed.key()

    answers = await asyncio.gather(*(licensed.activate(f"build-{n}", key) for n in range(8)))

    assert sorted(each.status_code for each in answers) == [200] * 3 + [409] * 5
    assert (await licensed.licence())["activations"] == 3


@pytest.mark.rule("I5")
async def test_a_licence_for_fewer_machines_deactivates_the_last_ones(provisioning: ProvisioningHarness) -> None:
    licensed = await Licensed.of(provisioning, quantity=3)
    key = await licensed.key()
    for machine in ("build-1", "build-2", "build-3"):
        await licensed.activate(machine, key)

    assert (await licensed.change(quantity=1)).status_code == 201
    await licensed.work()

    licence = await licensed.licence()
    assert (licence["quantity"], [each["machine_name"] for each in licence["machines"]]) == (1, ["build-1"])
    told = await provisioning.database.events("provisioning.licence_deactivated")
    assert {(each["machine_name"], each["cause"], each["activations"]) for each in told} == {
        ("build-2", "fewer", 1), ("build-3", "fewer", 1),
    }  # fmt: skip
    assert (await licensed.check(key)).json()["is_newest_text"] is False
    assert await provisioning.broken() == []


@pytest.mark.rule("I5")
async def test_a_rotated_key_is_refused_and_its_machines_go_on_with_the_new_one(
    provisioning: ProvisioningHarness,
) -> None:
    licensed = await Licensed.of(provisioning)
    former = await licensed.key()
    activated = (await licensed.activate("build-1", former)).json()["activation_id"]

    assert (await licensed.rotate()).status_code == 204
    newer = await licensed.key()
    refused = await licensed.activate("build-1", former)

    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/key-replaced")
    assert (await licensed.activate("build-1", newer)).json()["activation_id"] == activated
    verdicts = [(await licensed.check(key)).json()["verdict"] for key in (former, newer)]
    assert verdicts == ["replaced", "valid"]
    assert await provisioning.broken() == []


@pytest.mark.rule("I5")
async def test_software_that_asks_too_often_has_to_wait(provisioning: ProvisioningHarness) -> None:
    licensed = await Licensed.of(provisioning)
    key = await licensed.key()
    async with provisioning.database.owner() as session:
        await session.execute(text("UPDATE licences SET called_since = now(), calls = 99"))
        await session.commit()

    answers = [await licensed.check(key), await licensed.check(key), await licensed.activate("build-1", key)]

    assert [each.status_code for each in answers] == [200, 429, 429]
    assert 1 <= int(answers[1].headers["Retry-After"]) <= 61
