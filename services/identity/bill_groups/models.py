from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import PERSON, Kind, rows

GRANTED = f"SELECT g.bill_group_id FROM grants g WHERE g.user_id = {PERSON}"  # noqa: S608


class BillGroup(Base):
    """A copy of billing's bill groups, so that access to one is only given to a group of that workspace."""

    __tablename__ = "bill_groups"
    __table_args__ = (
        Index("ix_bill_groups_closing", "bill_group_id", postgresql_where=text("visitors_leave")),
        rows(
            Kind.workspace, api="select", worker="select insert update",
            also_reads={"granted": f"bill_group_id IN ({GRANTED})"},
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column("bill_group_id", primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"), index=True)
    display_name: Mapped[str]
    is_default: Mapped[bool]
    is_closed: Mapped[bool]
    portal_on: Mapped[bool]
    has_contract: Mapped[bool]
    owes: Mapped[bool]
    locations_see_invoices: Mapped[bool] = mapped_column(server_default="false")
    """Whether the people of its locations see and pay its invoices."""
    version: Mapped[int] = mapped_column(BigInteger)
    """Of the newest event that has arrived: an older one changes nothing."""
    visitors_leave: Mapped[bool] = mapped_column(default=False)
    """Whether the portal has closed and its visitors still have to be let go of, which a job does."""

    @property
    def is_open(self) -> bool:
        """Whether its visitors may sign in: while it has a contract, and as long as it owes money, so that they can
        pay."""
        return self.portal_on and (self.owes or (self.has_contract and not self.is_closed))
