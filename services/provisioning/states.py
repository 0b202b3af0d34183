"""The lives of orders, services and operations, on one page. A move that is not here is refused and changes nothing."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from shared.errors import PRESENT_STATE, Conflict


class OrderState(StrEnum):
    placed = "placed"
    provisioning = "provisioning"
    fulfilled = "fulfilled"
    failed = "failed"


class ServiceState(StrEnum):
    requested = "requested"
    provisioning = "provisioning"
    active = "active"
    failed = "failed"


class OperationState(StrEnum):
    queued = "queued"
    running = "running"
    succeeded = "succeeded"
    failed = "failed"


class StepState(StrEnum):
    waiting = "waiting"
    running = "running"
    done = "done"
    failed = "failed"


MOVES: Mapping[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]] = {
    OrderState: {
        OrderState.placed: frozenset({OrderState.provisioning}),
        OrderState.provisioning: frozenset({OrderState.fulfilled, OrderState.failed}),
        OrderState.failed: frozenset({OrderState.provisioning}),
    },
    ServiceState: {
        ServiceState.requested: frozenset({ServiceState.provisioning}),
        ServiceState.provisioning: frozenset({ServiceState.active, ServiceState.failed}),
        ServiceState.failed: frozenset({ServiceState.provisioning}),
    },
    OperationState: {
        OperationState.queued: frozenset({OperationState.running}),
        OperationState.running: frozenset({OperationState.succeeded, OperationState.failed}),
    },
}


class IllegalMove(Conflict):
    """What was asked for is not possible from the present state, which ``state`` names."""

    title = "Not possible in this state"
    members = PRESENT_STATE


class Living(Protocol):
    """A row that has a state, and a version that grows with each change of it."""

    state: str
    version: int


def move(thing: Living, to: StrEnum) -> None:
    """Bring ``thing`` into the state ``to``, or refuse."""
    if to not in MOVES[type(to)].get(type(to)(thing.state), frozenset()):
        noun = type(to).__name__.removesuffix("State").lower()
        raise IllegalMove(f"The {noun} is {thing.state} and cannot become {to} from there.", state=thing.state)
    thing.state = to
    thing.version += 1
