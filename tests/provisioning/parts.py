"""Products that belong together, and services with parts, for tests."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.provisioning.harness import ProvisioningHarness, order_of, post
from tests.provisioning.living import API, SIZED, Living

BACKUP: dict[str, Any] = {"kind": "licence", "configuration_schema": {"type": "object"}}
CIRCUIT: dict[str, Any] = {
    "kind": "virtual_circuit",
    "configuration_schema": {
        "type": "object",
        "properties": {"speed_gbps": {"enum": [1, 10]}, "vlan": {"type": "integer", "minimum": 2, "maximum": 4094}},
        "required": ["speed_gbps", "vlan"],
        "additionalProperties": False,
    },
}
AT_ONCE = {"step_seconds": 0}


@dataclass
class Whole(Living):
    """An active service with an add-on that can be ordered for it."""

    add_on: dict[str, Any] = None  # type: ignore[assignment]

    @classmethod
    async def open(cls, provisioning: ProvisioningHarness, **options: Any) -> "Whole":
        living = await Living.open(provisioning, **options)
        add_on = await provisioning.product(**BACKUP, add_on_to=[living.product["key"]], driver_options=AT_ONCE)
        return cls(provisioning, living.admin, living.product, living.id, add_on=add_on)

    def wanted(self, **changes: Any) -> dict[str, Any]:
        return order_of(self.add_on, **{"configuration": {}, "part_of": self.id} | changes)

    async def add(self, **changes: Any) -> httpx.Response:
        return await post(changes.pop("caller", self.admin), f"{API}/add-ons", self.wanted(**changes))

    async def added(self) -> Living:
        """An add-on that is provisioned."""
        answer = await self.add()
        assert answer.status_code == 201, answer.text
        await self.work()
        return self.part(answer.json()["service_id"])

    def part(self, service_id: str) -> Living:
        return Living(self.provisioning, self.admin, self.add_on, service_id, door="/add-ons")

    async def parts(self) -> dict[str, Any]:
        answer = await self.admin.http.get(f"{API}/parts/{self.id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def bringing(
    provisioning: ProvisioningHarness, *, brought: dict[str, Any] | None = None, options: dict[str, Any] | None = None,
    **changes: Any,
) -> tuple[dict[str, Any], dict[str, Any]]:  # fmt: skip
    """A hosted connection that brings its circuit, and the circuit."""
    circuit = await provisioning.product(**CIRCUIT | {"driver_options": AT_ONCE} | (brought or {}))
    brings = {
        "product": circuit["key"], "plans": ["Monthly"], "configuration": {"vlan": 100},
        "copied": {"speed_gbps": "speed_gbps"},
    }  # fmt: skip
    connection = await provisioning.product(
        **SIZED | {"kind": "cloud_connection", "connection": "hosted", "max_quantity": 5},
        driver_options=options or AT_ONCE, brings=[brings], **changes,
    )  # fmt: skip
    return connection, circuit


def with_circuit(connection: dict[str, Any], circuit: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return order_of(connection, brought_plan_version_ids=[circuit["plan_version_id"]], **changes)
