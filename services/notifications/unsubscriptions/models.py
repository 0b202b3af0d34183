from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base
from shared.tables import Kind, rows


class Unsubscription(Base):
    """What the link in mails about a topic last did for a recipient, and how often on that day: the link needs no
    sign-in, so that its use is bounded."""

    __tablename__ = "unsubscriptions"
    __table_args__ = (
        CheckConstraint("changes >= 1", name="changes"),
        Index("ix_unsubscriptions_workspace_id", "workspace_id"),
        rows(Kind.workspace, api="select insert update", worker="select delete"),
    )

    recipient_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The person, or the contact."""
    topic: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    """The workspace of the contact, or that the first mail was about."""
    wanted: Mapped[bool]
    day: Mapped[date]
    changes: Mapped[int]
