from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base
from shared.tables import Kind, rows


class Preference(Base):
    """Whether a person wants a topic on a channel, in all of their workspaces. Without a row the topic's default
    holds."""

    __tablename__ = "preferences"
    __table_args__ = (
        CheckConstraint("channel IN ('mail', 'portal')", name="channel"),
        rows(Kind.person, api="select insert update", worker="select delete", owner="SELECT"),
    )

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    wanted: Mapped[bool]
