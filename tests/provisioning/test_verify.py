import pytest
from sqlalchemy import text

from tests.provisioning.harness import ProvisioningHarness, post
from tests.provisioning.manual_work import TASKS, answer_task, asset, delivered, task_of, tasks
from tests.provisioning.test_assets import picture
from tests.provisioning.test_locations import add, another_group


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE services SET state = 'failed'", "without exactly one active service"),
        ("UPDATE orders SET state = 'failed'", "its order is not fulfilled"),
        ("UPDATE orders SET state = 'provisioning'", "no operation works on it"),
        ("UPDATE orders SET state = 'failed'", "the provider's staff do not see it"),
        (
            "INSERT INTO failed_orders SELECT id, workspace_id, number, product_id, display_name, 1, 4, '', placed_at,"
            " '', begun_via FROM orders",
            "is not failed",
        ),
        ("UPDATE operations SET state = 'running', due_at = now()", "an operation still works on it"),
        ("UPDATE operations SET state = 'running', due_at = now() - interval '1 hour'", "no worker takes it"),
        ("UPDATE operation_steps SET state = 'waiting' WHERE n = 2", "did its steps out of order"),
        ("UPDATE operation_steps SET state = 'running' WHERE n = 4", "succeeded with a step that is not done"),
        ("DELETE FROM operation_steps WHERE n = 4", "has not the steps that it says"),
        ("UPDATE simulated_steps SET key = 'provision/nobody' WHERE n = 4", "no service is the owner of it"),
        ("UPDATE service_counts SET ports = 2", "are not those of its services"),
        ("DELETE FROM service_counts", "are not those of its services"),
    ],
)
async def test_each_violation_is_found(provisioning: ProvisioningHarness, damage: str, found: str) -> None:
    await provisioning.order(await provisioning.running.caller("admin"), await provisioning.product())
    await provisioning.work()
    assert await provisioning.broken() == []

    async with provisioning.database.owner.begin() as session:
        await session.execute(text(damage))

    assert [line for line in await provisioning.broken() if found in line]


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE manual_tasks SET state = 'waiting'", "is open, but nothing waits for it"),
        ("DELETE FROM asset_photos", "has another photo than it says"),
        ("UPDATE services SET photo_digest = NULL", "has another photo than it says"),
        ("UPDATE services SET location_id = NULL", "has not what its newest change agreed"),
    ],
)
async def test_each_violation_of_work_by_hand_is_found(
    provisioning: ProvisioningHarness, damage: str, found: str
) -> None:
    noor = await provisioning.running.caller("admin")
    await provisioning.add_workspace(noor.workspace_id, "customer", "Halcyon Health")
    await another_group(provisioning, noor.workspace_id)
    service = await delivered(provisioning, noor, await asset(provisioning), location_id=await add(noor))
    [done] = await tasks(provisioning.provider, state="done")
    await provisioning.provider.http.put(f"{TASKS}/{done['id']}/photo", content=picture())
    kept = {name: service[name] for name in ("plan_version_id", "configuration", "quantity")}
    moved = kept | {"service_id": service["id"], "location_id": await add(noor, display_name="Ward B")}
    order = (await post(noor, "/api/provisioning/changes", moved)).json()
    await provisioning.work()
    await answer_task(provisioning, await task_of(provisioning, order), "finish")
    assert await provisioning.broken() == []

    async with provisioning.database.owner.begin() as session:
        await session.execute(text(damage))

    assert [line for line in await provisioning.broken() if found in line]
