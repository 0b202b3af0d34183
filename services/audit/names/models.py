from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.audit.db import Base
from shared.tables import Kind, rows


class Name(Base):
    """What people call an object, such as an invoice's number: the newest that an event of the workspace says."""

    __tablename__ = "names"
    __table_args__ = rows(
        Kind.workspace, api="select", worker="select insert update", worker_writes_across=True
    )  # within bill groups, entries name what is in their own details

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    object_id: Mapped[UUID] = mapped_column(primary_key=True)
    label: Mapped[str]
    at: Mapped[datetime]
    """When that event happened, in business time."""


class OldEntries(Base):
    """How far the names of entries from before names were learned are learned: one row."""

    __tablename__ = "old_entries"
    __table_args__ = rows(Kind.installation, worker="select update")  # numbers only

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, server_default="1")
    until: Mapped[int] = mapped_column(BigInteger)
    """The position of the last of them."""
    learned: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """The position up to which they are learned."""
