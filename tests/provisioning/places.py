"""Sites and hosts for tests."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, order_of, post

FRANKFURT = {
    "key": "fra1", "display_name": "Frankfurt 1", "city": "Frankfurt", "country": "DE", "latitude": 50.11,
    "longitude": 8.68,
}  # fmt: skip
NEEDS = {"ports": 1, "bandwidth_mbps": "speed_gbps * 1000"}
ORDERS = "/api/provisioning/orders"


async def add_site(provisioning: ProvisioningHarness, **changes: Any) -> dict[str, Any]:
    answer = await post(provisioning.provider, "/api/provisioning/sites", FRANKFURT | changes)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def add_host(
    provisioning: ProvisioningHarness, site: dict[str, Any], name: str = "host-1", **capacity: int
) -> dict[str, Any]:
    body = {"site_id": site["id"], "display_name": name, "capacity": capacity}
    answer = await post(provisioning.provider, "/api/provisioning/hosts", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def taken(provisioning: ProvisioningHarness, resource: str = "ports") -> dict[str, int]:
    """How much of a resource is taken, by the host's name."""
    query = text("SELECT display_name, taken FROM host_resources JOIN hosts ON id = host_id WHERE resource = :resource")
    async with provisioning.database.worker() as session:
        return {name: number for name, number in await session.execute(query, {"resource": resource})}


async def place(caller: Caller, product: Mapping[str, Any], speed: int = 1, **changes: Any) -> int:
    """The status of an order."""
    body = order_of(dict(product), configuration={"speed_gbps": speed}, **changes)
    return (await post(caller, ORDERS, body)).status_code
