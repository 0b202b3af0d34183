from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.db import Kind


class BillGroup(Base):
    """A copy of billing's bill groups, so that nobody can order at another workspace's expense."""

    __tablename__ = "bill_groups"
    __table_args__ = {"info": {"kind": Kind.workspace}}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(index=True)
    is_default: Mapped[bool]
