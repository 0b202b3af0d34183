from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.db import Kind


class PlanVersion(Base):
    """A copy of billing's plans, so that an order can be checked against its product. Prices stay in billing."""

    __tablename__ = "plan_versions"
    __table_args__ = {"info": {"kind": Kind.installation}}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(index=True)
    product_id: Mapped[UUID]
    version: Mapped[int]
    """Grows with each version of the plan; the newest is the one on offer."""
