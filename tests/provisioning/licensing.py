"""Licences, as customers, their software and the provider's staff use them, for tests."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from services.provisioning import handlers
from services.provisioning.state_jobs import issue_missing_licences
from shared.events.billing import BillingStarted
from tests.harness.clocks import StoppedClock
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness
from tests.provisioning.living import API, SIZED, Living

LICENCES = f"{API}/licences"
SOFTWARE: dict[str, Any] = SIZED | {"kind": "licence", "display_name": "Harbour Gateway"}


@dataclass
class Licensed(Living):
    """An active service with a licence."""

    @classmethod
    async def of(cls, provisioning: ProvisioningHarness, *, quantity: int = 2, **changes: Any) -> "Licensed":
        product = await provisioning.product(**SOFTWARE | {"driver_options": {"step_seconds": 0}} | changes)
        admin = await provisioning.running.caller(
            "admin", address="ada@northwind.example", parent_workspace_id=provisioning.provider.workspace_id
        )
        await provisioning.add_workspace(
            admin.workspace_id, "customer", "Northwind Logistics", provisioning.provider.workspace_id
        )
        order = await provisioning.order(
            admin, product, configuration={"speed_gbps": 10}, display_name="gateway-1", quantity=quantity
        )
        living = cls(provisioning, admin, product, order["service_id"])
        await living.work()
        return living

    async def licence(self, caller: Caller | None = None) -> dict[str, Any]:
        answer = await (caller or self.admin).http.get(f"{LICENCES}/of-service/{self.id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def ask_for_key(self, caller: Caller | None = None) -> httpx.Response:
        return await (caller or self.admin).http.post(f"{LICENCES}/{(await self.licence())['id']}/key")

    async def key(self) -> str:
        answer = await self.ask_for_key()
        assert answer.status_code == 200, answer.text
        key: str = answer.json()["key"]
        return key

    async def rotate(self, caller: Caller | None = None) -> httpx.Response:
        return await (caller or self.admin).http.post(f"{LICENCES}/{(await self.licence())['id']}/rotate")

    async def release(self, activation_id: str, caller: Caller | None = None) -> httpx.Response:
        place = f"{LICENCES}/{(await self.licence())['id']}/activations/{activation_id}/release"
        return await (caller or self.admin).http.post(place)

    async def revoke(self, reason: str = "Unpaid since June", caller: Caller | None = None) -> httpx.Response:
        return await self._staff("revoke", caller, json={"reason": reason})

    async def reinstate(self, caller: Caller | None = None) -> httpx.Response:
        return await self._staff("reinstate", caller)

    async def _staff(self, deed: str, caller: Caller | None, **sent: Any) -> httpx.Response:
        licence_id = (await self.licence())["id"]
        staff = caller or self.provisioning.provider
        return await staff.http.post(f"{API}/customers/{self.admin.workspace_id}/licences/{licence_id}/{deed}", **sent)

    async def activate(self, machine: str, key: str | None = None) -> httpx.Response:
        body = {"key": key or await self.key(), "fingerprint": f"fingerprint-{machine}", "machine_name": machine}
        return await self.stranger.post(f"{API}/activations", json=body)

    async def check(self, key: str) -> httpx.Response:
        return await self.stranger.post(f"{API}/licence-checks", json={"key": key})

    @property
    def stranger(self) -> httpx.AsyncClient:
        """Software, which has no token."""
        return self.provisioning.running.http()

    async def key_set(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.stranger.get(f"{API}/licence-keys")).json()
        return found

    async def revocations(self) -> str:
        answer = await self.stranger.get(f"{API}/licence-revocations/{self.product['key']}")
        assert answer.status_code == 200, answer.text
        document: str = answer.json()["document"]
        return document

    async def billing_starts(self, **term: Any) -> None:
        """Billing says that the contract has begun."""
        here = self.admin.workspace_id
        event = BillingStarted(
            workspace_id=here, subject_version=3, subscription_id=UUID(self.id), service_id=UUID(self.id),
            bill_group_id=here, started_at=StoppedClock().now(), **term,
        )  # fmt: skip
        async with self._as_system() as session:
            await handlers.begin_maintenance(session, event)

    async def issue_missing(self) -> int:
        return await issue_missing_licences(self.provisioning.worker())
