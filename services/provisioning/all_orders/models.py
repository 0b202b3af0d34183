from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import WORKSPACE, Kind, rows


class ListedOrder(Base):
    """An order with all fields that the provider's staff, and the people of the workspace above, see of it: no price,
    no configuration, no message.

    A separate table, kept by triggers on orders and on copies of workspaces, because they may read this of workspaces
    that are not theirs, but nothing else of an order. That is so of this table only, so that it cannot affect
    the lists of a workspace's orders.
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
        # The same for the people of the workspace above.
        Index("ix_all_orders_newest_below", "parent_workspace_id", "placed_at", "order_id"),
        Index("ix_all_orders_newest_of_state_below", "parent_workspace_id", "state", "placed_at", "order_id"),
        Index("ix_all_orders_number_below", "parent_workspace_id", "number"),
        Index("ix_all_orders_person_below", "parent_workspace_id", "placed_by_key"),
        rows(
            Kind.parent_readable,
            api="select insert update",
            worker="select insert update",
            worker_writes_across=True,  # where customers move, a trigger says whose they are now
            also_reads={
                "provider_reads": f"EXISTS (SELECT FROM workspace_copies w WHERE w.id = {WORKSPACE}"
                " AND w.kind = 'provider')",
            },
            within="(SELECT true FROM orders o WHERE o.id = order_id)",
            because="whoever orders within a location writes this with the order",
            within_writes=True,
        ),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    workspace_id: Mapped[UUID]
    parent_workspace_id: Mapped[UUID | None]
    """The one above it, whose people see it, too. Null while it is not known."""
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
