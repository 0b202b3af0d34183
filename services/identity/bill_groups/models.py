from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows


class BillGroup(Base):
    """A copy of billing's bill groups: what decides whether their portals are open."""

    __tablename__ = "bill_groups"
    __table_args__ = (
        Index("ix_bill_groups_closing", "id", postgresql_where=text("visitors_leave")),
        rows(Kind.workspace, api="select update", worker="select insert update"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(index=True)
    display_name: Mapped[str]
    is_closed: Mapped[bool]
    portal_on: Mapped[bool]
    has_contract: Mapped[bool]
    owes: Mapped[bool]
    version: Mapped[int]
    """The newest state that was heard of."""
    visitors_leave: Mapped[bool] = mapped_column(default=False)
    """Whether the portal has closed and its visitors still have to be let go of, which a job does."""

    @property
    def is_open(self) -> bool:
        """Whether its visitors may sign in: while it has a contract, and as long as it owes money, so that they can
        pay."""
        return self.portal_on and (self.owes or (self.has_contract and not self.is_closed))
