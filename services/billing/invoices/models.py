from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.billing.db import Base, Minor, PrimaryKey
from services.billing.money import Money
from shared.leases import Leased, lease_rules
from shared.tables import WORKSPACE, Kind, rows

TOLD = "(failed_at IS NOT NULL OR missing <> '[]')"
"""Which files the provider's staff are told of: those that cannot be printed, or not with every character."""

STATE = """CASE WHEN f.due_at IS NOT NULL OR f.invoice_id IS NULL THEN 'printing'
                WHEN f.failed_at IS NOT NULL THEN 'failed' ELSE 'ready' END"""
"""In SQL, of a file ``f``; without a row it is to be printed."""


class InvoiceStatus(StrEnum):
    """``draft -> open -> partially_paid -> paid``, and back when a bank takes a payment back. Overdue is not stored: it
    follows from the due date."""

    draft = "draft"
    open = "open"
    partially_paid = "partially_paid"
    paid = "paid"


OWED = (InvoiceStatus.open, InvoiceStatus.partially_paid)


class Invoice(Base):
    """What a bill group owes for a period. Once it is issued, a trigger rejects every change but its payment and
    reminders (D21)."""

    __tablename__ = "invoices"
    __table_args__ = (
        ForeignKeyConstraint(["bill_group_id", "currency"], ["bill_groups.bill_group_id", "bill_groups.currency"]),
        UniqueConstraint("series", "series_year", "sequence"),
        # One for each combination of what the list can be asked (invoices/listing.py).
        Index("ix_invoices_page", "workspace_id", "issued_on", "number", postgresql_where="version <> -1"),
        Index("ix_invoices_status", "workspace_id", "status", "issued_on", "number", postgresql_where="version <> -2"),
        Index("ix_invoices_group", "workspace_id", "bill_group_id", "issued_on", "number",
              postgresql_where="version <> -3"),
        Index("ix_invoices_group_status", "workspace_id", "bill_group_id", "status", "issued_on", "number",
              postgresql_where="version <> -4"),
        Index("ix_invoices_due", "workspace_id", "status", "due_on", "number", postgresql_where="version <> -6"),
        Index("ix_invoices_group_due", "workspace_id", "bill_group_id", "status", "due_on", "number",
              postgresql_where="version <> -8"),
        Index("ix_invoices_total", "workspace_id", "status", "total_minor", "number",
              postgresql_where="version <> -10"),
        Index("ix_invoices_group_total", "workspace_id", "bill_group_id", "status", "total_minor", "number",
              postgresql_where="version <> -12"),
        Index("ix_invoices_unpaid", "reminded", "due_on", "id",
              postgresql_where="status IN ('open', 'partially_paid') AND NOT staff_told"),
        Index("ix_invoices_past_due", "due_on", "bill_group_id",
              postgresql_where="status IN ('open', 'partially_paid')"),
        Index("ix_invoices_owed", "bill_group_id", "due_on", "id",
              postgresql_where="status IN ('open', 'partially_paid')"),
        Index("ix_invoices_number", "workspace_id", "number", postgresql_where="version <> -21"),
        Index("ix_invoices_group_number", "workspace_id", "bill_group_id", "number",
              postgresql_where="version <> -23"),
        rows(Kind.workspace, api="select update", worker="select insert update", worker_writes_many=True),
    )  # fmt: skip

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(default=InvoiceStatus.draft)
    currency: Mapped[str]
    net_minor: Mapped[Minor]
    tax_minor: Mapped[Minor]
    total_minor: Mapped[Minor]
    paid_minor: Mapped[Minor] = mapped_column(default=0)

    number: Mapped[str | None] = mapped_column(Text(collation="C"), unique=True)
    series: Mapped[str | None]
    series_year: Mapped[int | None]
    sequence: Mapped[int | None]
    issued_on: Mapped[date | None]
    due_on: Mapped[date | None]
    issued_at: Mapped[datetime | None]
    seller: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    buyer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """Seller and buyer as they were at issue."""
    document: Mapped[dict[str, Any] | None] = mapped_column(JSONB, deferred=True)
    """What its PDF says, word by word, as it was at issue. Null if it was issued before this was stored."""
    version: Mapped[int] = mapped_column(default=0)
    reminded: Mapped[int] = mapped_column(server_default="0")
    """The number of the newest reminder that was sent (reminders.py)."""
    staff_told: Mapped[bool] = mapped_column(server_default="false")
    """Whether the provider's staff were told that it is still open after all reminders."""

    lines: Mapped[list["InvoiceLine"]] = relationship(lazy="raise", order_by="InvoiceLine.position")

    @property
    def outstanding(self) -> Money:
        return Money(self.total_minor - self.paid_minor, self.currency)


