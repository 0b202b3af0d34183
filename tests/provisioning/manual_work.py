"""Assets that people deliver, move and collect, for tests."""

from typing import Any

import httpx

from services.provisioning.state_jobs import announce_manual_tasks
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, order_of, post

TASKS = "/api/provisioning/manual-tasks"
NOTHING: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}


async def asset(provisioning: ProvisioningHarness, **changes: Any) -> dict[str, Any]:
    """A product that is delivered by hand."""
    manual = {"kind": "asset", "driver": "manual", "driver_options": {}, "configuration_schema": NOTHING}
    return await provisioning.product(**(manual | {"display_name": "Edge gateway"} | changes))


async def ask(provisioning: ProvisioningHarness, caller: Caller, product: dict[str, Any], **changes: Any) -> Any:
    """Order one, and have the workers make a task of it."""
    door = "add-ons" if "part_of" in changes else "orders"
    wanted = order_of(product, **{"configuration": {}} | changes)
    order = (await post(caller, f"/api/provisioning/{door}", wanted)).json()
    await provisioning.work()
    return order


async def tasks(caller: Caller, **asked: str) -> list[dict[str, Any]]:
    answer = await caller.http.get(TASKS, params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def task_of(provisioning: ProvisioningHarness, order: dict[str, Any]) -> str:
    """The open task of an order."""
    [found] = [each["id"] for each in await tasks(provisioning.provider) if each["order_number"] == order["number"]]
    return str(found)


async def answer_task(
    provisioning: ProvisioningHarness, task: str, verb: str, *, by: Caller | None = None, **body: Any
) -> httpx.Response:
    answer = await post(by or provisioning.provider, f"{TASKS}/{task}/{verb}", body)
    await provisioning.work()
    return answer


async def delivered(
    provisioning: ProvisioningHarness, caller: Caller, product: dict[str, Any], *numbers: str, **changes: Any
) -> dict[str, Any]:
    """An asset that is there."""
    order = await ask(provisioning, caller, product, **changes)
    task = await task_of(provisioning, order)
    answer = await answer_task(provisioning, task, "finish", serial_numbers=list(numbers))
    assert answer.status_code == 204, answer.text
    return await service_of(provisioning, caller, order)


async def service_of(provisioning: ProvisioningHarness, caller: Caller, order: dict[str, Any]) -> dict[str, Any]:
    about = await provisioning.read(caller, order)
    answer = await caller.http.get(f"/api/provisioning/services/{about['service_id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def announce(provisioning: ProvisioningHarness) -> None:
    await announce_manual_tasks(provisioning.worker())
