from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base, PrimaryKey
from shared.leases import Leased, lease_rules
from shared.tables import Kind, rows


class ChargeState(StrEnum):
    """``waiting``: for ``next_at``. ``charging``: the gateway was asked, or is about to be; until its answer is known,
    nothing else is tried. ``processing``: a callback will tell the outcome. ``done``: the invoice was paid.
    ``stopped``: auto-pay was switched off. ``exhausted``: the last try failed."""

    waiting = "waiting"
    charging = "charging"
    processing = "processing"
    done = "done"
    stopped = "stopped"
    exhausted = "exhausted"


class AutoCharge(Leased, Base):
    """An invoice that is to be paid by the bill group's default method, one row per invoice."""

    __tablename__ = "charges"
    __table_args__ = (
        *lease_rules(),
        Index(None, "next_at", postgresql_where=text("due_at IS NULL AND next_at IS NOT NULL")),
        rows(Kind.workspace, api="select update", worker="select insert update", worker_writes_across=True),
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"), unique=True)
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    """The current or last try."""
    state: Mapped[str] = mapped_column(default=ChargeState.waiting)
    failures: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    """The next try, in business time. Null while none is due."""
