from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from services.provisioning.states import OperationState, StepState
from services.provisioning.verbs import Verb
from shared.leases import Leased, lease_rules
from shared.tables import Kind, rows

LIVE = "state IN ('queued', 'running')"
READS = "verb IN ('diagnose', 'console_log')"
ORDERED = "verb IN ('create', 'change', 'delete')"
LONGEST_OUTPUT = 64_000
"""Characters."""


class Operation(Leased, Base):
    """Work on one service, at step ``step`` of ``steps``. Leased for one call of the driver. ``tries`` counts the calls
    of the current step since the last answer."""

    __tablename__ = "operations"
    __table_args__ = (
        *lease_rules(),
        CheckConstraint(f"({LIVE}) = (due_at IS NOT NULL)", name="due_while_live"),
        CheckConstraint("step BETWEEN 1 AND steps", name="step_of_steps"),
        CheckConstraint(f"({ORDERED}) = (order_id IS NOT NULL)", name="order"),
        CheckConstraint("(verb = 'change') = (wanted IS NOT NULL)", name="wanted"),
        CheckConstraint(f"length(output) <= {LONGEST_OUTPUT}", name="output"),
        Index("uq_operations_one_at_a_time", "service_id", unique=True,
              postgresql_where=text(f"{LIVE} AND NOT ({READS})")),
        Index("uq_operations_one_of_a_kind", "service_id", "verb", unique=True, postgresql_where=text(LIVE)),
        Index("ix_operations_order_id", "order_id", "started_at"),
        Index("ix_operations_service_id", "service_id", "started_at", "id"),
        Index("ix_operations_output", "started_at", postgresql_where=text("output IS NOT NULL")),
        rows(
            Kind.workspace,
            api="select insert update",
            worker="select insert update",
            worker_writes_across=True,
            within="(SELECT true FROM services s WHERE s.id = service_id)",  # of EXISTS a plan may hash all services
            because="whoever sees a service sees what is done with it",
            within_writes=True,
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    verb: Mapped[str] = mapped_column(default=Verb.create, server_default="create")
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("orders.id"))
    """Null where nothing was ordered."""
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    state: Mapped[str] = mapped_column(default=OperationState.queued)
    version: Mapped[int] = mapped_column(default=1)
    step: Mapped[int]
    steps: Mapped[int]
    message: Mapped[str] = mapped_column(default="")
    message_code: Mapped[str | None]
    """Names what the message says, with its values, for readers of other languages. Null: it is in English alone."""
    message_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """Both real time. Null while it runs, and of those that are older than this column."""
    undoing: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Its finished steps are being undone, backwards from ``step``."""
    cancelled_by: Mapped[UUID | None]
    """Who wants it to stop. It stops after the step that runs."""
    wanted: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Of a change: the ``configuration`` and ``quantity`` that the service gets by it."""
    output: Mapped[str | None]
    """What it has read, for those who may; deleted after a week."""


class OperationStep(Base):
    """One step of an operation, for pages."""

    __tablename__ = "operation_steps"
    __table_args__ = rows(
        Kind.workspace,
        api="select insert update",
        worker="select insert update",
        within="(SELECT true FROM operations o WHERE o.id = operation_id)",
        because="whoever sees an operation sees its steps",
        within_writes=True,
    )

    operation_id: Mapped[UUID] = mapped_column(ForeignKey("operations.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    title: Mapped[str]
    key: Mapped[str | None]
    """Names the title, for readers of other languages. Null: it is for everybody."""
    state: Mapped[str] = mapped_column(default=StepState.waiting)
    detail: Mapped[str] = mapped_column(default="")
    detail_code: Mapped[str | None]
    """As an operation's ``message_code``."""
    detail_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime | None]
    """When it last changed, in business time, as the order and the service."""
