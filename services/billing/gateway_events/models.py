from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base
from shared.tables import Kind, rows


class KnownGatewayEvent(Base):
    """A callback that was processed, kept so that it is processed once."""

    __tablename__ = "gateway_events"
    __table_args__ = (rows(Kind.workspace, api="select insert", worker="select insert"),)

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    signed_at: Mapped[datetime]
    received_at: Mapped[datetime]
