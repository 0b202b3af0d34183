"""Who began something, and what it follows from. A row keeps it, so that what is done later says so too."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Composite, Mapped, composite, declared_attr

from shared.events import Actor, Via
from shared.outbox import Cause
from shared.telemetry.tracing import current_traceparent


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a piece of work comes from; the fields are named as the columns of `Originated`."""

    correlation_id: UUID
    begun_by: UUID | None = None
    begun_by_address: str | None = None
    """As known at that moment: a fact for the log, not a way to reach anyone."""
    begun_via: str = Via.system
    """By which door they came (D11). What a handler began came through the system's."""
    causation_id: UUID | None = None
    """The event that the work follows from."""
    parent_workspace_id: UUID | None = None
    """The parent of the workspace that the work is done in."""
    traceparent: str | None = None
    """The trace that it belongs to, while tracing is on."""

    @classmethod
    def of(cls, cause: Cause) -> "Origin":
        """That of work that a transaction leaves to be done later."""
        who = cause.actor
        return cls(cause.correlation_id, who.user_id, who.address, who.via, cause.causation_id,
                   cause.parent_workspace_id, current_traceparent())  # fmt: skip

    def cause(self, now: datetime) -> Cause:
        """The system does it, begun by them, by the door they came through. ``now`` is business time."""
        actor = Actor(user_id=self.begun_by, address=self.begun_by_address, via=Via(self.begun_via))
        return Cause(actor, now, self.correlation_id, self.causation_id, self.parent_workspace_id)


class Originated:
    """Columns for a model whose rows have an `Origin`."""

    correlation_id: Mapped[UUID]
    begun_by: Mapped[UUID | None]
    begun_by_address: Mapped[str | None]
    begun_via: Mapped[str]
    causation_id: Mapped[UUID | None]
    parent_workspace_id: Mapped[UUID | None]
    traceparent: Mapped[str | None]

    @declared_attr
    def origin(cls) -> Composite[Origin]:  # noqa: N805
        return composite(Origin, *Origin.__slots__)
