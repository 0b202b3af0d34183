"""Services that are changed, suspended and cancelled, for tests."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID, uuid4

import httpx
from sqlalchemy import text

from services.provisioning import handlers
from services.provisioning.drivers.port import Resource
from services.provisioning.drivers.simulator import Simulator
from services.provisioning.jobs import advance_operations
from services.provisioning.reconciling import Difference, reconcile
from services.provisioning.state_jobs import delete_due_services, provision_followers, settle_services
from shared.events import Actor
from shared.events.billing import BillGroupUpdated, SubscriptionEnded
from shared.outbox import Cause, transaction
from tests.harness.clocks import StoppedClock
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, post

API = "/api/provisioning"
SIZED: dict[str, Any] = {
    "kind": "port",
    "max_quantity": 5,
    "configuration_schema": {
        "type": "object",
        "properties": {"speed_gbps": {"enum": [1, 10, 100]}, "note": {"type": "string"}},
        "required": ["speed_gbps"],
        "additionalProperties": False,
    },
}


@dataclass
class Living:
    """An active service, with an admin of its workspace."""

    provisioning: ProvisioningHarness
    admin: Caller
    product: dict[str, Any]
    id: str
    group_version: int = 1
    door: str = ""
    """Of add-ons: where they are changed and cancelled."""

    @classmethod
    async def open(cls, provisioning: ProvisioningHarness, **options: Any) -> "Living":
        product = await provisioning.product(**SIZED | {"driver_options": {"step_seconds": 0} | options})
        admin = await provisioning.running.caller("admin", address="ada@northwind.example")
        await provisioning.add_workspace(admin.workspace_id, "customer", "Northwind Logistics")
        order = await provisioning.order(admin, product, configuration={"speed_gbps": 10}, display_name="uplink-1")
        living = cls(provisioning, admin, product, order["service_id"])
        await living.work()
        return living

    async def somebody(self, role: str) -> Caller:
        here = {"workspace_id": self.admin.workspace_id, "address": f"{role}@northwind.example"}
        return await self.provisioning.running.caller(role, **here)

    async def work(self, clock: StoppedClock | None = None) -> None:
        """Do all that is due, until nothing is."""
        clock = clock or StoppedClock()
        worker = self.provisioning.worker(clock)
        await self.provisioning.work(clock)
        for _ in range(6):
            clock.move(seconds=6)
            done = await settle_services(worker) + await delete_due_services(worker)
            done += await provision_followers(worker) + await advance_operations(worker)
            await self.provisioning.work(clock)
            if not done:
                break

    async def mend(self) -> None:
        """Nothing fails any more."""
        async with self.provisioning.database.owner() as session:
            await session.execute(text("""UPDATE products SET driver_options = '{"step_seconds": 0}'"""))
            await session.commit()

    async def read(self) -> dict[str, Any]:
        answer = await self.admin.http.get(f"{API}/services/{self.id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def change(self, caller: Caller | None = None, **wanted: Any) -> httpx.Response:
        service = await self.read()
        names = ("configuration", "quantity", "plan_version_id")
        body = {"service_id": self.id, **{name: service[name] for name in names}, **wanted}
        return await post(caller or self.admin, f"{API}{self.door}/changes", body)

    async def cancel(self, ends: str = "now", caller: Caller | None = None, **said: Any) -> httpx.Response:
        body = {"service_id": self.id, "ends": ends, "end_reason": "not_needed", **said}
        return await post(caller or self.admin, f"{API}{self.door}/cancellations", body)

    async def undo(self, order_id: str, caller: Caller | None = None) -> httpx.Response:
        return await (caller or self.admin).http.post(f"{API}{self.door}/cancellations/{order_id}/undo")

    async def suspend(self, reason: str = "customer", caller: Caller | None = None) -> httpx.Response:
        return await post(caller or self.admin, f"{API}/suspensions", {"service_id": self.id, "reason": reason})

    async def resume(self, caller: Caller | None = None) -> httpx.Response:
        key = {"Idempotency-Key": str(uuid4())}
        return await (caller or self.admin).http.post(f"{API}/suspensions/{self.id}/end", headers=key)

    async def owe(self, past_due: bool) -> None:
        """Billing says whether too much has been owed for too long."""
        self.group_version += 1
        here = self.admin.workspace_id
        event = BillGroupUpdated(
            workspace_id=here, bill_group_id=here, display_name="Z", currency="EUR", is_default=False,
            is_closed=False, portal_on=True, paying_on=True, has_contract=True, owes=past_due, past_due=past_due,
            subject_version=self.group_version,
        )  # fmt: skip
        async with self._as_system() as session:
            await handlers.follow_bill_group(session, event)

    async def period_ends(self, reason: Literal["cancelled", "expired"] = "cancelled") -> None:
        """Billing says that the subscription is over."""
        here = self.admin.workspace_id
        event = SubscriptionEnded(
            workspace_id=here, subscription_id=uuid4(), service_id=UUID(self.id), bill_group_id=here, reason=reason
        )
        async with self._as_system() as session:
            await handlers.delete_ended(session, event)

    def _as_system(self) -> Any:
        database, here = self.provisioning.database, self.admin.workspace_id
        return transaction(database.worker, Cause(Actor(), StoppedClock().now()), workspace_id=here)

    async def resources(self) -> list[Resource]:
        """What the infrastructure has of it."""
        found = await Simulator(self.provisioning.database.worker).resources(None, 1000)
        return [each for each in found if str(each.service_id) == self.id]

    async def differences(self) -> list[Difference]:
        worker = self.provisioning.database.worker
        async with worker() as session:
            return await reconcile(session, worker)
