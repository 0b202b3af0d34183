from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base
from shared.tables import Kind, rows


class Person(Base):
    """A copy of a user's name and address, used when a registered user joins a customer."""

    __tablename__ = "people"
    __table_args__ = (rows(Kind.person, worker="select insert update"),)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    address: Mapped[str]
    display_name: Mapped[str]
    version: Mapped[int]
