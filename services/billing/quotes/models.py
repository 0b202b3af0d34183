from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Numeric,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base, Minor, PrimaryKey
from shared.leases import Leased, lease_rules
from shared.tables import WORKSPACE, Kind, rows

STAFF_READ = f"EXISTS (SELECT FROM workspace_copies w WHERE w.id = {WORKSPACE} AND w.kind = 'provider')"
"""The provider's staff find the quotes of all workspaces, and continue within the one that a quote belongs to."""


class QuoteState(StrEnum):
    """``requested -> draft -> offered -> accepted -> ordered``. An offer ends in ``declined`` or ``expired``, anything
    before in ``withdrawn``. Staff can revise what is offered, declined or expired: it is a draft again."""

    requested = "requested"
    draft = "draft"
    offered = "offered"
    accepted = "accepted"
    ordered = "ordered"
    declined = "declined"
    expired = "expired"
    withdrawn = "withdrawn"


OPEN = (QuoteState.requested, QuoteState.draft, QuoteState.offered)
"""Nobody has decided yet."""


class Quote(Base):
    """A price that a customer asks for, and what became of it. What is offered is in `QuoteOffer`; what staff prepare,
    the customer cannot read (`quoting.models`). Times are business time."""

    __tablename__ = "quotes"
    __table_args__ = (
        ForeignKeyConstraint(["bill_group_id", "currency"], ["bill_groups.bill_group_id", "bill_groups.currency"]),
        CheckConstraint("(state IN ('accepted', 'ordered')) = (accepted_at IS NOT NULL)", name="accepted"),
        CheckConstraint("num_nulls(accepted_at, accepted_by, accepted_name, po_number) IN (0, 4)", name="acceptance"),
        CheckConstraint("state <> 'offered' OR offer_version > 0 AND valid_until IS NOT NULL", name="offered"),
        CheckConstraint("order_failure IS NULL OR state = 'accepted'", name="order_failure"),
        CheckConstraint("length(wish) <= 2000 AND length(reason) <= 500 AND length(accepted_name) <= 200"
                        " AND length(po_number) <= 60", name="lengths"),
        Index("ix_quotes_page", "workspace_id", "requested_at", "id"),
        Index("ix_quotes_state", "workspace_id", "state", "requested_at", "id"),
        Index("ix_quotes_of_all", "requested_at", "id"),
        Index("ix_quotes_of_all_by_state", "state", "requested_at", "id"),
        Index("ix_quotes_valid_until", "valid_until", "id", postgresql_where="state = 'offered'"),
        rows(Kind.workspace, api="select insert update", worker="select update",
             also_reads={"provider_reads": STAFF_READ}),
    )  # fmt: skip
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012 - an update reads the computed number again

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    serial: Mapped[int] = mapped_column(BigInteger, Identity(always=True, start=10_001), unique=True)
    number: Mapped[str] = mapped_column(Computed("'Q-' || serial", persisted=True))
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    currency: Mapped[str]
    """The bill group's."""
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    """Increases with each change that is published."""
    wish: Mapped[str]
    """What is wanted, in the words of who asked. Empty where staff began it."""
    wished: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What was configured when it was asked for: a plan version, a configuration and a quantity."""
    requested_by: Mapped[UUID | None]
    """Null where staff began it."""
    requested_by_address: Mapped[str | None]
    """The address at that moment, for the record."""
    requested_at: Mapped[datetime]
    offer_version: Mapped[int] = mapped_column(default=0)
    """The number of the newest offer; 0: there was none."""
    valid_until: Mapped[date | None]
    """The last day of the newest offer."""
    gross_minor: Mapped[int | None] = mapped_column(BigInteger)
    """Of the newest offer: what is paid once and for the first period, with tax."""
    reminded: Mapped[bool] = mapped_column(default=False)
    """Whether the customer was reminded of the newest offer."""
    accepted_by: Mapped[UUID | None]
    accepted_by_address: Mapped[str | None]
    accepted_name: Mapped[str | None]
    """The name that was typed to accept. Empty once its person is erased."""
    po_number: Mapped[str | None]
    accepted_at: Mapped[datetime | None]
    accepted_sha256: Mapped[str | None]
    """Of the document that was accepted. Null only where it could not be printed."""
    reason: Mapped[str | None]
    """Why it was declined or withdrawn, in the words of who did."""
    ended_at: Mapped[datetime | None]
    order_failure: Mapped[str | None]
    """Names the problem for which an accepted quote could not be ordered. Null: it is ordered, or will be at once."""
    order_tries: Mapped[int] = mapped_column(default=0)
    """How often it was sent to be ordered."""


class QuoteOffer(Leased, Base):
    """One version of a quote as it was offered. Nothing of it changes any more but its file, which is printed once:
    to be printed while ``due_at`` is set; given up if that is null and ``failure`` is not; else printed."""

    __tablename__ = "quote_offers"
    __table_args__ = (
        *lease_rules(),
        UniqueConstraint("quote_id", "version"),
        CheckConstraint("num_nulls(key, sha256, size) IN (0, 3)", name="file"),
        CheckConstraint("length(terms) <= 4000", name="terms"),
        rows(Kind.workspace, api="select insert", worker="select update", worker_writes_across=True),
    )

    id: Mapped[PrimaryKey]
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"))
    version: Mapped[int]
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    number: Mapped[str]
    """Of the document: the quote's, with the version."""
    currency: Mapped[str]
    tax_percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    once_net_minor: Mapped[Minor]
    once_tax_minor: Mapped[Minor]
    recurring: Mapped[list[dict[str, int]]] = mapped_column(JSONB)
    """For each interval: ``interval_months``, ``net_minor`` and ``tax_minor``."""
    gross_minor: Mapped[Minor]
    """What is paid once, and for one interval of each line, with tax."""
    valid_until: Mapped[date]
    terms: Mapped[str]
    """What the seller adds."""
    document: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True)
    """What the PDF says."""
    offered_at: Mapped[datetime]
    key: Mapped[str | None]
    """The file's name in the store of files."""
    sha256: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    failure: Mapped[str | None]
    """Why it could not be printed."""


