"""The life of an operation: begun with an order, claimed step by step by workers, ended by success or failure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.drivers.port import Done, Failed, Outcome, Working
from services.provisioning.operations.models import LIVE, Operation, OperationStep
from services.provisioning.states import OperationState, StepState, move
from shared.db import set_scope

BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600))
"""How long to wait after the first, second, ... call in a row that brought no answer. After the last: failed."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The driver raised or took too long: nobody knows what was done, so the step is called again."""


async def begin_operation(
    session: AsyncSession, operation: Operation, titles: Sequence[str], *, finished: Sequence[OperationStep] = ()
) -> None:
    """Queue the work. Steps ``finished`` in an earlier attempt stay done; it goes on behind them."""
    session.add(operation)
    await session.flush()
    for n, title in enumerate(titles, start=1):
        step = OperationStep(operation_id=operation.id, n=n, workspace_id=operation.workspace_id, title=title)
        if n <= len(finished):
            earlier = finished[n - 1]
            step.state, step.detail, step.at = earlier.state, earlier.detail, earlier.at
        session.add(step)
    await session.flush()


async def lease_due_operation(session: AsyncSession, *, now: datetime, lease: timedelta) -> Operation | None:
    """Take the operation that has been due longest, for as long as ``lease``, and enter its workspace; None when none
    is due. Any number of workers may ask at once; one whose worker died is due again when its lease is over."""
    free = or_(Operation.leased_until.is_(None), Operation.leased_until <= now)
    due = select(Operation).where(text(LIVE), Operation.due_at <= now, free).order_by(Operation.due_at).limit(1)
    operation = (await session.scalars(due.with_for_update(skip_locked=True))).one_or_none()
    if operation is None:
        return None
    await set_scope(session, workspace_id=operation.workspace_id)
    if operation.lease_id is not None:  # whoever had it never said what came of it
        operation.unanswered += 1
    operation.lease_id, operation.leased_until = uuid4(), now + lease
    if operation.state == OperationState.queued:
        move(operation, OperationState.running)
    return operation


async def get_leased(session: AsyncSession, operation_id: UUID, lease_id: UUID) -> Operation | None:
    """The operation, locked, if the lease is still the one given: a worker that was too slow gets None."""
    same = select(Operation).where(Operation.id == operation_id, Operation.lease_id == lease_id)
    return (await session.scalars(same.with_for_update())).one_or_none()


async def record_outcome(
    session: AsyncSession, operation: Operation, outcome: Outcome | Unanswered, *, now: datetime
) -> bool:
    """Write down what came of a call of the driver, and give the lease back. True when a page would show a change."""
    step = await session.get_one(OperationStep, (operation.id, operation.step))
    before = step.state, step.detail
    operation.lease_id = operation.leased_until = None
    if isinstance(outcome, Unanswered):
        outcome = _call_again(operation)
    else:
        operation.unanswered = 0
    match outcome:
        case Working(again_in, message):
            step.state, step.detail = StepState.running, message
            operation.due_at = now + again_in
        case Done(message):
            step.state, step.detail = StepState.done, message
            _go_on(operation, now)
        case Failed(reason):
            step.state, step.detail = StepState.failed, reason
            move(operation, OperationState.failed)
    operation.message = step.detail
    changed = before != (step.state, step.detail)
    step.at = now if changed else step.at
    await session.flush()
    return changed


def has_given_up(operation: Operation) -> bool:
    """Whether the present step was called in vain as often as it may be."""
    return operation.unanswered > len(BACKOFF)


def _call_again(operation: Operation) -> Outcome:
    operation.unanswered += 1
    if has_given_up(operation):
        return Failed("The infrastructure does not answer.")
    return Working(BACKOFF[operation.unanswered - 1], "No answer yet; trying again")


def _go_on(operation: Operation, now: datetime) -> None:
    if operation.step == operation.steps:
        move(operation, OperationState.succeeded)
    else:
        operation.step += 1
        operation.due_at = now


async def list_steps(session: AsyncSession, operation_id: UUID) -> Sequence[OperationStep]:
    steps = select(OperationStep).where(OperationStep.operation_id == operation_id).order_by(OperationStep.n)
    return (await session.scalars(steps)).all()


async def get_latest_operation(session: AsyncSession, order_id: UUID) -> Operation:
    """The order's present attempt, or its last one."""
    latest = select(Operation).where(Operation.order_id == order_id).order_by(Operation.started_at.desc()).limit(1)
    return (await session.scalars(latest)).one()
