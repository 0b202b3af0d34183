"""Events as audit receives them, and the log that stores them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from pydantic import SecretStr
from sqlalchemy import text

from services.audit.entries.service import append_entries
from services.audit.seals.checkpoints import sign_checkpoint
from services.audit.seals.service import seal_entries
from services.audit.seals.verifying import Report, verify_chains
from shared.events import Actor, Envelope, Event, Via
from shared.events.identity import ContactAdded
from shared.events.provisioning import ServiceCountsChanged
from tests.harness.databases import Database

SECRET = SecretStr("secret-of-the-seals")  # what tests/harness gives the service
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def received(event: Event) -> tuple[Envelope, dict[str, Any]]:
    body = event.to_wire()
    return Envelope.model_validate(body), body


def counts(workspace_id: UUID, **envelope: Any) -> Event:
    fields = {"ports": 1, "virtual_circuits": 0, "cloud_connections": 0, "occurred_at": NOON}
    return ServiceCountsChanged(workspace_id=workspace_id, **(fields | envelope))


def user_actor(user_id: UUID, address: str, via: Via = Via.own) -> Actor:
    return Actor(kind="user", user_id=user_id, address=address, via=via)


def contact(workspace_id: UUID, actor: Actor, address: str) -> ContactAdded:
    return ContactAdded(workspace_id=workspace_id, contact_id=uuid4(), kind="admin", address=address, actor=actor,
                        display_name="Ops of Meridian", wants_service_mail=True, occurred_at=NOON)  # fmt: skip


class AuditHarness:
    """Appends, seals, signs and verifies, as the service's worker does."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.secret = SECRET
        self._now = NOON

    async def keep(self, *events: Event) -> None:
        async with self.database.worker.begin() as session:
            await append_entries(session, [received(event) for event in events], self.secret)

    async def seal(self) -> int:
        async with self.database.worker.begin() as session:
            return await seal_entries(session)

    async def sign(self) -> bool:
        self._now += timedelta(hours=1)
        async with self.database.worker.begin() as session:
            return await sign_checkpoint(session, self.secret, now=self._now, every=timedelta(minutes=1))

    async def verify(self) -> Report:
        async with self.database.worker() as session:
            return await verify_chains(session, self.secret)

    async def tamper(self, statement: str, **values: Any) -> None:
        """Change data as a superuser, without triggers and privileges."""
        async with self.database.owner.begin() as session:
            await session.execute(text("SET LOCAL session_replication_role = replica"))
            await session.execute(text(statement), values)

    async def scalar(self, query: str, **values: Any) -> Any:
        async with self.database.owner() as session:
            return await session.scalar(text(query), values)
