from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, literal_column, text
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
    invitation_reminded_at: Mapped[datetime | None]
    invitation_undelivered_at: Mapped[datetime | None]
    """When its mail came back."""
    suspended_at: Mapped[datetime | None]
    """Since when the workspace is suspended; null: it is not."""
    closes_at: Mapped[datetime | None]
    """When its account is closed, or was; null: nobody wants that."""
    closed_at: Mapped[datetime | None]
    parent_admins_enter: Mapped[bool] = mapped_column(server_default="true")
    """Whether the workspace lets the parent's admins in; kept by a trigger."""
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
              postgresql_include=["workspace_id", "last_activity_at", "last_order_at"],
              postgresql_where=text("kind = 'customer' AND NOT has_mrr")),
        Index("ix_customer_overview_invited", "parent_workspace_id", "invitation_expires_at",
              postgresql_where=text("kind = 'customer' AND invited_at IS NOT NULL")),
        Index("ix_customer_overview_partners", "parent_workspace_id", "sort_name", "workspace_id",
              postgresql_where=text("kind = 'partner'")),
        rows(
            Kind.parent_readable, api="select insert update delete", worker="select insert update", owner="ALL",
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


NEVER = "'-infinity'::timestamptz"


def _unless_hidden(column: str, nothing: str = "0") -> str:
    """As PostgreSQL writes it, so that what is declared can be compared with what is there."""
    return f"(\nCASE\n    WHEN hidden THEN {nothing}\n    ELSE {column}\nEND)"


ORDERS_OF_LINKED = {
    "name": "sort_name",
    "mrr": _unless_hidden("mrr_sort_minor"),
    "ports": _unless_hidden("ports"),
    "virtual_circuits": _unless_hidden("virtual_circuits"),
    "cloud_connections": _unless_hidden("cloud_connections"),
    "last_activity": _unless_hidden(f"greatest(last_activity_at, {NEVER})", NEVER),
    "last_order": _unless_hidden(f"greatest(last_order_at, {NEVER})", NEVER),
}
"""What each order of the customers that somebody is linked to compares. What is hidden sorts as if it were nothing."""


class LinkedCustomer(Base):
    """A customer or partner as it is listed for somebody who is linked to it: what the list searches, sorts and counts.
    Triggers of the links and of the overview keep it, so that a page costs the same with any number of links."""

    __tablename__ = "linked_customers"

    grant_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    workspace_id: Mapped[UUID]
    """The parent."""
    customer_id: Mapped[UUID] = mapped_column(index=True)
    role: Mapped[str]
    """The role of the link."""
    kind: Mapped[str]
    connected: Mapped[bool]
    hidden: Mapped[bool] = mapped_column(Computed("role = 'support'", persisted=True))
    """Whether the role sees none of its numbers."""
    sort_name: Mapped[str]
    words: Mapped[str]
    mrr: Mapped[list[dict[str, Any]]]
    mrr_sort_minor: Mapped[int] = mapped_column(BigInteger)
    has_mrr: Mapped[bool]
    currency: Mapped[str | None]
    ports: Mapped[int]
    virtual_circuits: Mapped[int]
    cloud_connections: Mapped[int]
    last_activity_at: Mapped[datetime | None]
    last_order_at: Mapped[datetime | None]
    invited_at: Mapped[datetime | None]
    invitation_expires_at: Mapped[datetime | None]

    __table_args__ = (
        *(
            Index(f"ix_linked_customers_by_{name}", "user_id", "workspace_id", "connected", literal_column(key),
                  "customer_id", postgresql_where=text(f"kind = 'customer' AND role <> 'by {name}'"))
            for name, key in ORDERS_OF_LINKED.items()
        ),
        Index("ix_linked_customers_inactive", "user_id", "workspace_id", "connected",
              text(f"greatest(last_activity_at, last_order_at, {NEVER})"),
              postgresql_where=text("kind = 'customer' AND NOT has_mrr AND NOT hidden")),
        Index("ix_linked_customers_invited", "user_id", "workspace_id", "invitation_expires_at",
              postgresql_where=text("kind = 'customer' AND invited_at IS NOT NULL")),
        rows(Kind.workspace, api="select", worker="select", owner="ALL"),
    )  # fmt: skip


class LinkedTotals(Base):
    """What the customers that somebody is linked to are together, as far as their role there sees it; kept like
    `CustomerTotals`."""

    __tablename__ = "linked_totals"
    __table_args__ = (rows(Kind.workspace, api="select", worker="select", owner="ALL"),)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The parent."""
    connected: Mapped[bool] = mapped_column(primary_key=True)
    customers: Mapped[int] = mapped_column(BigInteger)
    """With those whose numbers are hidden."""
    ports: Mapped[int] = mapped_column(BigInteger)
    virtual_circuits: Mapped[int] = mapped_column(BigInteger)
    cloud_connections: Mapped[int] = mapped_column(BigInteger)


class LinkedRevenue(Base):
    """The monthly recurring revenue of these customers in one currency, kept like `CustomerRevenue`."""

    __tablename__ = "linked_revenue"
    __table_args__ = (rows(Kind.workspace, api="select", worker="select", owner="ALL"),)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The parent."""
    connected: Mapped[bool] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    customers: Mapped[int] = mapped_column(BigInteger)
    minor: Mapped[int] = mapped_column(BigInteger)
