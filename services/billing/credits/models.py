from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base, Minor, PrimaryKey
from shared.tables import Kind, rows


class EntryKind(StrEnum):
    """Why a credit changed.

    ``surplus``: money came that no invoice took. ``applied``: it paid (a part of) an invoice; ``unapplied``: that was
    undone, because the money is gone. ``refund``: staff pay it back; ``refund_failed``: that did not work.
    ``taken_back``: a bank took a payment back.
    """

    surplus = "surplus"
    applied = "applied"
    unapplied = "unapplied"
    refund = "refund"
    refund_failed = "refund_failed"
    taken_back = "taken_back"


class Credit(Base):
    """The balance of a bill group's credit, in its currency: the sum of its entries, kept by a trigger. Never negative,
    as a constraint says."""

    __tablename__ = "credits"
    __table_args__ = (
        ForeignKeyConstraint(["bill_group_id", "currency"], ["bill_groups.bill_group_id", "bill_groups.currency"]),
        rows(Kind.workspace, api="select insert update", worker="select insert update"),
    )

    bill_group_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    currency: Mapped[str]
    minor: Mapped[Minor]
    version: Mapped[int]


class CreditEntry(Base):
    """A change of a bill group's credit. Entries are only added."""

    __tablename__ = "credit_entries"
    __table_args__ = (
        ForeignKeyConstraint(["bill_group_id", "currency"], ["bill_groups.bill_group_id", "bill_groups.currency"]),
        Index("ix_credit_entries_page", "bill_group_id", "at", "id"),
        Index("ix_credit_entries_invoice_id", "invoice_id", postgresql_where="invoice_id IS NOT NULL"),
        Index("uq_credit_entries_refund", "refund_id", "kind", unique=True, postgresql_where="refund_id IS NOT NULL"),
        rows(Kind.workspace, api="select insert", worker="select insert"),
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    currency: Mapped[str]
    kind: Mapped[str]
    minor: Mapped[Minor]
    """Positive where the credit grows."""
    payment_id: Mapped[UUID | None]
    invoice_id: Mapped[UUID | None]
    refund_id: Mapped[UUID | None]
    """What it is about, by the kind."""
    at: Mapped[datetime]
    """In business time."""
