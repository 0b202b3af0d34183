from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.notifications.db import Base, PrimaryKey
from shared.tables import Kind, rows


class ReturnedMail(Base):
    """What a mail server has said of a message that came back, until a worker has read it: messages are closed to
    requests.

    Kind ``installation``: whoever hands it over is a mail server, and knows no workspace. It names nobody."""

    __tablename__ = "returned_mails"
    __table_args__ = (
        UniqueConstraint("message_id", "status", name="uq_returned_mails_once"),
        Index("ix_returned_mails_came_at", "came_at"),
        rows(Kind.installation, api="select insert", worker="select delete"),
    )

    id: Mapped[PrimaryKey]
    message_id: Mapped[UUID]
    mailbox: Mapped[bytes]
    """Of which address, as in the envelope sender."""
    status: Mapped[str]
    came_at: Mapped[datetime]
    """Real time."""
