"""Provisioning for its tests: a catalogue, people who order, and workers that are run step by step."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select

from services.provisioning.bill_groups.service import copy_bill_group
from services.provisioning.drivers.models import SimulatedStep
from services.provisioning.jobs import advance_operations, claim_steps
from services.provisioning.operations.models import Operation
from services.provisioning.plans.service import copy_plan_version
from services.provisioning.releases.store import store_of
from services.provisioning.settings import Settings
from services.provisioning.verify import verify
from shared.clock import Clock
from shared.copies import follow_workspaces
from shared.events.billing import BillGroupCreated, PlanPublished
from shared.events.identity import WorkspaceCreated
from shared.jobs import JobContext
from shared.leases import Claim
from shared.scope import begin_in
from tests.harness.databases import Database
from tests.harness.services import Caller, Running

SPEED_AND_TERM = {
    "type": "object",
    "properties": {
        "speed_gbps": {"enum": [1, 10, 100]},
        "term_months": {"type": "integer", "minimum": 1, "maximum": 60},
    },
    "required": ["speed_gbps"],
    "additionalProperties": False,
}
PORT = {
    "key": "port",
    "display_name": "Port",
    "kind": "port",
    "configuration_schema": SPEED_AND_TERM,
    "driver": "simulator",
    "driver_options": {"step_seconds": 0},
}


@dataclass
class ProvisioningHarness:
    """A running provisioning service, with an admin of the provider."""

    running: Running
    provider: Caller

    @classmethod
    async def open(cls, running: Running) -> "ProvisioningHarness":
        let_workspaces_pay(running)
        provisioning = cls(running, await running.caller("admin", kind="provider", address="lena@larkspur.example"))
        await provisioning.add_workspace(provisioning.provider.workspace_id, "provider", "Larkspur Cloud")
        return provisioning

    @property
    def database(self) -> Database:
        return self.running.database

    async def add_workspace(
        self, workspace_id: UUID, kind: Literal["provider", "partner", "customer"], display_name: str,
        parent_workspace_id: UUID | None = None,
    ) -> None:  # fmt: skip
        """Store a workspace, as identity's event would."""
        event = WorkspaceCreated(
            workspace_id=workspace_id, parent_workspace_id=parent_workspace_id, kind=kind,
            slug=str(workspace_id), display_name=display_name,
            account_number="LKS-00001", connected=True,
        )  # fmt: skip
        async with self.database.worker.begin() as session:
            await follow_workspaces(session, [event])

    async def product(self, **changes: Any) -> dict[str, Any]:
        """Publish a product, by default a port, with a plan in ``plan_version_id``."""
        body = PORT | {"key": f"product-{uuid4().hex[:8]}"} | changes
        answer = await post(self.provider, "/api/provisioning/products", body)
        assert answer.status_code == 201, answer.text
        product: dict[str, Any] = answer.json()
        return product | {"plan_version_id": str(await self.plan(UUID(product["id"])))}

    async def plan(
        self, product_id: UUID, *, plan_id: UUID | None = None, version: int = 1,
        terms: dict[str, tuple[bool | int | float | str, ...]] | None = None,
        field_prices: dict[str, int] | None = None,
    ) -> UUID:  # fmt: skip
        """Store a plan version, as billing's event would."""
        event = PlanPublished(
            workspace_id=self.provider.workspace_id, subject_version=version, plan_id=plan_id or uuid4(),
            plan_version_id=uuid4(), product_id=product_id, display_name="Monthly", currency="EUR",
            recurring_minor=90_000, one_off_minor=0, interval_months=1, terms=terms or {},
            field_prices=field_prices or {},
        )  # fmt: skip
        async with self.database.worker.begin() as session:
            await copy_plan_version(session, event)
        return event.plan_version_id

    async def order(self, caller: Caller, product: dict[str, Any], **changes: Any) -> dict[str, Any]:
        answer = await post(caller, "/api/provisioning/orders", order_of(product, **changes))
        assert answer.status_code == 201, answer.text
        order: dict[str, Any] = answer.json()
        return order

    async def read(self, caller: Caller, order: dict[str, Any]) -> dict[str, Any]:
        answer = await caller.http.get(f"/api/provisioning/orders/{order['id']}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def worker(self, clock: Clock | None = None) -> JobContext:
        """A separate worker, as in another process."""
        return JobContext(self.database.worker, clock or Clock(), self.running.runtime.settings)

    async def claim(self, clock: Clock | None = None) -> list[Claim[Operation]]:
        """Claim all due steps, as a worker that dies afterwards."""
        async with self.database.worker.begin() as session:
            return await claim_steps(self.worker(clock), session)

    async def work(self, clock: Clock | None = None) -> None:
        """Run all due steps."""
        while await advance_operations(self.worker(clock)):
            pass

    async def made(self) -> list[tuple[str, int]]:
        """The keys and steps that the simulated infrastructure has finished."""
        done = select(SimulatedStep.key, SimulatedStep.n).where(SimulatedStep.finished_at.is_not(None))
        async with self.database.owner() as session:
            return [(key, n) for key, n in await session.execute(done.order_by(SimulatedStep.key, SimulatedStep.n))]

    async def broken(self) -> list[str]:
        async with self.database.worker() as session:
            store = store_of(cast(Settings, self.running.runtime.settings))
            return await verify(session, now=datetime.now(UTC), store=store)


def let_workspaces_pay(running: Running) -> None:
    """Give the workspace of each caller a bill group, as billing does. A test's own ones come before it."""
    ordinary = running.caller

    async def caller(*args: Any, **fields: Any) -> Caller:
        found = await ordinary(*args, **fields)
        here = found.workspace_id
        event = BillGroupCreated(
            workspace_id=here, bill_group_id=here, display_name="Z", currency="EUR", is_default=False
        )
        async with begin_in(running.database.worker, here) as session:
            await copy_bill_group(session, event)
        return found

    running.caller = caller  # type: ignore[method-assign]


def order_of(product: dict[str, Any], **changes: Any) -> dict[str, Any]:
    body = {
        "product_id": product["id"],
        "plan_version_id": product["plan_version_id"],
        "configuration": {"speed_gbps": 10},
    }
    return body | changes


async def post(caller: Caller, path: str, body: dict[str, Any], *, key: str | None = None) -> httpx.Response:
    return await caller.http.post(path, json=body, headers={"Idempotency-Key": key or str(uuid4())})
