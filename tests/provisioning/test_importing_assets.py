"""Assets that are deployed already, entered from rows: what would become of each, and all or none."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, post
from tests.provisioning.manual_work import asset
from tests.provisioning.test_locations import add, another_group

IMPORTS = "/api/provisioning/asset-imports"
SERVICES = "/api/provisioning/services"


@pytest.fixture
async def noor(provisioning: ProvisioningHarness) -> Caller:
    """The admin of a customer of the provider, which has a location in Berlin."""
    found = await provisioning.running.caller("admin")
    await provisioning.add_workspace(found.workspace_id, "customer", "Halcyon", provisioning.provider.workspace_id)
    await another_group(provisioning, found.workspace_id)
    await add(found)
    return found


def row(number: str = "EG-1", **changes: str) -> dict[str, str]:
    return {"serial_number": number, "product": "Edge gateway", "location": "berlin OFFICE"} | changes


async def imported(provisioning: ProvisioningHarness, noor: Caller, *rows: dict[str, str]) -> httpx.Response:
    return await post(provisioning.provider, f"{IMPORTS}/{noor.workspace_id}", {"rows": list(rows)})


async def checked(provisioning: ProvisioningHarness, noor: Caller, *rows: dict[str, str]) -> dict[str, Any]:
    answer = await post(provisioning.provider, f"{IMPORTS}/{noor.workspace_id}/check", {"rows": list(rows)})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def wrong_with(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in result["errors"]]


@pytest.mark.rule("L1", "L13")
async def test_imported_assets_are_there_and_billed_from_now_on(
    provisioning: ProvisioningHarness, noor: Caller
) -> None:
    await asset(provisioning)
    rows = [row(), row("EG-2", display_name="Gateway of ward B", condition="worn")]

    would = await checked(provisioning, noor, *rows)
    before = (await noor.http.get(SERVICES)).json()["items"]
    answer = await imported(provisioning, noor, *rows)

    assert (would["added"], before, answer.status_code) == (2, [], 200)
    found = {each["serial_numbers"][0]: each for each in (await noor.http.get(SERVICES)).json()["items"]}
    assert [found[number]["display_name"] for number in ("EG-1", "EG-2")] == ["Edge gateway", "Gateway of ward B"]
    assert (found["EG-2"]["condition"], found["EG-2"]["state"]) == ("worn", "active")
    assert found["EG-1"]["location"]["display_name"] == "Berlin office"
    provisioned = await provisioning.database.events("provisioning.service_provisioned")
    assert {(each["workspace_id"], each["ordered_by"]) for each in provisioned} == {(str(noor.workspace_id), None)}
    [placed, _] = await provisioning.database.events("provisioning.order_placed")
    assert (placed["actor"]["via"], placed["actor"]["user_id"]) == ("parent", str(provisioning.provider.user_id))
    assert await provisioning.broken() == []


async def test_the_same_rows_again_change_nothing(provisioning: ProvisioningHarness, noor: Caller) -> None:
    await asset(provisioning)
    await imported(provisioning, noor, row())

    again = (await imported(provisioning, noor, row(), row("EG-2"))).json()

    assert (again["added"], again["there_already"]) == (1, 1)
    assert len((await noor.http.get(SERVICES)).json()["items"]) == 2


async def test_all_that_is_wrong_is_said_of_each_row_and_nothing_is_imported(
    provisioning: ProvisioningHarness, noor: Caller
) -> None:
    await asset(provisioning)
    await asset(provisioning, display_name="Twin")
    await asset(provisioning, display_name="Twin")
    await asset(provisioning, display_name="By machine", driver="simulator", driver_options={"step_seconds": 0})
    needed = {"type": "object", "properties": {"wall": {"type": "string"}}, "required": ["wall"]}
    await asset(provisioning, display_name="Needs more", configuration_schema=needed)
    rows = [
        row(location="Nowhere"), row("", condition="shiny"), row("EG-3", product="Twin"),
        row("EG-4", product="By machine"),
        row("EG-5", plan="Yearly"), row("EG-6"), row("EG-6"), row("EG-7", product="Needs more"), row("EG-8"),
    ]  # fmt: skip

    found = await checked(provisioning, noor, *rows)
    refused = await imported(provisioning, noor, *rows)

    assert [wrong_with(each) for each in found["rows"]] == [
        [("/location", "not_offered")],
        [("/serial_number", "required"), ("/condition", "not_a_choice")],
        [("/product", "ambiguous")], [("/product", "not_offered")], [("/plan", "not_offered")], [],
        [("/serial_number", "twice")], [("/product", "does_not_fit")], [],
    ]  # fmt: skip
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/rows-refused")
    assert ("/rows/0/location" in [each["pointer"] for each in refused.json()["errors"]]) is True
    assert (await noor.http.get(SERVICES)).json()["items"] == []


async def test_a_serial_number_is_of_one_asset(provisioning: ProvisioningHarness, noor: Caller) -> None:
    await asset(provisioning)
    await add(noor, display_name="Ward B")
    await imported(provisioning, noor, row())

    found = await checked(provisioning, noor, row(location="Ward B"))

    assert wrong_with(found["rows"][0]) == [("/serial_number", "taken")]


async def test_staff_of_the_provider_alone_import_for_customers_below_it(
    provisioning: ProvisioningHarness, noor: Caller
) -> None:
    body = {"rows": [row()]}

    own = await post(noor, f"{IMPORTS}/{noor.workspace_id}", body)
    unknown = await post(provisioning.provider, f"{IMPORTS}/{uuid4()}", body)
    too_many = await post(provisioning.provider, f"{IMPORTS}/{noor.workspace_id}", {"rows": [row()] * 201})

    assert [answer.status_code for answer in (own, unknown, too_many)] == [403, 404, 422]
