from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import Kind, rows


class PlanOffer(Base):
    """A copy of whether orders can choose a plan of billing's. A plan without a row was never withdrawn."""

    __tablename__ = "plan_offers"
    __table_args__ = rows(Kind.installation, api="select", worker="select insert update")

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    is_offered: Mapped[bool]
    version: Mapped[int]
    """Of the newest processed event."""


class PlanVersion(Base):
    """A copy of billing's plan versions without prices, to validate an order's plan."""

    __tablename__ = "plan_versions"
    __table_args__ = rows(Kind.installation, api="select", worker="select insert update")

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(index=True)
    product_id: Mapped[UUID] = mapped_column(index=True)
    display_name: Mapped[str] = mapped_column(server_default="")
    """The plan's. Empty for plans that were published before the copy had it."""
    version: Mapped[int]
    """Increases with each version of the plan. Only the newest can be ordered."""
    currency: Mapped[str | None]
    """Null for plans that were published before the copy had it."""
    may_pause: Mapped[bool] = mapped_column(server_default="false")
    """Whether services with this plan may be paused."""
    priced_fields: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    """The fields of the configuration whose whole numbers are charged for."""
    offered_to: Mapped[UUID | None]
    """The customer that it is for alone, at what was quoted to it. No catalogue shows it. Null: for all."""
    terms: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    """The values that fields of the configuration may have with this plan; fields that are not named may have any."""
