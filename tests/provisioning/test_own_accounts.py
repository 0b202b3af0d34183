"""What waits for somebody, in all workspaces of a person (I1)."""

from typing import Any
from uuid import UUID

import pytest

from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness

OWN = "/api/provisioning/own-accounts"


async def accounts(caller: Caller) -> dict[UUID, dict[str, Any]]:
    answer = await caller.http.get(OWN)
    assert answer.status_code == 200, answer.text
    return {UUID(each["workspace_id"]): each for each in answer.json()}


@pytest.mark.rule("I1", "D2")
async def test_who_approves_sees_in_each_account_how_many_orders_wait(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    marco = await provisioning.running.caller("member")
    await provisioning.order(marco, product)
    await provisioning.order(marco, product)
    anna = await provisioning.running.caller("admin")
    await provisioning.running.let_in(anna, marco.workspace_id, "regular")
    mara = await provisioning.running.caller("read_only", workspace_id=marco.workspace_id)
    for caller in (anna, marco):
        await provisioning.add_workspace(caller.workspace_id, "customer", caller.address)

    of_anna, of_mara = await accounts(anna), await accounts(mara)

    assert {id_: each["orders_to_approve"] for id_, each in of_anna.items()} == {
        anna.workspace_id: 0,
        marco.workspace_id: 2,
    }
    assert of_mara[marco.workspace_id] == {
        "workspace_id": str(marco.workspace_id),
        "orders_to_approve": None,
        "failed_orders": 0,
    }
