from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from services.audit.db import Base
from shared.tables import PERSON, Kind, rows

OWN = "via <> 'system'"
"""What people did themselves."""
ANY = "position > 0"
EVERY = "at > '-infinity'"
ON_BEHALF = "via = 'on_behalf'"
OWN_OF_SUBJECT = "via IS DISTINCT FROM 'system' AND position > -1"
"""What people did themselves, in other words. A plan for all values cannot tell which of two indexes is better, so that
each of them has words that only the queries say that are meant for it. `ANY` and `EVERY` are true of every entry.
`ON_BEHALF` is true of few, so that its indexes cost writers next to nothing."""
BEHALF = {"": (), "_action": ("action",), "_actor": ("actor_id",), "_actor_action": ("actor_id", "action")}
"""What the list of entries on behalf can be filtered by, by the ends of the indexes' names."""


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
    """The actor's address and browser session, encrypted with the actor's key."""
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    correlation_id: Mapped[UUID]
    causation_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]]
    person_id: Mapped[UUID | None]
    """The person whose data is in `details_sealed`."""
    details_sealed: Mapped[bytes | None]

    __table_args__ = (
        Index("ix_entries_newest", "workspace_id", "at", "position", postgresql_where=EVERY),
        # One for each combination of filters of the list, in its order.
        Index("ix_entries_action", "workspace_id", "action", "at", "position"),
        Index("ix_entries_actor", "workspace_id", "actor_id", "at", "position", postgresql_where=ANY),
        Index("ix_entries_actor_action", "workspace_id", "actor_id", "action", "at", "position"),
        Index("ix_entries_own", "workspace_id", "actor_id", "at", "position", postgresql_where=OWN),
        Index("ix_entries_subject", "workspace_id", "subject_id", "at", "position"),
        Index(
            "ix_entries_own_subject",
            "workspace_id",
            "actor_id",
            "subject_id",
            "at",
            "position",
            postgresql_where=OWN_OF_SUBJECT,
        ),
        Index("ix_entries_correlation", "workspace_id", "correlation_id", "at", "position"),
        *(
            Index(f"ix_entries_behalf{name}", "workspace_id", *columns, "at", "position", postgresql_where=ON_BEHALF)
            for name, columns in BEHALF.items()
        ),
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
