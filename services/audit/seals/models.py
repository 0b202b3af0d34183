from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from services.audit.db import Base
from services.audit.entries.models import Entry
from shared.tables import Kind, rows


class Seal(Base):
    """One link of a workspace's hash chain: the entry's number, and the hash over the previous link and the entry. A
    separate table, so that sealing does not change entries."""

    __tablename__ = "seals"
    __table_args__ = rows(Kind.workspace, api="select", worker="select insert", worker_writes_across=True)

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """From 1, without gaps."""
    position: Mapped[int] = mapped_column(ForeignKey(Entry.position), unique=True)
    hash: Mapped[bytes]


class Checkpoint(Base):
    """A signed statement of the chains' lengths and last hashes, which detects truncation."""

    __tablename__ = "checkpoints"
    __table_args__ = rows(Kind.installation, worker="select insert")  # says nothing about anybody

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    signed_at: Mapped[datetime]
    statement: Mapped[bytes]
    signature: Mapped[bytes]
