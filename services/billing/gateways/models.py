"""What the simulator remembers, in place of a provider's own database. Empty where another gateway is used."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base, PrimaryKey
from shared.leases import Leased, lease_rules
from shared.tables import Kind, rows


class SimulatedPayment(Leased, Base):
    """A request that the simulator got under a key, and what it tells of it later, in business time."""

    __tablename__ = "simulated_payments"
    __table_args__ = (
        *lease_rules(),
        Index(None, "next_at", postgresql_where=text("due_at IS NULL AND next_at IS NOT NULL")),
        rows(Kind.workspace, api="select insert update", worker="select insert update", worker_writes_across=True),
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(unique=True)
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The result of the request, which every repetition gets."""
    events: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """What is still to be told: ``at`` in business time, and the ``event``; the earliest first."""
    next_at: Mapped[datetime | None]
    """When the first of them is told. Null when there is none."""
