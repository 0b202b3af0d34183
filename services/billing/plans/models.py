from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.amounts import Billed
from services.billing.db import Base, Minor, PrimaryKey
from shared.tables import Kind, rows


class Plan(Base):
    """A way to pay for a product, for instance monthly or yearly."""

    __tablename__ = "plans"
    __table_args__ = (
        UniqueConstraint("product_id", "display_name"),
        Index("ix_plans_page", "display_name", "id"),
        rows(Kind.installation, api="select insert update", worker="select"),
    )

    id: Mapped[PrimaryKey]
    product_id: Mapped[UUID] = mapped_column(index=True)
    display_name: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    """Business time. Null: orders can choose it."""
    offer_version: Mapped[int] = mapped_column(server_default="0")
    """Increases with each withdrawal and return."""
    offered_to: Mapped[UUID | None]
    """The customer that it is for alone, at what was quoted to it. No list shows it, and no order can choose it: it
    counts as withdrawn from the beginning. Null: for all."""

    @property
    def is_offered(self) -> bool:
        return self.withdrawn_at is None


class PlanVersion(Base):
    """A plan's prices. New prices are a new version; orders keep the version that they were placed at."""

    __tablename__ = "plan_versions"
    __table_args__ = (
        UniqueConstraint("plan_id", "version"),
        rows(Kind.installation, api="select insert", worker="select"),
    )

    id: Mapped[PrimaryKey]
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    version: Mapped[int]
    currency: Mapped[str]
    recurring_minor: Mapped[Minor]
    one_off_minor: Mapped[Minor]
    field_prices: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")
    """Per interval, for each unit of a whole number in the configuration, by the field."""
    interval_months: Mapped[int]
    billed: Mapped[Billed] = mapped_column(Text, server_default="in_advance")
    """``in_advance`` or ``in_arrears``."""
    term_months: Mapped[int] = mapped_column(server_default="0")
    """The minimum term; 0: it runs until it is cancelled."""
    at_term_end: Mapped[str] = mapped_column(server_default="renew")
    """``renew``, ``continue`` or ``end``."""
    may_pause: Mapped[bool] = mapped_column(server_default="false")
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """For which configurations of the product it is; see `PlanCreate`."""
    published_at: Mapped[datetime]
