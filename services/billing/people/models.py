from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base
from shared.tables import Kind, rows


class Person(Base):
    """A copy of a user's name and address, used when a registered user joins a customer."""

    __tablename__ = "people"
    __table_args__ = (rows(Kind.person, worker="select insert update"),)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    address: Mapped[str | None]
    """Null once the person is erased, as the name."""
    display_name: Mapped[str | None]
    version: Mapped[int]
    """That of the newest event; of an erased person the last one that there is, so that nothing newer can come."""
