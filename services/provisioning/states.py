"""The state machines of orders, services and operations. Any other move raises `IllegalMove` and changes nothing."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from shared.errors import PRESENT_STATE, Conflict


class OrderKind(StrEnum):
    new = "new"
    change = "change"
    cancel = "cancel"
    renew = "renew"


class OrderState(StrEnum):
    awaiting_approval = "awaiting_approval"
    placed = "placed"
    provisioning = "provisioning"
    fulfilled = "fulfilled"
    failed = "failed"
    awaiting_acknowledgement = "awaiting_acknowledgement"
    """The provider has to confirm that it can be provisioned."""
    refused = "refused"
    """Not approved."""
    returned = "returned"
    """Not acknowledged."""
    withdrawn = "withdrawn"
    """By its customer, before anybody decided."""
    scheduled = "scheduled"
    """It cancels a service, on a day to come."""
    undone = "undone"
    """It would have cancelled a service, and was taken back before the day."""
    cancelled = "cancelled"
    """It failed, and something else was ordered instead; or it was to come along with what never came."""


class ServiceState(StrEnum):
    requested = "requested"
    provisioning = "provisioning"
    active = "active"
    failed = "failed"
    """It was never provisioned."""
    changing = "changing"
    suspended = "suspended"
    deleting = "deleting"
    deleted = "deleted"


class OperationState(StrEnum):
    queued = "queued"
    running = "running"
    succeeded = "succeeded"
    failed = "failed"
    cancelled = "cancelled"


class StepState(StrEnum):
    waiting = "waiting"
    running = "running"
    done = "done"
    failed = "failed"
    undone = "undone"
    """It was done, and then taken back, because the operation did not succeed."""


MOVES: Mapping[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]] = {
    OrderState: {
        OrderState.awaiting_approval: frozenset({OrderState.placed, OrderState.refused, OrderState.withdrawn}),
        OrderState.placed: frozenset(
            {
                OrderState.provisioning,
                OrderState.scheduled,
                OrderState.cancelled,
                OrderState.awaiting_acknowledgement,
                # A renewal, which needs no work: billing answers it.
                OrderState.fulfilled,
                OrderState.failed,
            }
        ),
        OrderState.awaiting_acknowledgement: frozenset({OrderState.placed, OrderState.returned, OrderState.withdrawn}),
        OrderState.scheduled: frozenset({OrderState.placed, OrderState.undone}),
        OrderState.provisioning: frozenset({OrderState.fulfilled, OrderState.failed}),
        OrderState.failed: frozenset({OrderState.provisioning, OrderState.cancelled}),
    },
    ServiceState: {
        ServiceState.requested: frozenset({ServiceState.provisioning, ServiceState.deleted}),
        ServiceState.provisioning: frozenset({ServiceState.active, ServiceState.failed}),
        ServiceState.failed: frozenset({ServiceState.provisioning, ServiceState.deleting}),
        ServiceState.active: frozenset({ServiceState.changing, ServiceState.suspended, ServiceState.deleting}),
        ServiceState.changing: frozenset({ServiceState.active}),
        ServiceState.suspended: frozenset({ServiceState.active, ServiceState.deleting}),
        ServiceState.deleting: frozenset({ServiceState.deleted}),
    },
    OperationState: {
        OperationState.queued: frozenset({OperationState.running, OperationState.cancelled}),
        OperationState.running: frozenset({OperationState.succeeded, OperationState.failed, OperationState.cancelled}),
    },
}


class IllegalMove(Conflict):
    """The current state, given in ``state``, does not allow this."""

    title = "Not possible in this state"
    members = PRESENT_STATE


class Stateful(Protocol):
    """A row with a state, and a version that increases with every change of the state."""

    state: str
    version: int


def move(row: Stateful, to: StrEnum) -> None:
    """Change the state of ``row``. Raises `IllegalMove`."""
    if to not in MOVES[type(to)].get(type(to)(row.state), frozenset()):
        noun = type(to).__name__.removesuffix("State").lower()
        raise IllegalMove(f"The {noun} is {row.state} and cannot become {to} from there.", state=row.state)
    row.state = to
    row.version += 1
