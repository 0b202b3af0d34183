from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Computed, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from services.provisioning.drivers import DRIVERS
from shared.tables import Kind, rows


class Product(Base):
    """A product of the installation's catalogue."""

    __tablename__ = "products"
    __table_args__ = (
        Index("ix_products_by_name", "display_name", "id"),
        Index("ix_products_offered", "display_name", "id", postgresql_where="withdrawn_at IS NULL"),
        Index("ix_products_add_ons", "add_on_to", postgresql_using="gin", postgresql_where="add_on_to <> '{}'"),
        CheckConstraint("cardinality(add_on_to) <= 20", name="add_on_to"),
        CheckConstraint("jsonb_array_length(brings) <= 5", name="brings"),
        CheckConstraint("cardinality(add_on_to) = 0 OR jsonb_array_length(brings) = 0", name="one_level"),
        rows(Kind.installation, api="select insert update", worker="select update"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    description: Mapped[str]
    kind: Mapped[str]
    connection: Mapped[str | None]
    is_also_port: Mapped[bool]
    configuration_schema: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As it was written: jsonb would sort its fields by the length of their names."""
    fields: Mapped[dict[str, Any]] = mapped_column(
        Computed("product_fields(configuration_schema)", persisted=True), deferred=True
    )
    """How many the schema has, and names and titles of the first: enough for a list, and never large."""
    driver: Mapped[str]
    driver_options: Mapped[dict[str, Any]]
    billing_delay_days: Mapped[int]
    max_quantity: Mapped[int] = mapped_column(server_default="1000")
    needs_acknowledgement: Mapped[bool] = mapped_column(server_default="false", default=False)
    """Whether the provider confirms each new order before it is provisioned."""
    needs: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)
    """What a service takes of a host (`needs.py`). Empty: it runs on none."""
    add_on_to: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Keys of the products to whose services it is ordered. Empty: it is ordered alone."""
    brings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    """What is ordered with it (`brings.py`)."""
    version: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    """Business time. Null: it can be ordered."""

    @property
    def is_offered(self) -> bool:
        return self.withdrawn_at is None

    @property
    def by_hand(self) -> bool:
        """Whether people do what is ordered of it."""
        return DRIVERS[self.driver].by_hand
