from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from services.provisioning.states import OrderState
from shared.origin import Originated
from shared.tables import Kind, rows


class Order(Originated, Base):
    """An order, placed in business time. Its service is a separate row. Its origin is who placed it, whether on behalf,
    and its OrderPlaced, which is the cause of all events that follow."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="some_quantity"),
        # One for each combination of what the list can be asked (orders/listing.py), numbers in the collation "C".
        Index("ix_orders_newest", "workspace_id", "placed_at", "id", postgresql_where="version <> -1"),
        Index("ix_orders_newest_of_state", "workspace_id", "state", "placed_at", "id",
              postgresql_where="version <> -2"),
        Index("ix_orders_newest_of_group", "workspace_id", "bill_group_id", "placed_at", "id",
              postgresql_where="version <> -3"),
        Index("ix_orders_newest_of_group_and_state", "workspace_id", "bill_group_id", "state", "placed_at", "id",
              postgresql_where="version <> -4"),
        Index("ix_orders_number", "workspace_id", "number", postgresql_where="version <> -21"),
        Index("ix_orders_number_of_group", "workspace_id", "bill_group_id", "number",
              postgresql_where="version <> -23"),
        rows(Kind.workspace, api="select insert update", worker="select update"),
    )  # fmt: skip
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012 - an update reads the computed number again

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    serial: Mapped[int] = mapped_column(BigInteger, Identity(always=True, start=100_001), unique=True)
    number: Mapped[str] = mapped_column(Computed("'ORD-' || serial", persisted=True))
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID | None]
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    plan_version_id: Mapped[UUID]
    display_name: Mapped[str]
    """The service's name at that moment. Pages show its present one."""
    configuration: Mapped[dict[str, Any]]
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(default=OrderState.placed)
    version: Mapped[int] = mapped_column(default=1)
    failure: Mapped[str | None]
    """Why it failed; null unless it is failed."""
    failure_code: Mapped[str | None]
    """As an operation's ``message_code``."""
    failure_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    placed_at: Mapped[datetime]
