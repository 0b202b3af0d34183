from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, FetchedValue, ForeignKey, Index, Text, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.auth.permissions import GrantedRole
from shared.events.grants import Grant as GrantFact
from shared.tables import PERSON, WORKSPACE, Kind, rows

MEMBER_SOURCES = ("membership", "invitation")
"""The sources that make a person a member of a workspace. Links, work on behalf and previews do not (P13, P25), and
neither does an access rule: who comes through one is the visitor of a bill group's portal; nor an invitation to a
location, whose people see it alone."""
VISITOR: Final = "access_rule"
OF_LOCATION: Final = "location_invitation"
OWN_SOURCES = (*MEMBER_SOURCES, VISITOR, OF_LOCATION)
"""The sources by which a person acts in a workspace in their own name."""

LAST_ACTIVE = "greatest(last_active_at, '-infinity'::timestamptz)"
"""When somebody was last active, in an order of users. Row security lets an index look it up, unlike coalesce()."""


class Grant(Base):
    """A person's role in a workspace, optionally limited to a bill group or location. All access is by grants.

    A revoked grant is deleted; events and the audit log record it. A person's own are read in any scope: the
    check that determines the scope reads them. A parent reads the links that it has given to its users.
    """

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint("(source IN ('on_behalf', 'preview')) = (session_id IS NOT NULL)",
                        name="derived_names_session"),
        CheckConstraint("(source IN ('link', 'on_behalf', 'preview')) = (parent_workspace_id IS NOT NULL)",
                        name="parent"),
        CheckConstraint("source <> 'preview' OR expires_at IS NOT NULL", name="preview_ends"),
        CheckConstraint("expires_at IS NULL OR source IN ('preview', 'link', 'on_behalf')", name="who_may_end"),
        CheckConstraint("(source = 'link' AND expires_at IS NOT NULL) = (last_day IS NOT NULL)", name="last_day"),
        CheckConstraint("source <> 'preview' OR (role = 'billing' AND bill_group_id IS NOT NULL)",
                        name="preview_is_of_a_group"),
        CheckConstraint("given_reason IS NULL OR (source = 'on_behalf' AND length(given_reason) <= 200)",
                        name="given_reason"),
        Index("uq_grants_one_membership", "user_id", "workspace_id", unique=True,
              postgresql_where=text("source IN ('membership', 'invitation') AND bill_group_id IS NULL")),
        Index("uq_grants_one_link", "user_id", "workspace_id", unique=True, postgresql_where=text("source = 'link'")),
        CheckConstraint("door IS NULL OR (door IN ('access_request', 'added') AND source = 'membership')",
                        name="door"),
        CheckConstraint("holder IN ('primary', 'alternate')", name="holder"),
        Index("uq_grants_one_per_slot", "workspace_id", "holder", unique=True,
              postgresql_where=text("holder IS NOT NULL")),
        CheckConstraint("(source = 'access_rule') = (access_rule_id IS NOT NULL)", name="access_rule"),
        CheckConstraint("source <> 'access_rule' OR (role = 'billing' AND bill_group_id IS NOT NULL)",
                        name="visitors_have_a_bill_group"),
        CheckConstraint("(source = 'location_invitation') = (location_id IS NOT NULL)", name="location"),
        CheckConstraint("location_id IS NULL OR (role = 'regular' AND bill_group_id IS NOT NULL)",
                        name="people_of_locations"),
        Index("uq_grants_one_per_location", "location_id", "user_id", unique=True,
              postgresql_where=text("location_id IS NOT NULL")),
        Index("uq_grants_one_visit", "user_id", "bill_group_id", unique=True,
              postgresql_where=text("source = 'access_rule'")),
        Index("ix_grants_access_rule_id", "access_rule_id", "user_id",
              postgresql_where=text("access_rule_id IS NOT NULL")),
        Index("uq_grants_one_derived", "session_id", unique=True, postgresql_where=text("session_id IS NOT NULL")),
        Index("ix_grants_previews", "expires_at", postgresql_where=text("source = 'preview'")),
        Index("ix_grants_ending_links", "expires_at",
              postgresql_where=text("source = 'link' AND expires_at IS NOT NULL")),
        Index("ix_grants_visits", "workspace_id", postgresql_where=text("source = 'on_behalf'")),
        Index("ix_grants_visits_below", "parent_workspace_id", postgresql_where=text("source = 'on_behalf'")),
        # One for each combination of what the list of users can be asked (users/listing.py), names in the collation
        # `names`.
        Index("ix_grants_members", "workspace_id", "person_name", "user_id", "id",
              postgresql_where=text("source IN ('membership', 'invitation') AND role <> '1'")),
        Index("ix_grants_members_of_role", "workspace_id", "role", "person_name", "user_id", "id",
              postgresql_where=text("source IN ('membership', 'invitation') AND role <> '2'")),
        Index("ix_grants_active_members", "workspace_id", "role", literal_column(LAST_ACTIVE), "user_id", "id",
              postgresql_where=text("source IN ('membership', 'invitation') AND role <> '6'")),
        Index("ix_grants_linkable", "workspace_id", "person_name", "user_id", "id",
              postgresql_where=text("source IN ('membership', 'invitation') AND role <> 'admin'")),
        Index("ix_grants_acting", "user_id", "workspace_id", postgresql_where=text("source <> 'link'")),
        Index("ix_grants_links", "workspace_id", "person_name", "user_id",
              postgresql_where=text("source = 'link'")),
        rows(
            Kind.workspace, api="select insert update delete", worker="select insert update delete", owner="SELECT",
            also_reads={"own": f"user_id = {PERSON}", "from_here": f"parent_workspace_id = {WORKSPACE}"},
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"), index=True)
    role: Mapped[str]
    source: Mapped[str]
    bill_group_id: Mapped[UUID | None]
    location_id: Mapped[UUID | None]
    """The only location that it is for; its bill group is beside it."""
    session_id: Mapped[UUID | None]
    """The browser session in which a grant on behalf or of a preview is valid."""
    parent_workspace_id: Mapped[UUID | None] = mapped_column(ForeignKey("workspaces.workspace_id"), index=True)
    """The parent whose user has a link or works on behalf; for a preview the provider, whose user looks."""
    expires_at: Mapped[datetime | None]
    """When a preview, a link or the work on behalf under such a link ends by itself, in real time and whole seconds, as
    in its tokens."""
    last_day: Mapped[date | None]
    """The last day of a link that ends by itself, where whoever set it is."""
    given_reason: Mapped[str | None]
    """What somebody works on behalf for, in their words."""
    holder: Mapped[str | None]
    """The holder slot of the account that the person has."""
    access_rule_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("access_rules.id", deferrable=True, initially="DEFERRED")
    )
    """The access rule by which a bill group's visitor came."""
    door: Mapped[str | None]
    """How the person of a membership came in, where its source does not say it: by an access request, or as somebody
    whom an admin added."""
    let_in_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who granted it. Null: nobody did by themselves, or it is older than this column."""
    granted_at: Mapped[datetime]
    last_active_at: Mapped[datetime | None]
    """When the person last used it, in business time, to the minute."""
    person_name: Mapped[str] = mapped_column(FetchedValue())
    """The person's display name, filled in by the database, so that one index serves a list of a workspace's people."""

    def as_role(self) -> GrantedRole:
        """What authorisation needs to know of it."""
        return GrantedRole(self.role, self.bill_group_id, self.location_id, self.holder)

    def as_fact(self) -> GrantFact:
        """The grant as it appears in events and other services."""
        return GrantFact(
            grant_id=self.id,
            workspace_id=self.workspace_id,
            role=self.role,
            source=self.source,
            bill_group_id=self.bill_group_id,
            location_id=self.location_id,
            session_id=self.session_id,
            holder=self.holder,
        )


class GrantWord(Base):
    """The name or address of a member from one of its words on, without case, accents and signs: what a search of users
    finds. Kept by a trigger."""

    __tablename__ = "grant_words"
    __table_args__ = (
        Index("ix_grant_words", "workspace_id", "word", "grant_id", postgresql_include=["shared"]),
        rows(Kind.workspace, api="select insert delete", worker="select insert delete"),
    )

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    shared: Mapped[int]
    """How many characters begin the word before it of the same grant in the same way."""
    workspace_id: Mapped[UUID]
