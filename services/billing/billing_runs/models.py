from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base
from shared.tables import WORKSPACE, Kind, rows


class ParkedGroup(Base):
    """A bill group that is not billed, because something about its next invoice is wrong, until staff try it again.

    A table of its own, because the provider's staff read those of every workspace: a policy of this table only.
    """

    __tablename__ = "parked_groups"
    __table_args__ = (
        Index("ix_parked_groups_newest", "parked_at", "bill_group_id"),
        rows(
            Kind.workspace,
            api="select delete",
            worker="select insert update delete",
            worker_writes_many=True,
            owner="SELECT",
            also_reads={
                "provider_reads": f"EXISTS (SELECT FROM workspace_copies w WHERE w.id = {WORKSPACE}"
                " AND w.kind = 'provider')"
            },
        ),
    )

    bill_group_id: Mapped[UUID] = mapped_column(ForeignKey("bill_groups.bill_group_id"), primary_key=True)
    workspace_id: Mapped[UUID]
    billing_on: Mapped[date]
    """The billing date that was not billed."""
    reason: Mapped[str]
    """One of `services.billing.invoices.checks.REASONS`."""
    detail: Mapped[str]
    """The kind of error where the reason is ``failed``, else empty."""
    parked_at: Mapped[datetime]
    """Business time."""
