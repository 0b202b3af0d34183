from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from services.provisioning.states import OperationState, StepState
from shared.db import Kind

LIVE = "state IN ('queued', 'running')"


class Operation(Base):
    """Work on one service, step ``step`` of ``steps``. Times are real: ``due_at`` says when the next call of the
    driver is due, the lease which worker makes it and until when that worker counts as alive."""

    __tablename__ = "operations"
    __table_args__ = (
        CheckConstraint("(lease_id IS NULL) = (leased_until IS NULL)", name="whole_lease"),
        CheckConstraint(f"{LIVE} OR lease_id IS NULL", name="finished_has_no_lease"),
        CheckConstraint("step BETWEEN 1 AND steps", name="step_of_steps"),
        Index("uq_operations_one_at_a_time", "service_id", unique=True, postgresql_where=text(LIVE)),
        Index("ix_operations_due", "due_at", postgresql_where=text(LIVE)),
        Index("ix_operations_order_id", "order_id", "started_at"),
        {"info": {"kind": Kind.workspace}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    state: Mapped[str] = mapped_column(default=OperationState.queued)
    version: Mapped[int] = mapped_column(default=1)
    step: Mapped[int]
    steps: Mapped[int]
    message: Mapped[str] = mapped_column(default="")
    unanswered: Mapped[int] = mapped_column(default=0)
    """Calls of the present step in a row that brought no answer, be it that the driver raised or its worker died."""
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_id: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]


class OperationStep(Base):
    """One step of an operation, as pages show it."""

    __tablename__ = "operation_steps"
    __table_args__ = {"info": {"kind": Kind.workspace}}  # noqa: RUF012

    operation_id: Mapped[UUID] = mapped_column(ForeignKey("operations.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default=StepState.waiting)
    detail: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime | None]
    """When it last changed, in real time."""
