from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from services.audit.db import Base
from shared.tables import PERSON, Kind, rows


class Entry(Base):
    """One event, in the log of the workspace whose state changed. Immutable: the service's roles cannot change or
    delete it, and triggers reject it for everybody else."""

    __tablename__ = "entries"

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    """The order of arrival."""
    id: Mapped[UUID] = mapped_column(unique=True)
    """The event's id."""
    workspace_id: Mapped[UUID]
    at: Mapped[datetime]
    """When it happened, in business time."""
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    action: Mapped[str]
    """The event's name."""
    via: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_sealed: Mapped[bytes | None]
    """The actor's address, encrypted with the actor's key."""
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    correlation_id: Mapped[UUID]
    causation_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]]
    person_id: Mapped[UUID | None]
    """The person whose data is in `details_sealed`."""
    details_sealed: Mapped[bytes | None]

    __table_args__ = (
        Index(None, "workspace_id", "at", "position"),
        rows(
            Kind.workspace,
            api="select",
            worker="select insert",
            worker_writes_across=True,
            within=f"actor_id = {PERSON}",
            because="people read of their own deeds, whatever their role is limited to",
        ),
    )


class WaitingEntry(Base):
    """An entry that is not sealed yet. Inserted with the entry, deleted by the sealer, so that late commits are not
    missed."""

    __tablename__ = "waiting_entries"
    __table_args__ = rows(Kind.installation, worker="select insert delete")  # numbers only, for the worker alone

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
