from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows


class InvitationState(StrEnum):
    pending = "pending"
    accepted = "accepted"
    revoked = "revoked"
    expired = "expired"
    declined = "declined"
    """By whoever it was sent to."""


class RevokedBecause(StrEnum):
    revoked = "revoked"
    """Somebody took it back."""
    replaced = "replaced"
    """It was sent again."""
    inviter_lost_access = "inviter_lost_access"
    """Whoever sent it may not invite there any more."""


class Invitation(Base):
    """An invitation of a mailbox to a workspace. At most one is pending per mailbox and workspace."""

    __tablename__ = "invitations"
    __table_args__ = (
        Index("uq_invitations_one_pending", "workspace_id", "address_key", unique=True,
              postgresql_where=text("state = 'pending'")),
        # One for each combination of what the list can be asked (invitations/listing.py).
        Index("ix_invitations_sent", "workspace_id", "sent_at", "id", postgresql_where=text("state <> '1'")),
        Index("ix_invitations_in_state", "workspace_id", "state", "sent_at", "id",
              postgresql_where=text("state <> '2'")),
        # By name, in the collation `names`.
        Index("ix_invitations_named", "workspace_id", "display_name", "id", postgresql_where=text("state <> '5'")),
        Index("ix_invitations_named_in_state", "workspace_id", "state", "display_name", "id",
              postgresql_where=text("state <> '6'")),
        CheckConstraint("(reminded_at IS NULL) = (reminder_id IS NULL)", name="reminded"),
        CheckConstraint("revoked_because IN ('revoked', 'replaced', 'inviter_lost_access')", name="revoked_because"),
        CheckConstraint("cardinality(location_ids) <= 100", name="locations"),
        CheckConstraint("NOT on_file OR cardinality(location_ids) > 0", name="on_file"),
        Index("ix_invitations_locations", "location_ids", postgresql_using="gin",
              postgresql_where=text("state = 'pending' AND location_ids <> '{}'")),
        Index("ix_invitations_expiring", "expires_at", postgresql_where=text("state = 'pending'")),
        Index("ix_invitations_reminding", "sent_at",
              postgresql_where=text("state = 'pending' AND reminded_at IS NULL AND undelivered_at IS NULL")),
        Index("ix_invitations_address_key", "address_key"),
        Index("ix_invitations_invited_by", "invited_by"),
        rows(Kind.workspace, api="select insert update", worker="select insert update"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"), index=True)
    address: Mapped[str]
    address_key: Mapped[str]
    display_name: Mapped[str]
    role: Mapped[str]
    location_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")
    """The only locations that it is for; none: for the whole workspace."""
    on_file: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether it was sent to the address on file of its locations: it ends for those that have another one by now."""
    state: Mapped[str] = mapped_column(default=InvitationState.pending)
    revoked_because: Mapped[str | None]
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    inviter: Mapped[str]
    inviter_company: Mapped[str | None]
    """The inviter's own workspace, by its name when it was sent. Null where it is the one invited to."""
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    reminder_id: Mapped[UUID | None]
    """The id of the reminder as a mail; the first mail has the invitation's."""
    undelivered_at: Mapped[datetime | None]
    """When a mail server refused its mail, or was not reached for days."""


class InvitationWord(Base):
    """The name or address of who is invited from one of its words on, without case, accents and signs: what a search
    finds. Kept by a trigger."""

    __tablename__ = "invitation_words"
    __table_args__ = (
        Index("ix_invitation_words", "workspace_id", "word", "invitation_id", postgresql_include=["shared"]),
        rows(Kind.workspace, api="select insert delete", worker="select insert delete"),
    )

    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    shared: Mapped[int]
    """How many characters begin the word before it of the same invitation in the same way."""
    workspace_id: Mapped[UUID]


class InvitationSecret(Base):
    """One mailed link, the first one's or the reminder's: the digest of its token, its invitation, and by which right
    it was sent. Kept after the link is invalid, to be able to say so.

    Kind ``installation``: it identifies the workspace of a visitor who has no access token yet. It also counts the
    mails to one mailbox from all workspaces, and finds what a person has sent in any of them. What is nullable is not
    written by the version before, which may still run during an upgrade.
    """

    __tablename__ = "invitation_secrets"
    __table_args__ = (
        Index("ix_invitation_secrets_sent", "address_key", "sent_at"),
        Index("ix_invitation_secrets_invited_by", "invited_by", "sent_at"),
        rows(Kind.installation, api="select insert update delete", worker="select insert update delete"),
    )

    token_digest: Mapped[bytes] = mapped_column(primary_key=True)
    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("invitations.id"), index=True)
    workspace_id: Mapped[UUID]
    address_key: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    accepted: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    invited_in: Mapped[UUID | None]
    """The workspace that the inviter worked in: the one invited to, or its parent."""
    invited_from: Mapped[UUID | None]
    """The inviter's own workspace: the same, or its parent where they worked on behalf."""
