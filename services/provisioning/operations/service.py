"""Operations: begun, run step by step by workers, ended by success or failure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.db import among
from services.provisioning.drivers.port import Done, Failed, StepOutcome, Working
from services.provisioning.drivers.texts import Text
from services.provisioning.operations.models import Operation, OperationStep
from services.provisioning.operations.texts import Failure, Message
from services.provisioning.states import OperationState, StepState, move
from shared.leases import Claim, GivenUp, Retry, claim
from shared.waking import wake

RETRY = Retry(tries=6, pauses=tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600)))
"""For consecutive calls of a step without an answer, whether the driver raises or the worker dies."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The driver raised or timed out. The result is unknown, so the step is called again."""


@dataclass(frozen=True, slots=True)
class Calls:
    """What the driver answered to the calls of one lease: for the operation's step, and for each further one that was
    called because the one before it was done at once."""

    outcomes: Sequence[StepOutcome | Unanswered]
    sealed: bytes | None = None
    """The credentials that the last of them handed over, encrypted: these outcomes have none."""


def calls_of(outcome: Calls | GivenUp) -> Sequence[StepOutcome | Unanswered | GivenUp]:
    """The answers of a lease; of a row that was given up, that."""
    return [outcome] if isinstance(outcome, GivenUp) else outcome.outcomes


async def begin_operation(
    session: AsyncSession, operation: Operation, titles: Sequence[Text], *, finished: Sequence[OperationStep] = ()
) -> None:
    """Queue an operation, and wake the workers. Steps ``finished`` in an earlier attempt stay done; it continues after
    them."""
    session.add(operation)
    await session.flush()
    for n, title in enumerate(titles, start=1):
        step = OperationStep(
            operation_id=operation.id, n=n, workspace_id=operation.workspace_id, title=title.english, key=title.code,
        )  # fmt: skip
        if n <= len(finished):
            earlier = finished[n - 1]
            step.state, step.at = earlier.state, earlier.at
            _say(step, Text(earlier.detail, earlier.detail_code, earlier.detail_values))
        session.add(step)
    await session.flush()
    await wake(session, Operation.__tablename__)


async def claim_operations(
    session: AsyncSession, *, now: datetime, lease: timedelta, limit: int
) -> list[Claim[Operation]]:
    """Claim the operations whose next step is due. ``now`` is real time."""
    began = Operation.state == OperationState.queued
    running = {
        "state": case((began, OperationState.running), else_=Operation.state),
        "version": Operation.version + case((began, 1), else_=0),
    }
    return await claim(session, Operation, RETRY, now=now, lease=lease, limit=limit, **running)


def record_outcome(
    operation: Operation, step: OperationStep, outcome: StepOutcome | Unanswered | GivenUp, *, now: datetime,
    real_now: datetime,
) -> bool:  # fmt: skip
    """Record the outcome of a driver call for the operation's step. Returns True when the step's state or detail
    changed."""
    before = step.state, step.detail
    outcome = answer_of(operation, outcome, real_now)
    match outcome:
        case Working(again_in, message):
            step.state, said = StepState.running, message
            operation.due_at = real_now + again_in
        case Done(message):
            step.state, said = StepState.done, message
            _advance(operation, real_now)
        case Failed(reason):
            step.state, said = StepState.failed, reason
            end(operation, OperationState.failed, real_now)
    say(operation, step, said)
    changed = before != (step.state, step.detail)
    step.at = now if changed else step.at
    return changed


def answer_of(
    operation: Operation, outcome: StepOutcome | Unanswered | GivenUp, real_now: datetime
) -> StepOutcome:  # fmt: skip
    """What a call means, after the calls before it had no answer either."""
    match outcome:
        case Unanswered():
            return _call_again(operation, real_now)
        case GivenUp():
            return Failed(Failure.begun_too_often.text())
        case _:
            operation.tries = 0
            return outcome


def say(operation: Operation, step: OperationStep, text: Text) -> None:
    """What is said of a step is said of its operation, too."""
    _say(step, text)
    operation.message, operation.message_code, operation.message_values = text.english, text.code, dict(text.values)


def _say(step: OperationStep, text: Text) -> None:
    step.detail, step.detail_code, step.detail_values = text.english, text.code, dict(text.values)


def _call_again(operation: Operation, now: datetime) -> StepOutcome:
    due_at = RETRY.next_try(operation, now)
    if due_at is None:
        return Failed(Failure.unanswered.text())
    return Working(due_at - now, Message.trying_again.text())


def _advance(operation: Operation, now: datetime) -> None:
    if operation.step == operation.steps:
        end(operation, OperationState.succeeded, now)
    else:
        operation.step += 1
        operation.due_at = now


def end(operation: Operation, state: OperationState, real_now: datetime) -> None:
    """Nothing more is to do."""
    move(operation, state)
    operation.due_at, operation.ended_at = None, real_now


async def list_steps(session: AsyncSession, operation_id: UUID) -> Sequence[OperationStep]:
    steps = select(OperationStep).where(OperationStep.operation_id == operation_id).order_by(OperationStep.n)
    return (await session.scalars(steps)).all()


async def steps_of_all(session: AsyncSession, operation_ids: Collection[UUID]) -> dict[tuple[UUID, int], OperationStep]:
    """The steps of several operations, by operation and number."""
    steps = await session.scalars(select(OperationStep).where(among(OperationStep.operation_id, operation_ids)))
    return {(step.operation_id, step.n): step for step in steps}


async def find_latest_operation(session: AsyncSession, order_id: UUID) -> Operation | None:
    """The order's newest operation; None before anything is done."""
    latest = select(Operation).where(Operation.order_id == order_id).order_by(Operation.started_at.desc()).limit(1)
    return await session.scalar(latest)


async def get_latest_operation(session: AsyncSession, order_id: UUID) -> Operation:
    """The newest operation of an order that was begun."""
    found = await find_latest_operation(session, order_id)
    assert found is not None, "an order that was begun has an operation"
    return found
