"""Provisioning and billing side by side, on one business time. Events of the one reach the other when the test says so,
in any order and more than once."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from services.billing import jobs as billing_jobs
from services.billing.invoices.files import store_of
from services.billing.verify import verify as verify_billing
from services.provisioning.jobs import advance_operations
from services.provisioning.state_jobs import delete_due_services, provision_followers, settle_services
from services.provisioning.verify import verify as verify_provisioning
from shared.errors import NotYetKnown
from shared.events import REGISTRY, Event
from shared.events.identity import WorkspaceCreated
from shared.jobs import JobContext
from tests.billing.harness import PROVIDER, TODAY, BillingHarness
from tests.harness.hearing import Hearing, hearing
from tests.harness.services import Caller, Running
from tests.provisioning.harness import ProvisioningHarness, post

API = "/api/provisioning"
NODE: dict[str, Any] = {
    "key": "node", "display_name": "Node", "kind": "node", "driver": "simulator", "max_quantity": 5,
    "driver_options": {"step_seconds": 0},
    "configuration_schema": {
        "type": "object", "properties": {"cpu": {"type": "integer", "minimum": 1, "maximum": 64}},
        "required": ["cpu"], "additionalProperties": False,
    },
}  # fmt: skip
PLANS: dict[str, dict[str, Any]] = {
    "Small": {"recurring_minor": 31_000, "may_pause": True},
    "Per core": {"recurring_minor": 1_000, "may_pause": True, "field_prices": {"cpu": 500}},
    "Afterwards": {"recurring_minor": 9_999, "may_pause": True, "billed": "in_arrears", "field_prices": {"cpu": 73}},
    "For a quarter": {"recurring_minor": 20_000, "term_months": 3},
}


@dataclass
class Mailbag:
    """Events of one service that the other has not handled yet."""

    running: Running
    ears: Hearing
    """Of the other one."""
    taken: int = 0
    waiting: list[Event] = field(default_factory=list)

    async def collect(self) -> None:
        bodies: Sequence[dict[str, Any]] = await self.running.database.events()
        self.waiting += [REGISTRY[body["name"]].model_validate(body) for body in bodies[self.taken :]]
        self.taken = len(bodies)

    async def deliver(self, events: Sequence[Event]) -> int:
        """What the other one does not know the cause of yet goes on waiting, as on the broker. Returns how many were
        handled."""
        handled = 0
        for event in events:
            try:
                await self.ears.event(event)
            except NotYetKnown:
                continue
            handled += 1
            if event in self.waiting:
                self.waiting.remove(event)
        return handled


@dataclass
class Both:
    provisioning: ProvisioningHarness
    billing: BillingHarness
    admin: Caller
    of_provisioning: Mailbag
    of_billing: Mailbag
    product: dict[str, Any] = field(default_factory=dict)
    plans: dict[str, str] = field(default_factory=dict)
    """The version of each, by its name."""

    @classmethod
    async def open(cls, provisioning: Running, billing: Running, ears: tuple[Hearing, Hearing]) -> "Both":
        """A customer with a default bill group, and a product with all plans. ``ears`` are provisioning's, and
        billing's."""
        for running in (provisioning, billing):
            await running.database.empty()
        staff = await provisioning.caller("admin", workspace_id=PROVIDER, kind="provider")
        bills = BillingHarness(billing, await billing.caller("admin", workspace_id=PROVIDER, kind="provider"))
        bills.move_to(TODAY)
        admin = await provisioning.caller("admin", workspace_id=uuid4(), parent_workspace_id=PROVIDER)
        both = cls(
            ProvisioningHarness(provisioning, staff), bills, admin, Mailbag(provisioning, ears[1]),
            Mailbag(billing, ears[0]),
        )  # fmt: skip
        for workspace, kind in ((PROVIDER, "provider"), (admin.workspace_id, "customer")):
            created: WorkspaceCreated = bills.workspace(workspace, kind=kind)
            for each in ears:
                await each.event(created)
        both.product = (await post(staff, f"{API}/products", NODE)).json()
        for name, prices in PLANS.items():
            body = {"product_id": both.product["id"], "display_name": name, "currency": "EUR"} | prices
            answer = await post(bills.provider, "/api/billing/plans", body)
            both.plans[name] = answer.json()["plan_version_id"]
        await both.settle()
        return both

    async def settle(self, *, newest_first: bool = False) -> None:
        """Do all that is due, and deliver all events, until nothing is left."""
        for _ in range(20):
            await self.work()
            await self.bill()
            delivered = 0
            for bag in (self.of_provisioning, self.of_billing):
                await bag.collect()
                delivered += await bag.deliver(bag.waiting[::-1] if newest_first else list(bag.waiting))
            if not delivered:
                break
        assert self.of_provisioning.waiting == [] == self.of_billing.waiting

    async def work(self) -> None:
        """All that provisioning has to do now."""
        runtime = self.provisioning.running.runtime
        worker = JobContext(runtime.worker_sessions, runtime.clock, runtime.settings)
        while (
            await advance_operations(worker)
            + await settle_services(worker)
            + await delete_due_services(worker)
            + await provision_followers(worker)
        ):
            pass

    async def bill(self) -> None:
        """All that billing has to do today, but for the printing of invoices."""
        job = self.billing.job
        while (
            await billing_jobs.end_terms(job)
            + await billing_jobs.start_due_billing(job)
            + await billing_jobs.issue_due_invoices(job)
        ):
            pass

    def move(self, days: int) -> None:
        self.billing.move_to(self.billing.now + timedelta(days=days))

    async def faults(self) -> list[str]:
        """What either says of its own invariants."""
        async with self.billing.running.runtime.worker_sessions() as session:
            found = await verify_billing(session, files=store_of(self.billing.job.settings))
        async with self.provisioning.database.worker() as session:
            return [*found, *await verify_provisioning(session, now=self.billing.now)]

    async def services(self) -> dict[UUID, dict[str, Any]]:
        async with self.provisioning.database.owner() as session:
            found = (await session.connection()).exec_driver_sql("SELECT * FROM services ORDER BY id")
            return {row["id"]: dict(row) for row in (await found).mappings()}

    async def subscriptions(self) -> dict[UUID, dict[str, Any]]:
        return {row["service_id"]: row for row in await self.billing.rows("SELECT * FROM subscriptions ORDER BY id")}


@asynccontextmanager
async def ears_of(*running: Running) -> AsyncIterator[tuple[Hearing, ...]]:
    async with AsyncExitStack() as stack:
        yield tuple([
            await stack.enter_async_context(
                hearing(
                    each.runtime.service.events, each.runtime.worker_sessions, each.runtime.clock,
                    each.runtime.settings,
                )
            )
            for each in running
        ])  # fmt: skip