class InvoiceLine(Base):
    """One position of an invoice. Net and tax are each rounded once (D20)."""

    __tablename__ = "invoice_lines"
    __table_args__ = (
        # Prevents that the same days are billed twice.
        Index("uq_invoice_lines_days", "subscription_id", "kind", "terms", "period_from", unique=True,
              postgresql_where="kind <> 'unused'"),
        Index("ix_invoice_lines_pending_line_id", "pending_line_id", postgresql_where="pending_line_id IS NOT NULL"),
        rows(Kind.workspace, api="select", worker="select insert", worker_writes_many=True),
    )  # fmt: skip

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str]
    """``recurring``, ``one_off``, ``unused`` (a credit for days that were paid) or ``leaving`` (what was left of a
    minimum term)."""
    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscriptions.id"))
    terms: Mapped[int] = mapped_column(server_default="1")
    """Of the subscription, which this is billed by."""
    pending_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("pending_lines.id"))
    """What waited for this invoice. Null: it was due on its billing date."""
    service_id: Mapped[UUID]
    service_kind: Mapped[str]
    description: Mapped[str]
    product_name: Mapped[str] = mapped_column(server_default="")
    """What the service is, if people called it otherwise."""
    period_from: Mapped[date]
    period_to: Mapped[date]
    """The last day of the period."""
    interval_months: Mapped[int | None]
    """What the unit price is for."""
    days: Mapped[int | None]
    whole_days: Mapped[int | None]
    """The net amount is for this many days of so many that the unit price is for. Null for what is paid once, and where
    the line was issued before this was stored."""
    quantity: Mapped[int]
    currency: Mapped[str]
    unit_minor: Mapped[Minor]
    net_minor: Mapped[Minor]
    tax_percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    tax_minor: Mapped[Minor]


class NumberSeries(Base):
    """The last invoice number assigned in a selling entity's series of a year."""

    __tablename__ = "number_series"
    __table_args__ = (rows(Kind.installation, worker="select insert update"),)

    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class InvoiceFile(Leased, Base):
    """The PDF of an issued invoice (files.py): to be printed while ``due_at`` is set; given up if that is null and
    ``failed_at`` is not; else printed."""

    __tablename__ = "invoice_files"
    __table_args__ = (
        *lease_rules(),
        CheckConstraint(
            "num_nulls(key, sha256, size, printed_at) IN (0, 4) AND (failed_at IS NULL) = (failure IS NULL)"
            " AND num_nonnulls(due_at, printed_at, failed_at) > 0",
            name="state",
        ),
        Index("ix_invoice_files_told", "issued_at", "invoice_id", postgresql_where=text(TOLD)),
        rows(
            Kind.workspace,
            api="select insert update",
            worker="select insert update",
            worker_writes_across=True,
            also_reads={
                "provider_reads": f"{TOLD} AND EXISTS (SELECT FROM workspace_copies w WHERE w.id = {WORKSPACE}"
                " AND w.kind = 'provider')"
            },
        ),
    )

    id: Mapped[PrimaryKey]
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"), unique=True)
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    number: Mapped[str]
    issued_at: Mapped[datetime]
    """The invoice's."""
    key: Mapped[str | None]
    """Its name in the store of files."""
    sha256: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    printed_at: Mapped[datetime | None]
    """Real time."""
    missing: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    """Characters of the invoice that no font has. The replacement character is printed for them."""
    earlier: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    """The SHA-256 of files that were lost or changed and could not be printed again with the same bytes."""
    failure: Mapped[str | None]
    """Why it was given up: ``died``, ``too_slow``, ``refused``, ``not_stored`` or ``no_logo``."""
    failed_at: Mapped[datetime | None]
    """Real time."""


class InvoiceDocument(Leased, Base):
    """A document to be sent for the mail about an event (sending.py), due when it is printed or given up. The row goes
    when it is sent."""

    __tablename__ = "invoice_documents"
    __table_args__ = (
        *lease_rules(),
        rows(Kind.workspace, api="select insert", worker="select insert update delete", worker_writes_across=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """The event's."""
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"), index=True)
    number: Mapped[str]
