"""A driver without infrastructure, for demos and tests, with configurable delays and failures."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.db import committing_each
from services.provisioning.drivers.models import SimulatedStep
from services.provisioning.drivers.port import Done, Failed, Resource, StepOutcome, Task, Working
from services.provisioning.drivers.simulated_credentials import CredentialName, renew
from services.provisioning.drivers.simulated_output import read
from services.provisioning.drivers.simulated_world import APPLIED_AT, MADE, apply, made, read_resources, take_back
from services.provisioning.drivers.texts import Code, Text
from services.provisioning.verbs import Verb
from shared.db import Sessions, run_sql
from shared.schemas import Body, Name


class Title(Code):
    reserve_capacity = "reserve_capacity", "Reserve capacity"
    install_system = "install_system", "Install the system"
    connect_network = "connect_network", "Connect the network"
    check_and_hand_over = "check_and_hand_over", "Check and hand over"
    patch_cross_connect = "patch_cross_connect", "Patch the cross-connect"
    configure_port = "configure_port", "Configure the port"
    test_line_and_hand_over = "test_line_and_hand_over", "Test the line and hand over"
    reserve_bandwidth = "reserve_bandwidth", "Reserve bandwidth"
    configure_both_ends = "configure_both_ends", "Configure both ends"
    test_circuit_and_hand_over = "test_circuit_and_hand_over", "Test the circuit and hand over"
    ask_cloud_to_accept = "ask_cloud_to_accept", "Ask the cloud to accept"
    configure_routing = "configure_routing", "Configure routing"
    test_and_hand_over = "test_and_hand_over", "Test and hand over"
    reserve = "reserve", "Reserve"
    prepare = "prepare", "Prepare"
    hand_over = "hand_over", "Hand over"
    check_capacity = "check_capacity", "Check the capacity"
    reconfigure = "reconfigure", "Reconfigure"
    block_access = "block_access", "Block access"
    unblock_access = "unblock_access", "Open access again"
    erase = "erase", "Erase what it holds"
    give_back_capacity = "give_back_capacity", "Give the capacity back"
    shut_down = "shut_down", "Shut down"
    start_up = "start_up", "Start up"
    check_answers = "check_answers", "Check that it answers"
    measure = "measure", "Measure"
    evaluate = "evaluate", "Evaluate"
    read_console = "read_console", "Read the console"
    make_credentials = "make_credentials", "Make new credentials"
    replace_credentials = "replace_credentials", "Replace the former ones"


class Message(Code):
    done = "done", "Done"
    done_already = "done_already", "Done already"
    in_progress = "in_progress", "In progress"
    taken_back = "taken_back", "Taken back"


class Failure(Code):
    refused = "simulator_refused", "The simulated infrastructure refused step %(step)s, as its options say."


class UndoFailure(Code):
    refused = "simulator_undo_refused", "The simulated infrastructure refused to take step %(step)s back."


STEPS = {
    "node": (Title.reserve_capacity, Title.install_system, Title.connect_network, Title.check_and_hand_over),
    "port": (
        Title.reserve_capacity, Title.patch_cross_connect, Title.configure_port, Title.test_line_and_hand_over,
    ),
    "virtual_circuit": (Title.reserve_bandwidth, Title.configure_both_ends, Title.test_circuit_and_hand_over),
    "cloud_connection": (
        Title.reserve_bandwidth, Title.ask_cloud_to_accept, Title.configure_routing, Title.test_and_hand_over,
    ),
}  # fmt: skip
OTHER_STEPS = (Title.reserve, Title.prepare, Title.hand_over)
STEPS_OF_VERBS = {
    Verb.change: (Title.check_capacity, Title.reconfigure, Title.check_answers),
    Verb.suspend: (Title.block_access, Title.shut_down),
    Verb.resume: (Title.start_up, Title.unblock_access, Title.check_answers),
    Verb.delete: (Title.shut_down, Title.erase, Title.give_back_capacity),
    Verb.restart: (Title.shut_down, Title.start_up, Title.check_answers),
    Verb.diagnose: (Title.measure, Title.evaluate),
    Verb.console_log: (Title.read_console,),
    Verb.reset_credentials: (Title.make_credentials, Title.replace_credentials),
}
NOT_AT_ONCE = {*APPLIED_AT, Verb.reset_credentials}
"""They change the infrastructure, with the step's row."""
AGREED = frozenset({Verb.change, Verb.suspend, Verb.resume, Verb.delete})
VERBS = {
    "node": AGREED | {Verb.restart, Verb.diagnose, Verb.console_log, Verb.reset_credentials},
    "port": AGREED | {Verb.restart, Verb.diagnose},
    "virtual_circuit": AGREED | {Verb.diagnose},
    "cloud_connection": AGREED | {Verb.diagnose},
    "cloud_subscription": AGREED | {Verb.reset_credentials},
}


class Options(Body):
    """The simulator's driver options."""

    step_seconds: float = Field(0.5, ge=0, le=86_400)
    """How long each step takes."""
    steps: list[Name] | None = Field(None, min_length=1, max_length=20)
    """Titles of the steps, for readers of every language. Defaults to those of the product's kind."""
    fails_in: Verb = Verb.create
    """To which work the following four apply."""
    fail_at_step: int | None = Field(None, ge=1)
    fail_times: int = Field(1, ge=0)
    """How often the step ``fail_at_step`` of one piece of work fails. Later retries succeed."""
    unreachable_at_step: int | None = Field(None, ge=1)
    unreachable_times: int = Field(1, ge=0)
    """How many calls of the step ``unreachable_at_step`` get no answer."""
    undo_fails: bool = False
    """Whether what was done cannot be taken back."""


