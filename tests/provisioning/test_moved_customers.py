"""A customer that goes to another seller: whose people see its orders and locations from then on."""

from uuid import UUID, uuid4

from services.provisioning.states import OrderState
from shared.copies import follow_workspaces
from shared.events.identity import WorkspaceMoved
from tests.provisioning.harness import ProvisioningHarness
from tests.provisioning.test_customer_orders import OTHER, WORKS, customer, link, numbers, people


async def goes(provisioning: ProvisioningHarness, customer_id: UUID, to: UUID) -> None:
    """What identity says once the customer has consented."""
    moved = WorkspaceMoved(
        workspace_id=customer_id, parent_workspace_id=to, kind="customer", slug="northwind", display_name="Northwind",
        account_number="LKS-1", connected=True, move_id=uuid4(),
        from_company="Meridian Partners", to_company="Alder Networks", proposed_by=uuid4(), subject_version=9,
    )  # fmt: skip
    async with provisioning.database.worker.begin() as session:
        await follow_workspaces(session, [moved])


async def test_the_orders_of_a_customer_follow_it_also_those_that_are_on_their_way(
    provisioning: ProvisioningHarness,
) -> None:
    ana, farah = await people(provisioning), await people(provisioning, workspace_id=OTHER)
    northwind = await customer(provisioning, "Northwind")
    port = await provisioning.product(driver_options=WORKS)
    order = await provisioning.order(northwind, port)
    assert (await numbers(ana), await numbers(farah)) == ([order["number"]], [])

    await goes(provisioning, northwind.workspace_id, OTHER)
    later = await provisioning.order(northwind, port)
    await provisioning.work()

    both = [later["number"], order["number"]]
    assert (await numbers(ana), await numbers(farah)) == ([], both)
    for asked in (
        {"q": "ord-"},
        {"q": "northwind"},
        {"descending": "false"},
        *({"state": each} for each in OrderState),
    ):
        assert await numbers(ana, **asked) == [], asked
    assert await numbers(farah, q="northwind") == both
    assert await provisioning.broken() == []


async def test_a_link_that_has_not_ended_here_yet_shows_nothing_to_the_former_partner(
    provisioning: ProvisioningHarness,
) -> None:
    """The end of the link may come after the move: events of two kinds have no common order."""
    tom, northwind = await people(provisioning, "regular"), await customer(provisioning, "Northwind")
    await link(provisioning, tom, northwind.workspace_id, "support")
    order = await provisioning.order(northwind, await provisioning.product(driver_options=WORKS))
    before = await numbers(tom)

    await goes(provisioning, northwind.workspace_id, OTHER)

    assert (before, await numbers(tom)) == ([order["number"]], [])


async def test_the_locations_of_a_customer_follow_it(provisioning: ProvisioningHarness) -> None:
    ana, farah = await people(provisioning), await people(provisioning, workspace_id=OTHER)
    northwind = await customer(provisioning, "Northwind")
    path = f"/api/provisioning/customers/{northwind.workspace_id}/locations"
    before = [(await person.http.get(path)).status_code for person in (ana, farah)]

    await goes(provisioning, northwind.workspace_id, OTHER)

    assert before == [200, 404]
    assert [(await person.http.get(path)).status_code for person in (ana, farah)] == [404, 200]
