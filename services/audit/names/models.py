from datetime import datetime
from uuid import UUID

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
