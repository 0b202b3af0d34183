"""A driver without infrastructure, for demos and tests: delays, progress and failures on demand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import BaseModel, Field
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.drivers.models import SimulatedStep
from services.provisioning.drivers.port import Done, Failed, Outcome, Task, Working
from shared.db import Sessions
from shared.schemas import Body, Name

STEPS = {
    "node": ("Reserve capacity", "Install the system", "Connect the network", "Check and hand over"),
    "port": ("Reserve capacity", "Patch the cross-connect", "Configure the port", "Test the line and hand over"),
    "virtual_circuit": ("Reserve bandwidth", "Configure both ends", "Test the circuit and hand over"),
    "cloud_connection": ("Reserve bandwidth", "Ask the cloud to accept", "Configure routing", "Test and hand over"),
}
OTHER_STEPS = ("Reserve", "Prepare", "Hand over")


class Options(Body):
    """What a product may ask of the simulator, to see what happens then."""

    step_seconds: float = Field(0.5, ge=0, le=86_400)
    """How long each step takes."""
    steps: list[Name] | None = Field(None, min_length=1, max_length=20)
    """Other steps than those of the product's kind."""
    fail_at_step: int | None = Field(None, ge=1)
    fail_times: int = Field(1, ge=0)
    """The step ``fail_at_step`` of a service fails so many times; a retry after that succeeds."""
    unreachable_at_step: int | None = Field(None, ge=1)
    unreachable_times: int = Field(1, ge=0)
    """At the step ``unreachable_at_step`` so many calls get no answer."""


class Unreachable(Exception):
    """The simulated infrastructure does not answer."""


class Simulator:
    """Pretends to make services. Its table stands for the infrastructure: it remembers what was made under which key,
    outlives every process, and so shows whether anything was ever made twice."""

    options: ClassVar[type[BaseModel]] = Options

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @staticmethod
    def steps(task: Task) -> Sequence[str]:
        return Options.model_validate(task.options).steps or STEPS.get(task.kind, OTHER_STEPS)

    async def run_step(self, task: Task, n: int, now: datetime) -> Outcome:
        options = Options.model_validate(task.options)
        async with self._sessions.begin() as session:
            step = await _open_step(session, task.key, n)
            outcome = _advance(step, options, now)
        if n == options.unreachable_at_step and step.calls <= options.unreachable_times:
            raise Unreachable(f"no answer to call {step.calls} for step {n}")
        return outcome


async def _open_step(session: AsyncSession, key: str, n: int) -> SimulatedStep:
    """The record of a step under a lock: two calls at once come one after the other."""
    first = insert(SimulatedStep).values(key=key, n=n)
    await session.execute(first.on_conflict_do_nothing())
    step = await session.get_one(SimulatedStep, (key, n), with_for_update=True)
    step.calls += 1
    return step


def _advance(step: SimulatedStep, options: Options, now: datetime) -> Outcome:
    if step.finished_at is not None:
        return Done("Done already")
    step.started_at = step.started_at or now
    ready_at = step.started_at + timedelta(seconds=options.step_seconds)
    if now < ready_at:
        return Working(again_in=ready_at - now, message="In progress")
    if step.n == options.fail_at_step and step.refusals < options.fail_times:
        step.refusals += 1
        step.started_at = None
        return Failed(f"The simulated infrastructure refused step {step.n}, as its options say.")
    step.finished_at = now
    return Done("Done")
