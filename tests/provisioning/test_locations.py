"""Locations of customers: who adds, changes and closes them, what is deployed there, and what their people see."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.provisioning.bill_groups.service import copy_bill_group
from shared.events.billing import BillGroupCreated
from shared.scope import begin_in
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, order_of, post

LOCATIONS, ORDERS, SERVICES = (f"/api/provisioning/{name}" for name in ("locations", "orders", "services"))
BERLIN = {"display_name": "Berlin office", "street": "Torstraße 1", "postal_code": "10119", "city": "Berlin",
          "country": "DE", "contact_name": "Mara Lind", "contact_address": "mara@northwind.example"}  # fmt: skip


async def add(caller: Caller, **changes: Any) -> str:
    answer = await post(caller, LOCATIONS, BERLIN | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def names(caller: Caller, path: str, **asked: str) -> list[str]:
    answer = await caller.http.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return [item["display_name"] for item in answer.json()["items"]]


async def another_group(provisioning: ProvisioningHarness, here: UUID, name: str = "Another") -> UUID:
    event = BillGroupCreated(workspace_id=here, bill_group_id=uuid4(), display_name=name, currency="EUR",
                             is_default=True)  # fmt: skip
    async with begin_in(provisioning.database.worker, here) as session:
        await copy_bill_group(session, event)
    return event.bill_group_id


async def person_of(provisioning: ProvisioningHarness, admin: Caller, *locations: str) -> Caller:
    return await provisioning.running.caller(
        "regular", workspace_id=admin.workspace_id, bill_group_id=admin.workspace_id, location_ids=locations
    )


@pytest.fixture
async def jonas(provisioning: ProvisioningHarness) -> Caller:
    """The admin of a customer."""
    found = await provisioning.running.caller("admin")
    await provisioning.add_workspace(found.workspace_id, "customer", "Northwind")
    await another_group(provisioning, found.workspace_id)
    return found


@pytest.mark.rule("L1")
async def test_a_location_is_an_address_under_one_bill_group(provisioning: ProvisioningHarness, jonas: Caller) -> None:
    location = await add(jonas, bill_group_id=str(jonas.workspace_id))

    found = (await jonas.http.get(f"{LOCATIONS}/{location}")).json()

    assert found == BERLIN | {
        "id": location, "bill_group_id": str(jonas.workspace_id), "bill_group_name": "Z", "state": "open",
        "services": 0,
    }  # fmt: skip


@pytest.mark.rule("L1")
async def test_without_a_bill_group_it_is_under_the_default_one_and_under_no_others(
    provisioning: ProvisioningHarness, jonas: Caller
) -> None:
    location = await add(jonas)
    elsewhere = await provisioning.running.caller("admin")

    answer = await post(jonas, LOCATIONS, BERLIN | {"display_name": "B", "bill_group_id": str(elsewhere.workspace_id)})

    assert (await jonas.http.get(f"{LOCATIONS}/{location}")).json()["bill_group_name"] == "Another"
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bill-group-not-yours")


@pytest.mark.rule("L1")
async def test_two_locations_do_not_have_the_same_name_even_at_once(jonas: Caller) -> None:
    berlin, cologne = await add(jonas), await add(jonas, display_name="Cologne")

    twice = await post(jonas, LOCATIONS, BERLIN | {"display_name": "BERLIN OFFICE"})
    renamed = await asyncio.gather(*(
        jonas.http.put(f"{LOCATIONS}/{each}", json=BERLIN | {"display_name": "The same"}) for each in (berlin, cologne)
    ))  # fmt: skip

    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/location-name-taken")
    assert sorted(answer.status_code for answer in renamed) == [204, 409]


@pytest.mark.rule("L2")
async def test_locations_are_listed_searched_and_filtered(provisioning: ProvisioningHarness, jonas: Caller) -> None:
    for name, city in (("Büro Süd", "München"), ("Office", "Berlin"), ("Archive", "Berlin")):
        location = await add(jonas, display_name=name, city=city)
    await jonas.http.post(f"{LOCATIONS}/{location}/close")

    assert await names(jonas, LOCATIONS) == ["Archive", "Büro Süd", "Office"]
    assert await names(jonas, LOCATIONS, descending="true", limit="2") == ["Office", "Büro Süd"]
    assert await names(jonas, LOCATIONS, q="sud") == ["Büro Süd"]
    assert await names(jonas, LOCATIONS, q="berlin", state="open") == ["Office"]
    assert await names(jonas, LOCATIONS, state="closed") == ["Archive"]


@pytest.mark.rule("L2", "D4", "D26")
async def test_people_of_a_location_see_and_order_what_is_there_and_nothing_else(
    provisioning: ProvisioningHarness, jonas: Caller
) -> None:
    product = await provisioning.product()
    here, there = str(jonas.workspace_id), {}
    for name in ("Berlin", "Cologne", "Dresden"):
        there[name] = await add(jonas, display_name=name, bill_group_id=here)
        await provisioning.order(jonas, product, location_id=there[name], display_name=f"Port in {name}")
    await provisioning.order(jonas, product, display_name="Port at no location")
    mara = await person_of(provisioning, jonas, there["Berlin"])
    both = await person_of(provisioning, jonas, there["Berlin"], there["Cologne"])

    await provisioning.order(mara, product, display_name="Second port in Berlin")
    await provisioning.work()

    assert await names(mara, LOCATIONS) == ["Berlin"]
    assert await names(mara, SERVICES, sort="name") == ["Port in Berlin", "Second port in Berlin"]
    assert await names(mara, SERVICES, q="port", sort="name") == ["Port in Berlin", "Second port in Berlin"]
    assert len(await names(mara, ORDERS)) == 2
    assert await names(both, SERVICES, sort="name") == ["Port in Berlin", "Port in Cologne", "Second port in Berlin"]
    assert await names(jonas, SERVICES, location_id=there["Dresden"]) == ["Port in Dresden"]
    assert len(await names(jonas, SERVICES)) == 5
    services = (await mara.http.get(SERVICES)).json()["items"]
    assert {each["state"] for each in services} == {"active"}
    assert {each["operation"]["state"] for each in services} == {"succeeded"}
    assert {each["bill_group_id"] for each in services} == {here}
    assert await provisioning.broken() == []


@pytest.mark.rule("D4")
async def test_people_of_a_location_order_for_no_other_one(provisioning: ProvisioningHarness, jonas: Caller) -> None:
    product, berlin, cologne = await provisioning.product(), await add(jonas), await add(jonas, display_name="Cologne")
    mara = await person_of(provisioning, jonas, berlin)
    both = await person_of(provisioning, jonas, berlin, cologne)
    elsewhere = await provisioning.running.caller("admin")

    refused = [
        await post(mara, ORDERS, order_of(product, location_id=cologne)),
        await post(both, ORDERS, order_of(product)),
        await post(mara, ORDERS, order_of(product, bill_group_id=str(jonas.workspace_id))),
        await post(elsewhere, ORDERS, order_of(product, location_id=berlin)),
        await post(jonas, ORDERS, order_of(product, location_id=str(uuid4()))),
    ]

    assert [(answer.status_code, answer.json()["type"].removeprefix("/problems/")) for answer in refused] == [
        (422, "location-not-yours"), (422, "location-not-yours"), (422, "bill-group-does-not-fit"),
        (422, "location-not-yours"), (422, "location-not-yours"),
    ]  # fmt: skip
    assert await names(jonas, SERVICES) == []


@pytest.mark.rule("D4")
async def test_people_of_a_location_change_cancel_rename_and_restart_what_is_there(
    provisioning: ProvisioningHarness, jonas: Caller
) -> None:
    product, berlin = await provisioning.product(), await add(jonas)
    mara = await person_of(provisioning, jonas, berlin)
    await provisioning.order(mara, product)
    await provisioning.work()
    [service] = (await mara.http.get(SERVICES)).json()["items"]
    path = f"{SERVICES}/{service['id']}"

    renamed = await mara.http.patch(path, json={"display_name": "Front desk"})
    changed = await post(mara, "/api/provisioning/changes", {
        "service_id": service["id"], "plan_version_id": service["plan_version_id"],
        "configuration": {"speed_gbps": 100}, "quantity": 1,
    })  # fmt: skip
    await provisioning.work()
    restarted = await post(mara, "/api/provisioning/operations", {"service_id": service["id"], "verb": "diagnose"})
    await provisioning.work()
    cancelled = await post(mara, "/api/provisioning/cancellations", {
        "service_id": service["id"], "ends": "now", "end_reason": "other",
    })  # fmt: skip
    await provisioning.work()

    assert [renamed.status_code, changed.status_code, cancelled.status_code] == [204, 201, 201], changed.text
    assert restarted.status_code == 201, restarted.text
    assert (await mara.http.get(path)).json()["state"] == "deleted"
    assert await names(mara, SERVICES, q="front", state="deleted") == ["Front desk"]


@pytest.mark.rule("L1")
async def test_a_location_with_services_is_not_closed_and_a_closed_one_takes_none(
    provisioning: ProvisioningHarness, jonas: Caller
) -> None:
    product, berlin, cologne = await provisioning.product(), await add(jonas), await add(jonas, display_name="Cologne")
    await provisioning.order(jonas, product, location_id=berlin)

    in_use = await jonas.http.post(f"{LOCATIONS}/{berlin}/close")
    closed = await jonas.http.post(f"{LOCATIONS}/{cologne}/close")
    again = await jonas.http.post(f"{LOCATIONS}/{cologne}/close")
    changed = await jonas.http.put(f"{LOCATIONS}/{cologne}", json=BERLIN | {"display_name": "C"})
    ordered = await post(jonas, ORDERS, order_of(product, location_id=cologne))

    assert (in_use.status_code, in_use.json()["services"]) == (409, 1)
    assert [answer.status_code for answer in (closed, again, changed, ordered)] == [204, 409, 409, 422]


@pytest.mark.rule("L1", "S02")
async def test_only_admins_change_locations_and_only_of_their_own_or_a_customers_workspace(
    provisioning: ProvisioningHarness, jonas: Caller
) -> None:
    partner = await provisioning.running.caller("admin", kind="partner")
    await provisioning.add_workspace(partner.workspace_id, "partner", "Meridian")
    berlin = await add(jonas)
    mara = await person_of(provisioning, jonas, berlin)
    of_jonas = f"/api/provisioning/customers/{jonas.workspace_id}/locations"

    refused = [
        await mara.http.put(f"{LOCATIONS}/{berlin}", json=BERLIN),
        await post(mara, LOCATIONS, BERLIN),
        await partner.http.get(of_jonas),
        await partner.http.put(f"{of_jonas}/{berlin}", json=BERLIN),
        await post(partner, of_jonas, BERLIN | {"display_name": "Other"}),
    ]

    assert [answer.status_code for answer in refused] == [403, 403, 404, 404, 404]