class Unreachable(Exception):
    """The simulated infrastructure does not answer."""


class Simulator:
    """Simulates provisioning. Its table represents the infrastructure: it stores what was done under which key and so
    shows whether anything was done twice."""

    options: ClassVar[type[BaseModel]] = Options
    titles: ClassVar[type[Code]] = Title
    messages: ClassVar[type[Code]] = Message
    failures: ClassVar[type[Code]] = Failure
    undo_failures: ClassVar[type[Code]] = UndoFailure
    credential_names: ClassVar[type[Code]] = CredentialName
    by_hand: ClassVar[bool] = False

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @staticmethod
    def verbs(kind: str) -> frozenset[Verb]:
        return VERBS.get(kind, AGREED)

    @staticmethod
    def steps(task: Task) -> Sequence[Text]:
        if task.verb in STEPS_OF_VERBS:
            return [key.text() for key in STEPS_OF_VERBS[task.verb]]
        own = Options.model_validate(task.options).steps
        return [Text(title) for title in own] if own else [key.text() for key in STEPS.get(task.kind, OTHER_STEPS)]

    async def run_step(self, task: Task, n: int, now: datetime) -> StepOutcome:
        options = _options_of(task)
        takes_time = options.step_seconds or n in (options.fail_at_step, options.unreachable_at_step)
        if not takes_time and task.verb not in NOT_AT_ONCE and await self._finish_at_once(task, n, now):
            return Done(Message.done.text(), read(task, n))
        async with self._sessions.begin() as session:
            step = await _open_step(session, task.key, n)
            outcome = _advance(step, options, now)
            if isinstance(outcome, Done):
                await apply(session, task, n, len(self.steps(task)))
            if task.verb == Verb.reset_credentials:
                outcome = await renew(session, task, n, outcome, now)
        if isinstance(outcome, Done):
            outcome = replace(outcome, output=read(task, n))
        if n == options.unreachable_at_step and step.calls <= options.unreachable_times:
            raise Unreachable(f"no answer to call {step.calls} for step {n}")
        return outcome

    async def undo_step(self, task: Task, n: int, now: datetime) -> StepOutcome:
        if _options_of(task).undo_fails:
            return Failed(UndoFailure.refused.text(step=n))
        async with self._sessions.begin() as session:
            step = await _open_step(session, task.key, n)
            step.undone_at = step.undone_at or now
            await take_back(session, task, n)
        return Done(Message.taken_back.text())

    async def resources(self, after: tuple[UUID, str] | None, limit: int) -> Sequence[Resource]:
        return await read_resources(self._sessions, after, limit)

    async def _finish_at_once(self, task: Task, n: int, now: datetime) -> bool:
        """Start and finish a step that takes no time. False if it was begun before."""
        is_last = task.verb == Verb.create and n == len(self.steps(task))
        async with committing_each(self._sessions) as session:
            if is_last:
                return (await run_sql(session, _MAKE_AT_ONCE, task.key, n, now, *made(task))).first() is not None
            return (await run_sql(session, _FINISH_AT_ONCE, task.key, n, now)).first() is not None


def _options_of(task: Task) -> Options:
    """Without the failures of other work."""
    options = Options.model_validate(task.options)
    if options.fails_in == task.verb:
        return options
    return Options(step_seconds=options.step_seconds, steps=options.steps)


# Its commit does not wait for the disk: who records the step commits later, and so makes this one durable, too.
_FINISH_AT_ONCE = (
    "WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))"
    " INSERT INTO simulated_steps (key, n, calls, refusals, started_at, finished_at)"
    " SELECT $1, $2, 1, 0, $3, $3 FROM quick ON CONFLICT DO NOTHING RETURNING n"
)
_STEP = _FINISH_AT_ONCE.replace(" INSERT", ", step AS (INSERT", 1)
_MAKE_AT_ONCE = f"{_STEP}), made AS ({MADE.format(source='FROM step')}) SELECT n FROM step"  # noqa: S608 - constants
"""The last step of a creation, with what it makes."""


async def _open_step(session: AsyncSession, key: str, n: int) -> SimulatedStep:
    """The locked row of a step, which serialises concurrent calls."""
    first = insert(SimulatedStep).values(key=key, n=n)
    await session.execute(first.on_conflict_do_nothing())
    step = await session.get_one(SimulatedStep, (key, n), with_for_update=True)
    step.calls += 1
    return step


def _advance(step: SimulatedStep, options: Options, now: datetime) -> StepOutcome:
    if step.finished_at is not None:
        return Done(Message.done_already.text())
    step.started_at = step.started_at or now
    ready_at = step.started_at + timedelta(seconds=options.step_seconds)
    if now < ready_at:
        return Working(again_in=ready_at - now, message=Message.in_progress.text())
    if step.n == options.fail_at_step and step.refusals < options.fail_times:
        step.refusals += 1
        step.started_at = None
        return Failed(Failure.refused.text(step=step.n))
    step.finished_at = now
    return Done(Message.done.text())
