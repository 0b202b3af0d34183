"""The table of refused attempts, one in each service's database. Its times are real time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared import tables
from shared.origin import Originated
from shared.tables import PERSON, Kind, plumbing


class Base(DeclarativeBase):
    metadata = plumbing
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}  # noqa: RUF012


class RefusedAttempt(Originated, Base):
    """An operation that a person is not allowed, with the attempts since its last event. Its origin is the newest."""

    __tablename__ = "refused_attempts"
    __table_args__ = (
        CheckConstraint("untold >= 0 AND told > 0", name="counts"),
        Index("ix_refused_attempts_told_at", "told_at"),
        tables.rows(
            Kind.workspace, api="select insert update", worker="select update delete", worker_writes_across=True,
            within=f"user_id = {PERSON}", because="what a person tried is theirs, whatever their grant covers",
        ),
    )  # fmt: skip

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(primary_key=True)
    """The method and the path of the API."""
    permission: Mapped[str]
    """The permission that was missing at the newest attempt."""
    told_at: Mapped[datetime]
    """When its last event was."""
    told: Mapped[int] = mapped_column(BigInteger)
    """The attempts that its last event counts."""
    untold: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """The attempts since then."""
