from datetime import date
from uuid import UUID

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
    __table_args__ = (rows(Kind.workspace, api="select", worker="select insert update"),)

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    currency: Mapped[str] = mapped_column(primary_key=True)
    movement: Mapped[str] = mapped_column(primary_key=True)
    minor: Mapped[Minor]
