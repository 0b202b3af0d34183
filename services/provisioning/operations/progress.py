"""The progress of operations on services that there are. What one has done is undone if it does not succeed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.db import among
from services.provisioning.drivers.port import Done, Failed, StepOutcome, Working
from services.provisioning.operations.batches import Result
from services.provisioning.operations.models import LONGEST_OUTPUT, Operation, OperationStep
from services.provisioning.operations.service import (
    Calls,
    Unanswered,
    answer_of,
    calls_of,
    end,
    record_outcome,
    say,
    steps_of_all,
)
from services.provisioning.operations.telling import LIVE, told_of
from services.provisioning.services.models import Service
from services.provisioning.states import OperationState, StepState
from services.provisioning.verbs import NOT_UNDONE, TROUBLESHOOTING
from shared.events import Event
from shared.leases import GivenUp
from shared.outbox import Cause, emit_all

Steps = Mapping[tuple[UUID, int], OperationStep]


@dataclass(frozen=True, slots=True)
class Ended:
    """An operation that changes what a service is, and has come to its end."""

    operation: Operation
    service: Service
    """Locked."""
    now: datetime
    """Business time."""
    real_now: datetime


Conclude = Callable[[AsyncSession, Ended], Awaitable[Sequence[Event]]]
"""What an end means for the service and its order. Returns what is told of it."""


async def progress_operations(
    session: AsyncSession, results: Sequence[Result[Operation, Calls]], conclude: Conclude, *, real_now: datetime
) -> None:
    """Record the outcomes of driver calls in operations of one workspace, and tell of them."""
    with session.no_autoflush:
        steps = await steps_of_all(session, [result.row.id for result in results])
        found = select(Service).where(among(Service.id, [result.row.service_id for result in results]))
        locked = found.order_by(Service.id).with_for_update().execution_options(populate_existing=True)
        services = {service.id: service for service in await session.scalars(locked)}
        for result in results:
            for n, outcome in enumerate(calls_of(result.outcome)):
                result.row.tries += n > 0  # the claim has counted the first call
                if result.row.state in LIVE and not (n and result.row.undoing):  # what came after is not wanted
                    _progress(result.row, steps, outcome, result.cause.now, real_now)
            result.row.version += 1
    await session.flush()
    told: list[tuple[Cause, Event]] = []
    for each in results:
        operation, service = each.row, services[each.row.service_id]
        if operation.state in LIVE or operation.verb in TROUBLESHOOTING:
            told.append((each.cause, told_of(operation, service)))
        else:
            ended = Ended(operation, service, each.cause.now, real_now)
            told += [(each.cause, event) for event in await conclude(session, ended)]
    await session.flush()
    await emit_all(session, told)


def _progress(
    operation: Operation, steps: Steps, outcome: StepOutcome | Unanswered | GivenUp, now: datetime, real_now: datetime
) -> None:
    step = steps[operation.id, operation.step]
    answer = answer_of(operation, outcome, real_now)
    if operation.undoing:
        _undo(operation, steps, answer, now, real_now)
    elif isinstance(answer, Failed):
        step.state, step.at = StepState.failed, now
        say(operation, step, answer.reason)
        _turn_back(operation, steps, real_now)
    else:
        record_outcome(operation, step, outcome, now=now, real_now=real_now)
        if isinstance(answer, Done):
            operation.output = ((operation.output or "") + answer.output)[:LONGEST_OUTPUT] or None
            if operation.cancelled_by and operation.state in LIVE:
                _turn_back(operation, steps, real_now)


def _turn_back(operation: Operation, steps: Steps, real_now: datetime) -> None:
    """Begin to undo what is done, the last step first; end where there is nothing to undo."""
    done = [n for n in range(1, operation.steps + 1) if steps[operation.id, n].state == StepState.done]
    if operation.verb in NOT_UNDONE or not done:
        _end_without_success(operation, steps, real_now)
        return
    operation.undoing, operation.step, operation.tries = True, done[-1], 0
    operation.due_at = real_now


def _undo(operation: Operation, steps: Steps, answer: StepOutcome, now: datetime, real_now: datetime) -> None:
    """What is said of the operation stays why it did not succeed, unless what it has done cannot be undone."""
    step = steps[operation.id, operation.step]
    match answer:
        case Working(again_in, _):
            operation.due_at = real_now + again_in
        case Done(message):
            step.state, step.at = StepState.undone, now
            step.detail, step.detail_code, step.detail_values = message.english, message.code, dict(message.values)
            _turn_back(operation, steps, real_now)
        case Failed(reason):
            step.state, step.at = StepState.failed, now
            say(operation, step, reason)
            end(operation, OperationState.failed, real_now)


def _end_without_success(operation: Operation, steps: Steps, real_now: datetime) -> None:
    failed = any(steps[operation.id, n].state == StepState.failed for n in range(1, operation.steps + 1))
    end(operation, OperationState.failed if failed else OperationState.cancelled, real_now)
