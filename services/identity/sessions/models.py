from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows


class BrowserSession(Base):
    """A signed-in browser, and the workspace in which it acts (D12).

    Kind ``installation``: it is looked up by its secret, before there is a scope. Only the secret's digest is stored.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_live", "user_id", postgresql_where=text("ended_at IS NULL")),
        rows(Kind.installation, api="select insert update", worker="select update delete"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    acting_workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"))
    """The user's own workspace or, while ``on_behalf_id`` is set, the customer's."""
    on_behalf_id: Mapped[UUID | None] = mapped_column(ForeignKey("on_behalf_sessions.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    notice_reason: Mapped[str | None]
    """Why the person was removed from a workspace. Reported once, with their next token (D14)."""
    notice_workspace_name: Mapped[str | None]
