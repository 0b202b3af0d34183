from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows


class OnBehalfState(StrEnum):
    open = "open"
    ended = "ended"
    replaced = "replaced"
    expired = "expired"
    revoked = "revoked"


class OnBehalfSession(Base):
    """Work of a parent's user in a child workspace, within one browser session and under one derived grant."""

    __tablename__ = "on_behalf_sessions"
    __table_args__ = (
        Index("uq_on_behalf_sessions_one_open", "session_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_on_behalf_sessions_open_of", "user_id", postgresql_where=text("state = 'open'")),
        rows(Kind.parent_readable, api="select insert update", worker="select update"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"), index=True)
    parent_workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"), index=True)
    """The user's own workspace, to which they return."""
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    session_id: Mapped[UUID]
    grant_id: Mapped[UUID]
    """The derived grant, which is deleted when the work ends."""
    state: Mapped[str] = mapped_column(default=OnBehalfState.open)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
