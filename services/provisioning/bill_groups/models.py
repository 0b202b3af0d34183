from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import COVERED, Kind, rows


class BillGroup(Base):
    """A copy of billing's bill groups, so that who pays is decided with the order, and never another workspace."""

    __tablename__ = "bill_groups"
    __table_args__ = rows(
        Kind.workspace,
        api="select",
        worker="select insert update",
        within=f"id = ANY ({COVERED}) OR id IN (SELECT l.bill_group_id FROM locations l)",  # noqa: S608 - constants
        because="whoever orders within a bill group or location sees which one pays",
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(index=True)
    is_default: Mapped[bool]
    display_name: Mapped[str] = mapped_column(server_default="")
    currency: Mapped[str | None]
    """Null until billing has told: any order may be paid by it then."""
    is_closed: Mapped[bool] = mapped_column(server_default="false")
    past_due: Mapped[bool] = mapped_column(server_default="false")
    """So much has been owed for so long that its services are suspended."""
    version: Mapped[int] = mapped_column(server_default="0")
