from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows

LIFETIME = timedelta(days=7)
IDLE = timedelta(hours=12)


class BrowserSession(Base):
    """A signed-in browser, and the workspace in which it acts (D12).

    Kind ``installation``: it is looked up by its secret, before there is a scope. Only the secret's digest is stored.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_live", "user_id", "last_seen_at", "id", postgresql_where=text("ended_at IS NULL")),
        Index("ix_sessions_by_entry", "entry_grant_id", postgresql_where=text("ended_at IS NULL")),
        rows(Kind.installation, api="select insert update", worker="select update delete"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    acting_workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"))
    """A workspace of the user or, during work on behalf, the customer's. Without a grant there, `Standing` says where
    the session goes on."""
    entry_grant_id: Mapped[UUID | None]
    """The visitor's grant by which the session was opened, at a bill group's portal: the session is over when it ends.
    None: opened at the ordinary page."""
    previewing_from: Mapped[UUID | None] = mapped_column(ForeignKey("workspaces.workspace_id"))
    """The workspace of the user's own from which a preview was opened; nothing: the session shows none. Without a grant
    any more, the preview is over, and the session goes on there."""
    device_digest: Mapped[bytes | None]
    """Digest of what the browser is known by from one sign-in to the next."""
    browser: Mapped[str | None]
    """Which browser it is, in English."""
    browser_name: Mapped[str | None]
    """The browser alone; with ``operating_system``, for other languages. Of a session of before, ``browser`` may be all
    that is known."""
    operating_system: Mapped[str | None]
    ip: Mapped[str | None]
    """From where it signed in."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    """When the person was last there in person: signed in, opened a page, sent a form."""
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
