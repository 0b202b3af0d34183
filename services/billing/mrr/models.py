from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base, Minor
from shared.tables import Kind, rows


class Mrr(Base):
    """The monthly recurring revenue of a workspace as last published: minor units per currency."""

    __tablename__ = "mrr"
    __table_args__ = (rows(Kind.workspace, worker="select insert update"),)

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    amounts: Mapped[dict[str, int]] = mapped_column(JSONB)


class MrrMovement(Base):
    """By how much the monthly recurring revenue of a workspace changed in a month, and by what."""

    __tablename__ = "mrr_movements"
    __table_args__ = (
        Index("ix_mrr_movements_below", "parent_workspace_id", "month"),
        # Where customers move, a trigger says whose they are now.
        rows(Kind.parent_readable, api="select", worker="select insert update", worker_writes_across=True),
    )

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    parent_workspace_id: Mapped[UUID | None]
    """The one above it, whose admins see what all its customers come to, by triggers. Null while it is not known."""
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    currency: Mapped[str] = mapped_column(primary_key=True)
    movement: Mapped[str] = mapped_column(primary_key=True)
    minor: Mapped[Minor]
