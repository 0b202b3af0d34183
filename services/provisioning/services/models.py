from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from services.provisioning.states import ServiceState
from shared.tables import Kind, rows


class Service(Base):
    """One provisioned instance of a product. Times are business time."""

    __tablename__ = "services"
    __table_args__ = (
        Index("ix_services_newest", "workspace_id", "requested_at", "id"),
        rows(Kind.workspace, api="select insert update", worker="select update"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID | None]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), unique=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    kind: Mapped[str]
    display_name: Mapped[str]
    configuration: Mapped[dict[str, Any]]
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(default=ServiceState.requested)
    version: Mapped[int] = mapped_column(default=1)
    requested_at: Mapped[datetime]
    provisioned_at: Mapped[datetime | None]


class ServiceCounts(Base):
    """The service counts of a workspace, updated in the transactions that change its services."""

    __tablename__ = "service_counts"
    __table_args__ = rows(Kind.workspace, api="select", worker="select insert update")

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    ports: Mapped[int] = mapped_column(default=0)
    virtual_circuits: Mapped[int] = mapped_column(default=0)
    cloud_connections: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
