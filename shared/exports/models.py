"""The table of exports, one in each service's database. All its times are real time."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared import tables
from shared.leases import Leased, lease_rules
from shared.tables import PERSON, Kind, plumbing


class ExportState(StrEnum):
    queued = "queued"
    running = "running"
    done = "done"
    failed = "failed"


UNFINISHED = "state IN ('queued', 'running')"


class Base(DeclarativeBase):
    metadata = plumbing
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True), dict[str, Any]: JSONB}  # noqa: RUF012


class Export(Leased, Base):
    """A list that a person wants as a file: ``queued -> running -> done | failed``. Its origin is who asked."""

    __tablename__ = "exports"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
        CheckConstraint(f"({UNFINISHED}) = (due_at IS NOT NULL)", name="due_until_over"),
        CheckConstraint(f"({UNFINISHED}) = (expires_at IS NULL)", name="expires_when_over"),
        CheckConstraint("file_key IS NULL OR state = 'done'", name="a_file_when_done"),
        *lease_rules(),
        Index("ix_exports_of_person", "workspace_id", "user_id", "requested_at"),
        Index("uq_exports_of_batch", "batch_id", "workspace_id", "user_id", "list", "filters", unique=True,
              postgresql_where=text("batch_id IS NOT NULL")),
        Index("ix_exports_expires_at", "expires_at", postgresql_where=text("expires_at IS NOT NULL")),
        tables.rows(
            Kind.workspace, api="select insert update", worker="select insert update delete", worker_writes_across=True,
            within=f"user_id = {PERSON}", because="what a person has exported is theirs, whatever their grant covers",
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    user_id: Mapped[UUID]
    session_id: Mapped[UUID]
    """The session that asked: access on behalf ends with it."""
    workspace_kind: Mapped[str]
    batch_id: Mapped[UUID | None]
    """The archive of the workspace that it is a part of. Null: it was asked for alone."""
    list: Mapped[str]
    format: Mapped[str]
    filters: Mapped[dict[str, Any]]
    locale: Mapped[str]
    """The language of the titles, with a region."""
    state: Mapped[str] = mapped_column(server_default=ExportState.queued, default=ExportState.queued)
    rows: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
    """Rows written so far."""
    size: Mapped[int | None] = mapped_column(BigInteger)
    """Of the file, in bytes."""
    file_key: Mapped[str | None]
    """Where the file is, until it is deleted."""
    rights: Mapped[str | None]
    """The person's rights when it was made: with others it cannot be downloaded."""
    requested_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    """When it can no longer be downloaded."""
    downloaded_at: Mapped[datetime | None]
    """When the log last heard that its archive is downloaded."""
