from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import WORKSPACE, Kind, rows


class ManualTask(Base):
    """One operation of the driver `manual`, with all fields that the provider's staff see in the list of all
    workspaces. The driver makes it, staff plan and end it; a trigger drops it where its operation ends without them."""

    __tablename__ = "manual_tasks"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'planned', 'done', 'given_up', 'dropped')", name="state"),
        CheckConstraint("state <> 'planned' OR planned_on IS NOT NULL", name="planned"),
        CheckConstraint("(state = 'given_up') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("length(reason) <= 300", name="reason_length"),
        Index("ix_manual_tasks_open", "is_open", "opened_at", "operation_id"),
        Index("ix_manual_tasks_of_state", "state", "opened_at", "operation_id"),
        Index("ix_manual_tasks_to_announce", "operation_id", postgresql_where="announced_at IS NULL"),
        rows(
            Kind.workspace,
            api="select update",
            worker="select insert update",
            also_reads={
                "provider_reads": f"EXISTS (SELECT FROM workspace_copies w WHERE w.id = {WORKSPACE}"
                " AND w.kind = 'provider')"
            },
        ),
    )

    operation_id: Mapped[UUID] = mapped_column(ForeignKey("operations.id", ondelete="CASCADE"), primary_key=True)
    workspace_id: Mapped[UUID]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    order_number: Mapped[str]
    display_name: Mapped[str]
    """The service's name at that moment."""
    product_name: Mapped[str]
    kind: Mapped[str]
    verb: Mapped[str]
    quantity: Mapped[int]
    location_name: Mapped[str | None]
    """Where it is to be done: where the service is, or shall be. Null: at no location."""
    message: Mapped[str]
    """What its customer wishes."""
    wanted_on: Mapped[date | None]
    planned_on: Mapped[date | None]
    opened_at: Mapped[datetime]
    """Since when it can be done, in business time."""
    state: Mapped[str] = mapped_column(server_default="waiting")
    is_open: Mapped[bool] = mapped_column(Computed("state IN ('waiting', 'planned')", persisted=True))
    reason: Mapped[str | None]
    """Why it was given up."""
    answered_by_address: Mapped[str | None]
    """Who of the staff planned or ended it last, by the address at that moment."""
    answered_by: Mapped[UUID | None]
    """Their id. Null: nobody did, or it is older than this column."""
    ended_at: Mapped[datetime | None]
    """In business time."""
    announced_at: Mapped[datetime | None]
    """When its event was published. Real time."""
    version: Mapped[int] = mapped_column(server_default="1")
