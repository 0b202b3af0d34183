from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows


class ErasureState(StrEnum):
    requested = "requested"
    """It is done when its time has come, unless the person takes it back."""
    withdrawn = "withdrawn"
    done = "done"


class Erasure(Base):
    """A person wants their account and their data deleted. At most one request of a person is open. What is done stays
    as the list of the ids that are erased, without anything of the people."""

    __tablename__ = "erasures"
    __table_args__ = (
        Index("uq_erasures_one_open", "user_id", unique=True, postgresql_where=text("state <> 'withdrawn'")),
        Index("ix_erasures_due", "due_at", postgresql_where=text("state = 'requested'")),
        CheckConstraint("state IN ('requested', 'withdrawn', 'done')", name="state"),
        CheckConstraint("(state = 'requested') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("due_at > requested_at", name="waits"),
        rows(Kind.person, api="select insert update", worker="select update", worker_writes_across=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(default=ErasureState.requested)
    requested_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """When it is done, in real time. Moves on by a day where the person holds an account or is its last admin then."""
    ended_at: Mapped[datetime | None]
