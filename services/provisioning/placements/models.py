from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import Kind, rows


class Placement(Base):
    """Which host a service runs on, and what it takes there. A trigger adds that to what is taken of the host."""

    __tablename__ = "placements"
    __table_args__ = (
        Index("ix_placements_host_id", "host_id", "service_id"),
        rows(
            Kind.workspace,
            api="select insert update delete",
            worker="select insert update delete",
            owner="SELECT",
            within="(SELECT true FROM services s WHERE s.id = service_id)",  # of EXISTS a plan may hash all services
            because="whoever sees a service sees what it takes",
            within_writes=True,
        ),
    )

    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"), primary_key=True)
    workspace_id: Mapped[UUID]
    host_id: Mapped[UUID] = mapped_column(ForeignKey("hosts.id"))
    """Never shown to customers."""
    takes: Mapped[dict[str, Any]]
    """How much of each resource."""
