from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from services.audit.db import Base
from shared.db import Kind


class Entry(Base):
    """One event, filed in the workspace where the state changed. It is written once: the roles of the service may not
    change or delete it, and triggers refuse it to everybody else."""

    __tablename__ = "entries"

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    """In order of arrival."""
    id: Mapped[UUID] = mapped_column(unique=True)
    """The event's."""
    workspace_id: Mapped[UUID]
    at: Mapped[datetime]
    """When it happened, in business time."""
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    action: Mapped[str]
    """The event's name."""
    via: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_sealed: Mapped[bytes | None]
    """The actor's address, readable with the actor's key."""
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    correlation_id: Mapped[UUID]
    causation_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]]
    person_id: Mapped[UUID | None]
    """Whom `details_sealed` is about."""
    details_sealed: Mapped[bytes | None]

    __table_args__ = (
        Index(None, "workspace_id", "at", "position"),
        {"info": {"kind": Kind.workspace}},
    )


class WaitingEntry(Base):
    """An entry that is not sealed yet. Written with it, deleted by the sealer: what was written late is not missed."""

    __tablename__ = "waiting_entries"
    __table_args__ = {"info": {"kind": Kind.installation}}  # noqa: RUF012 - numbers only, for the worker alone

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
