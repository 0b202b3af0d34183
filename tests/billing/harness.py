"""Billing for its tests: customers that order, services that are provisioned, business time that moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.business_time import set_offset
from services.billing import jobs
from services.billing.invoices.files import store_of
from services.billing.verify import verify
from shared.events import Actor, Event
from shared.events.identity import WorkspaceCreated
from shared.events.provisioning import (
    CancellationOrdered,
    OrderPlaced,
    ServiceChanged,
    ServiceProvisioned,
    ServiceProvisioningFailed,
)
from shared.jobs import JobContext
from shared.outbox import Cause, transaction
from tests.harness.hearing import At, hearing
from tests.harness.services import Caller, Running

TODAY = datetime(2027, 1, 10, 9, 30, tzinfo=UTC)
PROVIDER = UUID("00000000-0000-4000-8000-00000000000a")
ORIGIN = "https://portal.larkspur.example"
RETURN_URL = "https://portal.larkspur.example/w/northwind/billing"


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


@dataclass
class BillingHarness:
    running: Running
    provider: Caller
    now: datetime = TODAY
    plans: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)

    @classmethod
    async def open(cls, running: Running) -> "BillingHarness":
        provider = await running.caller("admin", workspace_id=PROVIDER, kind="provider")
        billing = cls(running, provider)
        billing.move_to(TODAY)
        await billing.hear(billing.workspace(PROVIDER, kind="provider", name="Larkspur Cloud"))
        return billing

    def move_to(self, moment: datetime) -> None:
        """Move business time."""
        file = self.running.runtime.settings.clock_file
        assert file is not None
        set_offset(file, moment - datetime.now(UTC))
        self.now = moment

    def workspace(
        self, id_: UUID, *, kind: str = "customer", name: str = "Northwind Logistics", **fields: Any
    ) -> WorkspaceCreated:
        above = {"parent_workspace_id": None if kind == "provider" else PROVIDER}
        return WorkspaceCreated(
            workspace_id=id_, kind=kind, slug=str(id_), display_name=name, account_number="C-1042", connected=False,
            occurred_at=self.now, **above | fields,
        )  # fmt: skip

    async def hear(self, *events: Event) -> None:
        """Deliver each event to billing's listeners, as the broker would."""
        runtime = self.running.runtime
        async with hearing(runtime.service.events, runtime.worker_sessions, At(self.now), runtime.settings) as ears:
            for event in events:
                await ears.event(event)

    async def customer(self, **workspace: Any) -> UUID:
        workspace_id = uuid4()
        await self.hear(self.workspace(workspace_id, **workspace))
        return workspace_id

    async def bill_group(self, workspace_id: UUID, currency: str) -> UUID:
        """Another bill group, as the seller creates it."""
        path, body = (
            f"/api/billing/customers/{workspace_id}/bill-groups",
            {"display_name": currency, "currency": currency},
        )
        answer = await self.provider.http.post(path, json=body, headers=key())
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    async def plan(
        self, recurring: int = 100_000, one_off: int = 0, currency: str = "EUR", months: int = 1, **terms: Any
    ) -> UUID:
        """A plan version with these prices."""
        wanted = {
            "currency": currency,
            "recurring_minor": recurring,
            "one_off_minor": one_off,
            "interval_months": months,
        } | terms
        body = {"product_id": str(uuid4()), "display_name": "Monthly", **wanted}
        answer = await self.provider.http.post("/api/billing/plans", json=body, headers=key())
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["plan_version_id"])

    def order(self, workspace_id: UUID, plan_version_id: UUID, *, quantity: int = 1, **more: Any) -> OrderPlaced:
        return OrderPlaced(**{
            "workspace_id": workspace_id, "order_id": uuid4(), "service_id": uuid4(), "product_id": uuid4(),
            "product_name": "Port 10 Gbps", "kind": "port", "plan_version_id": plan_version_id, "quantity": quantity,
            "occurred_at": self.now, "parent_workspace_id": PROVIDER,
            "actor": Actor(kind="user", user_id=uuid4(), address="tom@meridian.example"),
        } | more)  # fmt: skip

    def provisioned(self, order: OrderPlaced, *, delay_days: int = 0, version: int = 1) -> ServiceProvisioned:
        what = order.model_dump(exclude={"event_id", "occurred_at", "subject_version"})
        return ServiceProvisioned(**what, occurred_at=self.now, billing_delay_days=delay_days, subject_version=version)

    def failed(self, order: OrderPlaced, *, version: int = 1) -> ServiceProvisioningFailed:
        what = order.model_dump(exclude={"event_id", "occurred_at", "subject_version"})
        return ServiceProvisioningFailed(
            **what, occurred_at=self.now, step=3, reason="no port free", subject_version=version
        )

    async def subscribed(self, workspace_id: UUID, plan: UUID, *, delay_days: int = 0, **order: Any) -> OrderPlaced:
        """A service that was ordered and provisioned now."""
        placed = self.order(workspace_id, plan, **order)
        await self.hear(placed, self.provisioned(placed, delay_days=delay_days))
        return placed

    def state_of(self, order: OrderPlaced, kind: type[Event] = ServiceChanged, **facts: Any) -> Event:
        """What became of the order's service, as provisioning says it: by default, that it is as it was ordered."""
        names = ("workspace_id", "service_id", "bill_group_id", "kind", "product_id", "product_name",
                 "plan_version_id", "quantity", "parent_workspace_id", "actor", "order_id")  # fmt: skip
        known = {name: getattr(order, name) for name in names} | {"display_name": "Uplink", "state": "active"}
        more = {
            ServiceChanged: {"former_plan_version_id": order.plan_version_id, "former_quantity": order.quantity},
            CancellationOrdered: {"ends": "period_end", "end_reason": "not_needed", "ends_with_period": True},
        }.get(kind, {})
        said = known | more | {"occurred_at": self.now, "subject_version": 2} | facts
        return kind(**{name: value for name, value in said.items() if name in kind.model_fields})

    async def run_jobs(self) -> None:
        """Run the worker's jobs until nothing is due today."""
        while (
            await jobs.end_terms(self.job)
            + await jobs.start_due_billing(self.job)
            + await jobs.issue_due_invoices(self.job)
        ):
            pass
        await self.print_all()

    async def print_all(self) -> None:
        while await jobs.print_invoices(self.job):
            pass

    @property
    def job(self) -> JobContext:
        runtime = self.running.runtime
        return JobContext(self.running.runtime.worker_sessions, runtime.clock, runtime.settings)

    async def day_by_day(self, days: int) -> None:
        for _ in range(days):
            self.move_to(self.now + timedelta(days=1))
            await self.run_jobs()

    async def invoiced(self, recurring: int = 100_000, **plan: Any) -> tuple[UUID, dict[str, Any]]:
        """A customer with one open invoice."""
        workspace_id = await self.customer()
        await self.subscribed(workspace_id, await self.plan(recurring, **plan))
        await self.run_jobs()
        [invoice] = await self.invoices(workspace_id)
        return workspace_id, invoice

    async def admin(self, workspace_id: UUID) -> Caller:
        return await self.running.caller("admin", workspace_id=workspace_id, parent_workspace_id=PROVIDER)

    async def invoices(self, workspace_id: UUID) -> list[dict[str, Any]]:
        """Oldest first, as stored."""
        return await self.rows("SELECT * FROM invoices WHERE workspace_id = :w ORDER BY number", w=workspace_id)

    async def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """Read as the owner, without row security."""
        async with self.running.database.owner() as session:
            return [dict(row) for row in (await session.execute(text(query), values)).mappings()]

    async def events(self, name: str, workspace_id: UUID) -> list[dict[str, Any]]:
        found = await self.running.database.events(f"billing.{name}")
        return [event for event in found if event["workspace_id"] == str(workspace_id)]

    @asynccontextmanager
    async def working(self, workspace_id: UUID) -> AsyncIterator[AsyncSession]:
        cause = Cause(Actor(), self.now)
        async with transaction(self.running.runtime.worker_sessions, cause, workspace_id=workspace_id) as session:
            yield session

    async def verify(self) -> list[str]:
        async with self.running.runtime.worker_sessions() as session:
            return await verify(session, files=store_of(self.job.settings))

    async def pay(self, caller: Caller, *invoices: dict[str, Any], amount: int | None = None, **headers: str) -> Any:
        """Begin to pay invoices, or a part of the one."""
        shares = [{"invoice_id": str(invoice["id"]), "amount_minor": amount} for invoice in invoices]
        body = {"invoices": shares, "return_url": RETURN_URL}
        return await caller.http.post("/api/billing/payments", json=body, headers=key() | headers)

    async def page(self, pay_url: str) -> str:
        """The path of the simulator's page to which a link leads."""
        went = await self.running.http().get(pay_url.removeprefix(ORIGIN))
        assert went.status_code == 303, went.text
        return went.headers["location"].removeprefix(ORIGIN)

    async def press(self, pay_url: str, choice: str = "pay", **form: str) -> Any:
        """Press a button of the simulator's page."""
        return await self.running.http().post(f"{await self.page(pay_url)}/{choice}", data=form)
