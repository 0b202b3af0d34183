from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from services.identity.workspaces.models import WORDS
from shared.tables import WORKSPACE, Kind, rows

PortalStatus = Literal["not_connected", "connected"]

BY_THE_PROVIDER = f"(SELECT w.kind = 'provider' FROM workspaces w WHERE w.workspace_id = {WORKSPACE})"  # noqa: S608


class CustomerOverview(Base):
    """One row of a parent's Customers page or the provider's Partners page: a read model, updated by events of all
    services (P5 to P11).

    Every sort order of the page has an index, so that a page of 100,000 rows is one index range scan.
    """

    __tablename__ = "customer_overview"

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    parent_workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"))
    slug: Mapped[str]
    display_name: Mapped[str]
    account_number: Mapped[str]
    status: Mapped[str] = mapped_column(default="not_connected")
    """The version before this one also wrote ``invited``, which is not connected."""
    invited_at: Mapped[datetime | None]
    """When the pending invitation was sent; null where none is pending, or the workspace is connected."""
    invitation_expires_at: Mapped[datetime | None]
    contact_address: Mapped[str | None]
    """The address on file, to which an invitation is sent (L10)."""
    contact_name: Mapped[str | None]
    mrr: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """One amount per currency, as in `MrrChanged`. Currencies are never added (D20)."""
    mrr_sort_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    """The largest amount: the list needs one sort value, and there are no exchange rates."""
    has_mrr: Mapped[bool] = mapped_column(default=False)
    mrr_version: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str | None]
    """The currency of the default bill group, in which no revenue is shown as zero."""
    ports: Mapped[int] = mapped_column(default=0)
    virtual_circuits: Mapped[int] = mapped_column(default=0)
    cloud_connections: Mapped[int] = mapped_column(default=0)
    counts_version: Mapped[int] = mapped_column(BigInteger, default=0)
    last_activity_at: Mapped[datetime | None]
    last_order_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(server_default="customer")
    """The workspace's kind, `customer` or `partner`: each kind has its own page."""
    connected: Mapped[bool] = mapped_column(Computed("status = 'connected'", persisted=True))
    sort_name: Mapped[str] = mapped_column(Computed("lower(display_name)", persisted=True))
    words: Mapped[str] = mapped_column(Computed(WORDS, persisted=True), deferred=True)

    __table_args__ = (
        CheckConstraint("(invited_at IS NULL) = (invitation_expires_at IS NULL)", name="invited"),
        *(
            Index(f"ix_customer_overview_by_{name}", "parent_workspace_id", "connected", text(column), "workspace_id",
                  postgresql_where=text("kind = 'customer'"))
            for name, column in {
                "name": "sort_name",
                "mrr": "mrr_sort_minor",
                "ports": "ports",
                "virtual_circuits": "virtual_circuits",
                "cloud_connections": "cloud_connections",
                "last_activity": "greatest(last_activity_at, '-infinity'::timestamptz)",
                "last_order": "greatest(last_order_at, '-infinity'::timestamptz)",
            }.items()
        ),
        Index("ix_customer_overview_inactive", "parent_workspace_id", "connected",
              text("greatest(last_activity_at, last_order_at, '-infinity'::timestamptz)"),
              postgresql_where=text("kind = 'customer' AND NOT has_mrr")),
        Index("ix_customer_overview_partners", "parent_workspace_id", "sort_name", "workspace_id",
              postgresql_where=text("kind = 'partner'")),
        rows(
            Kind.parent_readable, api="select insert update", worker="select insert update", owner="SELECT",
        ),
    )  # fmt: skip


class CustomerTotals(Base):
    """What a parent's customers are together, those that are connected and those that are not. A trigger keeps it as
    they change, so that totals cost the same however many customers there are."""

    __tablename__ = "customer_totals"
    __table_args__ = (
        rows(Kind.workspace, api="select", worker="select", owner="ALL",
             also_reads={"provider_reads": BY_THE_PROVIDER}),
    )  # fmt: skip

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    """The parent."""
    connected: Mapped[bool] = mapped_column(primary_key=True)
    customers: Mapped[int] = mapped_column(BigInteger)
    ports: Mapped[int] = mapped_column(BigInteger)
    virtual_circuits: Mapped[int] = mapped_column(BigInteger)
    cloud_connections: Mapped[int] = mapped_column(BigInteger)


class CustomerRevenue(Base):
    """The monthly recurring revenue of a parent's customers in one currency, kept like `CustomerTotals`."""

    __tablename__ = "customer_revenue"
    __table_args__ = (
        rows(Kind.workspace, api="select", worker="select", owner="ALL",
             also_reads={"provider_reads": BY_THE_PROVIDER}),
    )  # fmt: skip

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    """The parent."""
    connected: Mapped[bool] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    customers: Mapped[int] = mapped_column(BigInteger)
    """How many are billed in this currency. If all are, no revenue is a zero of it."""
    minor: Mapped[int] = mapped_column(BigInteger)
