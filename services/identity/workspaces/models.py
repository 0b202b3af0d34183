from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.language import DEFAULT_TAG
from shared.tables import PERSON, Kind, rows

GRANTED = f"SELECT g.workspace_id FROM grants g WHERE g.user_id = {PERSON}"  # noqa: S608
OF_A_MEMBER = f"""workspace_id IN
    ({GRANTED} AND g.source IN ('membership', 'invitation', 'access_rule', 'location_invitation'))"""

OF_A_SEEN_ONE = "EXISTS (SELECT FROM workspaces w WHERE w.workspace_id = workspace_slugs.workspace_id)"

WORDS = "' ' || search_letters(display_name || ' ' || account_number || ' ' || slug)"
"""What a search for customers looks in, as letters are compared. Each word follows a space."""

HOLDERS_SAID = "greatest(connected_at, holders_checked_at, holders_asked_at)"
"""When the holders last said that they are right, were asked, or began."""

IS_CLOSING = "closes_at IS NOT NULL AND closed_at IS NULL"

WorkspaceKind = Literal["provider", "partner", "customer"]


class Workspace(Base):
    """An account in the tree: provider > partner > customer, or provider > customer.

    Visible to the workspace, its parent and its members. The key column is named ``workspace_id``, as the row-security
    policies expect.
    """

    __tablename__ = "workspaces"
    __table_args__ = (
        CheckConstraint("(kind = 'provider') = (parent_workspace_id IS NULL)", name="tree"),
        CheckConstraint("removed_at IS NULL OR connected_at IS NULL", name="removed"),
        CheckConstraint("length(locale) <= 35", name="locale"),
        CheckConstraint(
            "num_nulls(suspended_at, suspension_reason, suspended_from, suspended_by) IN (0, 4)", name="suspended"
        ),
        CheckConstraint("length(suspension_reason) BETWEEN 1 AND 500", name="suspension_reason"),
        CheckConstraint(
            "suspended_at IS NULL OR (kind <> 'provider' AND connected_at IS NOT NULL)", name="may_be_suspended"
        ),
        CheckConstraint("num_nulls(closing_asked_at, closing_asked_by, closes_at) IN (0, 3)", name="closing"),
        CheckConstraint("closing_told_at IS NULL OR closes_at IS NOT NULL", name="closing_told"),
        CheckConstraint("closes_at > closing_asked_at", name="closes_later"),
        CheckConstraint("closed_at >= closes_at", name="closed_in_time"),
        CheckConstraint("closed_at IS NULL OR closes_at IS NOT NULL", name="closed_as_asked"),
        CheckConstraint("closes_at IS NULL OR (kind <> 'provider' AND connected_at IS NOT NULL)", name="may_close"),
        CheckConstraint("length(support_address) <= 254", name="support_address"),
        CheckConstraint("length(support_phone) <= 40", name="support_phone"),
        CheckConstraint("cardinality(postal_lines) <= 6", name="postal_lines"),
        CheckConstraint("length(support_hours) <= 120", name="support_hours"),
        CheckConstraint("length(emergency_phone) <= 40", name="emergency_phone"),
        CheckConstraint("length(help_url) <= 300", name="help_url"),
        CheckConstraint("length(status_url) <= 300", name="status_url"),
        CheckConstraint("length(sales_name) <= 100", name="sales_name"),
        CheckConstraint("length(sales_address) <= 254", name="sales_address"),
        CheckConstraint("length(sales_phone) <= 40", name="sales_phone"),
        Index(
            "ix_workspaces_words",
            "parent_workspace_id",
            "words",
            postgresql_using="gin",
            postgresql_ops={"words": "gin_trgm_ops"},
            postgresql_where=text("kind = 'customer'"),
        ),
        ForeignKeyConstraint(
            ["slug", "workspace_id"],
            ["workspace_slugs.slug", "workspace_slugs.workspace_id"],
            name="fk_workspaces_slug",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        Index("ix_workspaces_holders_said", text(HOLDERS_SAID), postgresql_where=text("connected_at IS NOT NULL")),
        Index("ix_workspaces_closing", "closes_at", postgresql_where=text(IS_CLOSING)),
        Index("uq_workspaces_one_provider", "kind", unique=True, postgresql_where=text("kind = 'provider'")),
        rows(
            Kind.parent_readable,
            api="select insert update",
            worker="select insert update",
            owner="SELECT",
            within="true",
            because="everybody sees the name of the workspace that they are in",
            also_reads={"own_workspaces": OF_A_MEMBER},
        ),
    )

    id: Mapped[UUID] = mapped_column("workspace_id", primary_key=True, default=uuid4)
    parent_workspace_id: Mapped[UUID | None] = mapped_column(ForeignKey("workspaces.workspace_id"), index=True)
    kind: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    account_number: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    connected_at: Mapped[datetime | None]
    """When the first user signed up. Null while the workspace is Not Connected (L5, L6)."""
    removed_at: Mapped[datetime | None]
    """When its parent removed it, before anybody had signed up. The row stays, for what the log says of it."""
    holder_control: Mapped[bool] = mapped_column(default=False)
    """Whether the account leaves what is most important to its two holders (D1)."""
    holders_checked_at: Mapped[datetime | None]
    """When a holder last said that both are right, in real time."""
    holders_asked_at: Mapped[datetime | None]
    """When they were last asked, in real time."""
    parent_admins_enter: Mapped[bool] = mapped_column(default=True)
    """Whether the parent's admins may work on behalf of the workspace without a link. Its own admins decide."""
    asks_entry_reason: Mapped[bool] = mapped_column(default=False)
    """Whether its users have to say why they work on behalf of a customer. Of the provider: everybody's."""
    setup_ended_at: Mapped[datetime | None]
    """Of the provider: since when its admins are not led through setting up the installation any more, in real time."""
    suspended_at: Mapped[datetime | None]
    """Since when its people can only read and pay; null: they can do what their roles say."""
    suspension_reason: Mapped[str | None]
    """Why, in words for its people."""
    suspended_from: Mapped[UUID | None] = mapped_column(ForeignKey("workspaces.workspace_id"))
    """The workspace above that did it, and may end it."""
    suspended_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", use_alter=True))
    closing_asked_at: Mapped[datetime | None]
    """When a holder asked for the account to be closed, in real time, as the next ones are; null: nobody wants that."""
    closing_asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", use_alter=True))
    closes_at: Mapped[datetime | None]
    """When it is closed. Until then a holder can keep it."""
    closing_told_at: Mapped[datetime | None]
    """When its admins were told that the day is near."""
    closed_at: Mapped[datetime | None]
    """Since when it is closed, for good."""
    locale: Mapped[str] = mapped_column(default=DEFAULT_TAG)
    """The language of mails to its contacts and of its documents, with a region."""
    support_address: Mapped[str | None]
    """Where customers of the workspace write to for help. Customers have no customers, and none of these."""
    support_phone: Mapped[str | None]
    postal_lines: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """The postal address, as it is written on a letter."""
    support_hours: Mapped[str | None]
    """When support is reached, in the seller's words."""
    emergency_phone: Mapped[str | None]
    help_url: Mapped[str | None]
    """A web site that helps, an https address, as the next one is."""
    status_url: Mapped[str | None]
    """A web site that says what is out of order."""
    sales_name: Mapped[str | None]
    """Who answers customers' questions about products and prices: a team or a person."""
    sales_address: Mapped[str | None]
    sales_phone: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    words: Mapped[str] = mapped_column(Computed(WORDS, persisted=True), deferred=True)


class WorkspaceSlug(Base):
    """A name in addresses that a workspace has, or had within a year. No other workspace gets it meanwhile: one unique
    index is over both. A trigger adds the first one of each workspace."""

    __tablename__ = "workspace_slugs"
    __table_args__ = (
        UniqueConstraint("slug", "workspace_id"),
        Index("uq_workspace_slugs_one_present", "workspace_id", unique=True, postgresql_where=text("until IS NULL")),
        Index("ix_workspace_slugs_workspace_id", "workspace_id"),
        Index("ix_workspace_slugs_until", "until"),
        rows(
            Kind.workspace,
            api="select insert update",
            worker="select insert delete",
            worker_writes_across=True,
            owner="SELECT",
            within="true",
            because="whoever sees a workspace finds it under its former URLs, too",
            also_reads={
                "of_workspaces": "EXISTS (SELECT FROM workspaces w WHERE w.workspace_id = workspace_slugs.workspace_id)"
            },
        ),
    )

    slug: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id", ondelete="CASCADE"))
    until: Mapped[datetime | None]
    """When others may get it, in real time. Null while the workspace has it."""
