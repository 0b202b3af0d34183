from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import WORKSPACE, Kind, rows


class ListedOrder(Base):
    """An order with all fields that the provider's staff see of it: no price, no configuration, no message.

    A separate table, kept by a trigger on orders, because the staff may read this of every workspace but nothing else
    of an order. That is a policy of this table only, so that it cannot affect the lists of a workspace's orders.
    """

    __tablename__ = "all_orders"
    __table_args__ = (
        Index("ix_all_orders_newest", "placed_at", "order_id"),
        Index("ix_all_orders_newest_of_state", "state", "placed_at", "order_id"),
        # Where a search finds them: numbers and addresses in the collation "C".
        Index("ix_all_orders_number", "number"),
        Index("ix_all_orders_person", "placed_by_key"),
        Index("ix_all_orders_customer", "workspace_id", "placed_at", "order_id"),
        Index("ix_all_orders_product", "product_id", "placed_at", "order_id"),
        rows(
            Kind.workspace,
            api="select insert update",
            worker="select insert update",
            also_reads={
                "provider_reads": f"EXISTS (SELECT FROM workspace_copies w WHERE w.id = {WORKSPACE}"
                " AND w.kind = 'provider')"
            },
        ),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    workspace_id: Mapped[UUID]
    number: Mapped[str]
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    quantity: Mapped[int]
    state: Mapped[str]
    placed_at: Mapped[datetime]
    """Business time."""
    placed_by_address: Mapped[str | None]
    placed_by_key: Mapped[str | None]
    """The address in small letters, which is searched."""
    placed_via: Mapped[str]
