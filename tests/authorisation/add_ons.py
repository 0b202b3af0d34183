"""What customers of the matrix have added to their services, and what members ask to add."""

from tests.authorisation.business import WITH_BUSINESS, Business
from tests.authorisation.callers import CUSTOMER


async def add_to_services(business: Business) -> dict[str, str]:
    """An add-on for each circuit that works, and orders of one that wait. Returns what can be added."""
    add_on = await business.publish("extra", add_on_to=["circuit"])
    await business.installation.carry()
    for workspace in WITH_BUSINESS:
        for circuit in await _circuits(business, workspace):
            await _add(business, workspace, add_on, circuit)
    await business.work()
    for circuit in await _circuits(business, CUSTOMER):
        await _add(business, CUSTOMER, add_on, circuit, by="member")
    return add_on


async def _circuits(business: Business, workspace: str) -> list[str]:
    query = """SELECT s.id FROM services s JOIN products p ON p.id = s.product_id
        WHERE s.workspace_id = :here AND p.key = 'circuit' AND s.state = 'active' ORDER BY s.id"""
    found = await business.installation["provisioning"].rows(query, here=business.tree.ids[workspace])
    return [str(row["id"]) for row in found]


async def _add(
    business: Business, workspace: str, add_on: dict[str, str], circuit: str, by: str = "admin"
) -> None:  # fmt: skip
    body = add_on | {"configuration": {}, "part_of": circuit}
    await business.ask(business.tree.person(workspace, by), "POST", "provisioning/add-ons", body)
