from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base, Minor, PrimaryKey
from shared.tables import Kind, rows


class PendingLine(Base):
    """What a change, a pause or an end of a subscription has left to pay, or to give back: it waits for the next
    invoice of its bill group."""

    __tablename__ = "pending_lines"
    __table_args__ = (
        ForeignKeyConstraint(["bill_group_id", "currency"], ["bill_groups.bill_group_id", "bill_groups.currency"]),
        Index("ix_pending_lines_left", "bill_group_id", "due_on", postgresql_where="left_minor <> 0"),
        rows(Kind.workspace, api="select", worker="select insert update", worker_writes_many=True),
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscriptions.id"), index=True)
    terms: Mapped[int]
    """Of the subscription, until which this is."""
    kind: Mapped[str]
    """``recurring``, ``one_off``, ``unused`` or ``leaving``, as of an invoice's line."""
    period_from: Mapped[date]
    period_to: Mapped[date]
    """The last day."""
    interval_months: Mapped[int | None]
    days: Mapped[int | None]
    whole_days: Mapped[int | None]
    """As of an invoice's line. Null where the amount does not follow from days of one interval."""
    quantity: Mapped[int]
    currency: Mapped[str]
    unit_minor: Mapped[Minor]
    net_minor: Mapped[Minor]
    """Without tax. Below zero: a credit for days that were paid and are not used."""
    left_minor: Mapped[Minor]
    """What of it no invoice has taken yet, of the same sign."""
    due_on: Mapped[date]
    """From this day on, the next billing date takes it."""
