from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import Kind, rows


class BillGroup(Base):
    """A copy of billing's bill groups, so that nobody can order at another workspace's expense."""

    __tablename__ = "bill_groups"
    __table_args__ = rows(Kind.workspace, api="select", worker="select insert update")

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(index=True)
    is_default: Mapped[bool]
