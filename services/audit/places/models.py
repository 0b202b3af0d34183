from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.audit.db import Base
from shared.tables import Kind, rows


class Session(Base):
    """From where a browser session was opened: its network address and browser, encrypted with the person's key."""

    __tablename__ = "sessions"
    __table_args__ = rows(
        Kind.installation, api="select", worker="select insert"
    )  # looked up for entries that the caller reads; unreadable without the person's key

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    place_sealed: Mapped[bytes]
