from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base, Minor
from shared.tables import Kind, rows


class Spend(Base):
    """What a bill group was invoiced in a month for one kind of service, tax included. A trigger keeps it as invoices
    are issued, so that the chart reads few rows, however many invoices there are."""

    __tablename__ = "spend"
    __table_args__ = (
        ForeignKeyConstraint(["bill_group_id", "currency"], ["bill_groups.bill_group_id", "bill_groups.currency"]),
        rows(Kind.workspace, api="select insert update", worker="select insert update", worker_writes_many=True),
    )

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    bill_group_id: Mapped[UUID] = mapped_column(primary_key=True)
    service_kind: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str]
    minor: Mapped[Minor]
