from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows


class InvitationState(StrEnum):
    pending = "pending"
    accepted = "accepted"
    revoked = "revoked"
    expired = "expired"


class Invitation(Base):
    """An invitation of a mailbox to a workspace. At most one is pending per mailbox and workspace."""

    __tablename__ = "invitations"
    __table_args__ = (
        Index("uq_invitations_one_pending", "workspace_id", "address_key", unique=True,
              postgresql_where=text("state = 'pending'")),
        Index("ix_invitations_expiring", "expires_at", postgresql_where=text("state = 'pending'")),
        rows(Kind.workspace, api="select insert update", worker="select insert update"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"), index=True)
    address: Mapped[str]
    address_key: Mapped[str]
    display_name: Mapped[str]
    role: Mapped[str]
    state: Mapped[str] = mapped_column(default=InvitationState.pending)
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    inviter: Mapped[str]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class InvitationSecret(Base):
    """Maps the digest of a link's token to its invitation. Kept after the link is invalid, to be able to say so.

    Kind ``installation``: it identifies the workspace of a visitor who has no access token yet.
    """

    __tablename__ = "invitation_secrets"
    __table_args__ = rows(Kind.installation, api="select insert delete", worker="select insert delete")

    token_digest: Mapped[bytes] = mapped_column(primary_key=True)
    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("invitations.id"), index=True)
    workspace_id: Mapped[UUID]
