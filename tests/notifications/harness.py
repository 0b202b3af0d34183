"""Notifications for its tests: events come in, mails go out."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
from cryptography.fernet import Fernet
from sqlalchemy import text

from services.notifications.deliveries.gathering import MOMENT
from services.notifications.jobs import send_due_mail
from services.notifications.settings import Settings
from services.notifications.verify import verify
from shared.clock import Clock
from shared.db import Sessions
from shared.events import Actor, Event, Via
from shared.events.billing import BillingContactChanged, InvoiceIssued
from shared.events.identity import ContactAdded, UserRegistered, UserSignedIn, WorkspaceCreated
from shared.events.provisioning import ServiceDeleted, ServiceProvisioned
from shared.jobs import JobContext
from tests.harness.databases import Database
from tests.harness.hearing import Hearing
from tests.notifications.mail_server import MailServer

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROVIDER, PARTNER, CUSTOMER = uuid4(), uuid4(), uuid4()
TOM = uuid4()


class LaterClock(Clock):
    """A clock that is ``ahead`` of real time."""

    ahead = timedelta(0)

    def real_now(self) -> datetime:
        return super().real_now() + self.ahead


@dataclass
class NotificationsHarness:
    """The service on its empty database."""

    database: Database
    sessions: Sessions
    settings: Settings
    server: MailServer
    ears: Hearing
    clock: LaterClock = field(default_factory=LaterClock)

    async def hear(self, *events: Event) -> None:
        for event in events:
            assert await self.ears.event(event), f"{event.name} is heard"

    async def command(self, queue: str, body: dict[str, Any]) -> None:
        assert await self.ears.command(queue, body), f"{queue} is read"

    @property
    def job(self) -> JobContext:
        return JobContext(self.sessions, self.clock, self.settings)

    async def send(self, after: timedelta = MOMENT) -> None:
        """Move the clock by ``after``, for which one message alone waits for others, then send all due mails."""
        self.clock.ahead += after
        while await send_due_mail(self.job):
            pass

    async def deliveries(self, columns: str = "state") -> list[Any]:
        query = text(f"SELECT {columns} FROM deliveries d JOIN messages m ON m.id = d.message_id ORDER BY d.created_at")
        async with self.database.owner() as session:
            rows = (await session.execute(query)).all()
        return [row[0] if len(row) == 1 else tuple(row) for row in rows]

    async def problems(self) -> list[str]:
        async with self.sessions() as session:
            return await verify(session)

    async def everything_stored(self) -> str:
        """Every row of every table as text, to search for what must not be stored."""
        query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        async with self.database.owner() as session:
            tables = list(await session.scalars(text(query)))
            rows = [await session.scalar(text(f"SELECT string_agg(t::text, '\n') FROM {name} t")) for name in tables]
        return "\n".join(row for row in rows if row)

    async def change(self, statement: str) -> None:
        """Run a statement as the owner of the tables."""
        async with self.database.owner.begin() as session:
            await session.execute(text(statement))

    async def command_secret(
        self,
        kind: str,
        *,
        repeat: UUID | None = None,
        age: timedelta = timedelta(0),
        reader: dict[str, str | None] | None = None,
        **secret: Any,
    ) -> UUID:
        """Deliver a secret mail command that identity encrypted ``age`` ago, for a ``reader`` if it knew of one."""
        message_id = repeat or uuid4()
        key = Fernet(self.settings.mail_key.get_secret_value())
        content = {"address": "jonas@northwind.example", "display_name": "Jonas Keller", "code": None, "inviter": None,
                  "link": "https://portal.larkspur.example/invite?t=canary-of-the-link",
                  "workspace_name": "Northwind Logistics"}  # fmt: skip
        sealed = key.encrypt_at_time(orjson.dumps(content | secret), int((self.clock.real_now() - age).timestamp()))
        body = {"kind": kind, "sealed": sealed.decode(), "message_id": str(message_id), "workspace_id": str(CUSTOMER),
                "correlation_id": str(uuid4())}  # fmt: skip
        await self.command("notifications.on.secret_mail", body | (reader or {}))
        return message_id


def workspace(id_: UUID, parent: UUID | None, kind: str, name: str, **fields: Any) -> WorkspaceCreated:
    return WorkspaceCreated(
        workspace_id=id_, parent_workspace_id=parent, kind=kind, slug=name.split(maxsplit=1)[0].lower(),
        display_name=name, account_number="1", connected=True, occurred_at=NOON, **fields,
    )  # fmt: skip


TREE = (
    workspace(PROVIDER, None, "provider", "Larkspur Cloud"),
    workspace(PARTNER, PROVIDER, "partner", "Meridian Partners"),
    workspace(CUSTOMER, PARTNER, "customer", "Northwind Logistics"),
)


def person(
    user_id: UUID = TOM, address: str = "tom@meridian.example", name: str = "Tom Becker", **fields: Any
) -> UserRegistered:
    return UserRegistered(workspace_id=PARTNER, user_id=user_id, address=address, display_name=name, **fields)


def signed_in(*, new_browser: bool = True) -> UserSignedIn:
    return UserSignedIn(
        workspace_id=PARTNER, user_id=TOM, session_id=uuid4(), method="code", subject_version=2, occurred_at=NOON,
        browser="Firefox on Linux", browser_name="Firefox", operating_system="Linux", ip="192.0.2.7",
        new_browser=new_browser,
    )  # fmt: skip


def contact(address: str = "ops@meridian.example", **fields: Any) -> ContactAdded:
    given = {"workspace_id": PARTNER, "contact_id": uuid4(), "kind": "admin", "address": address,
             "display_name": "Operations", "wants_service_mail": True,
             "occurred_at": NOON - timedelta(days=1)}  # fmt: skip
    return ContactAdded(**(given | fields))


def order(**fields: Any) -> dict[str, Any]:
    given = {"workspace_id": CUSTOMER, "parent_workspace_id": PARTNER, "order_id": uuid4(), "service_id": uuid4(),
             "product_id": uuid4(), "product_name": "10 Gbps port", "kind": "port", "plan_version_id": uuid4(),
             "quantity": 1, "ordered_by": TOM, "occurred_at": NOON,
             "actor": Actor(user_id=TOM, address="tom@meridian.example", via=Via.on_behalf)}  # fmt: skip
    return given | fields


def provisioned(**fields: Any) -> ServiceProvisioned:
    return ServiceProvisioned(**order(**({"billing_delay_days": 15} | fields)))


def deleted(**fields: Any) -> ServiceDeleted:
    return ServiceDeleted(**order(**({"state": "deleted", "display_name": "Frankfurt uplink"} | fields)))


def billing_contact(bill_group_id: UUID, address: str, version: int = 1) -> BillingContactChanged:
    return BillingContactChanged(
        workspace_id=CUSTOMER, subject_version=version, bill_group_id=bill_group_id, kind="billing", address=address,
        display_name="Accounts Payable",
    )  # fmt: skip


def invoice(bill_group_id: UUID, **fields: Any) -> InvoiceIssued:
    given = {"workspace_id": CUSTOMER, "parent_workspace_id": PARTNER, "invoice_id": uuid4(),
             "number": "LC-2026-000042", "bill_group_id": bill_group_id, "total_minor": 184000,
             "currency": "EUR", "issued_on": "2026-11-22",
             "due_on": "2026-12-06", "occurred_at": NOON}  # fmt: skip
    return InvoiceIssued(**(given | fields))
