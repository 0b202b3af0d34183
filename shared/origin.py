"""Who caused deferred work, and by which event. Stored in rows, for the events and logs of that work."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Composite, Mapped, composite, declared_attr

from shared.events import Actor, Via
from shared.outbox import Cause
from shared.telemetry.tracing import current_traceparent


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of deferred work. Fields are named like the columns of `Originated`."""

    correlation_id: UUID
    begun_by: UUID | None = None
    begun_by_address: str | None = None
    """The address at that moment, for the record; do not send mail to it."""
    begun_via: str = Via.system
    """How they had access (D11). ``system`` for work that a handler started."""
    causation_id: UUID | None = None
    """The event that caused the work."""
    parent_workspace_id: UUID | None = None
    """The parent of the work's workspace."""
    traceparent: str | None = None
    """The trace context, if tracing is on."""

    @classmethod
    def of(cls, cause: Cause) -> "Origin":
        """The origin of work that a transaction defers."""
        who = cause.actor
        return cls(cause.correlation_id, who.user_id, who.address, who.via, cause.causation_id,
                   cause.parent_workspace_id, current_traceparent())  # fmt: skip

    def cause(self, now: datetime) -> Cause:
        """The cause of the deferred work: the actor is the system, with the person who started it. ``now`` is business
        time."""
        actor = Actor(user_id=self.begun_by, address=self.begun_by_address, via=Via(self.begun_via))
        return Cause(actor, now, self.correlation_id, self.causation_id, self.parent_workspace_id)

    def persons_cause(self, now: datetime) -> Cause:
        """The cause of what another company tells later of something that a person began there: the person, as they
        came then, because their click is what everything else follows from. The system, where nobody began it."""
        cause = self.cause(now)
        if cause.actor.user_id is None:
            return cause
        return replace(cause, actor=cause.actor.model_copy(update={"kind": "user"}))


class Originated:
    """Columns of a model whose rows have an `Origin`."""

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
