from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base, Minor
from shared.tables import Kind, rows


class OwedInvoice(Base):
    """What is to pay of an invoice, for the workspace above its customer. Triggers of invoices, payments and of where a
    workspace belongs keep it, so that what is overdue is read in the order of an index."""

    __tablename__ = "owed_invoices"
    __table_args__ = (
        Index("ix_owed_invoices_due", "parent_workspace_id", "due_on", "invoice_id"),
        Index("ix_owed_invoices_failed", "parent_workspace_id", "payment_failed_at", "invoice_id",
              postgresql_where="payment_failed_at IS NOT NULL"),
        rows(Kind.parent_readable, api="select", worker="select", owner="ALL"),
    )  # fmt: skip

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id", ondelete="CASCADE"), primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(index=True)
    parent_workspace_id: Mapped[UUID | None]
    """Null while it is not known."""
    currency: Mapped[str]
    outstanding_minor: Mapped[Minor]
    due_on: Mapped[date]
    payment_failed_at: Mapped[datetime | None]
    """When the last payment of it failed, or was taken back, and none succeeded later. In business time."""
