from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import WORKSPACE, Kind, rows


class FailedOrder(Base):
    """An order in state failed, with all fields that the provider's staff see.

    A separate table, because the staff may read the failed orders of every workspace but no other orders. That is a
    policy of this table only, so that it cannot affect the lists of orders.
    """

    __tablename__ = "failed_orders"
    __table_args__ = (
        Index("ix_failed_orders_newest", "failed_at", "order_id"),
        rows(
            Kind.workspace,
            api="select update delete",
            worker="select insert update delete",
            also_reads={
                "provider_reads": f"EXISTS (SELECT FROM workspace_copies w WHERE w.id = {WORKSPACE}"
                " AND w.kind = 'provider')"
            },
        ),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    workspace_id: Mapped[UUID]
    number: Mapped[str]
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    display_name: Mapped[str]
    step: Mapped[int]
    steps: Mapped[int]
    failure: Mapped[str]
    failure_code: Mapped[str | None]
    """As an operation's ``message_code``."""
    failure_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    failed_at: Mapped[datetime]
    """Business time."""
    placed_by_address: Mapped[str | None]
    placed_via: Mapped[str]