class QuoteLine(Base):
    """What is offered, and will be ordered: a product in a configuration, at a plan of this customer alone."""

    __tablename__ = "quote_lines"
    __table_args__ = (
        ForeignKeyConstraint(["quote_id", "version"], ["quote_offers.quote_id", "quote_offers.version"]),
        UniqueConstraint("quote_id", "version", "position"),
        Index("uq_quote_lines_plan_version_id", "plan_version_id", unique=True),
        Index("uq_quote_lines_order_id", "order_id", unique=True, postgresql_where="order_id IS NOT NULL"),
        rows(Kind.workspace, api="select insert", worker="select update"),
    )

    id: Mapped[PrimaryKey]
    quote_id: Mapped[UUID]
    version: Mapped[int]
    position: Mapped[int]
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    product_id: Mapped[UUID]
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_versions.id"))
    display_name: Mapped[str]
    configuration: Mapped[dict[str, Any]] = mapped_column(JSONB)
    quantity: Mapped[int]
    currency: Mapped[str]
    interval_months: Mapped[int]
    billed: Mapped[str]
    term_months: Mapped[int]
    at_term_end: Mapped[str]
    unit_minor: Mapped[Minor]
    """The price of one per interval, with what its configuration costs."""
    once_unit_minor: Mapped[Minor]
    net_minor: Mapped[Minor]
    """Of the whole quantity, per interval."""
    tax_minor: Mapped[Minor]
    once_net_minor: Mapped[Minor]
    once_tax_minor: Mapped[Minor]
    order_id: Mapped[UUID | None]
    """The order that was placed for it."""


class QuoteMessage(Base):
    """A message of either side."""

    __tablename__ = "quote_messages"
    __table_args__ = (
        CheckConstraint("length(body) BETWEEN 1 AND 2000", name="body"),
        Index("ix_quote_messages_quote_id", "quote_id", "written_at", "id"),
        rows(Kind.workspace, api="select insert", worker="select update"),
    )

    id: Mapped[PrimaryKey]
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"))
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    from_seller: Mapped[bool]
    written_by: Mapped[UUID]
    written_by_address: Mapped[str | None]
    """The address at that moment, for the record. Null once its person is erased."""
    written_at: Mapped[datetime]
    body: Mapped[str]
