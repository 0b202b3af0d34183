"""A driver without infrastructure, for demos and tests, with configurable delays and failures."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import BaseModel, Field
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.drivers.models import SimulatedStep
from services.provisioning.drivers.port import Done, Failed, StepOutcome, Task, Working
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
    """The simulator's driver options."""

    step_seconds: float = Field(0.5, ge=0, le=86_400)
    """How long each step takes."""
    steps: list[Name] | None = Field(None, min_length=1, max_length=20)
    """Titles of the steps. Defaults to those of the product's kind."""
    fail_at_step: int | None = Field(None, ge=1)
    fail_times: int = Field(1, ge=0)
    """How often the step ``fail_at_step`` of a service fails. Later retries succeed."""
    unreachable_at_step: int | None = Field(None, ge=1)
    unreachable_times: int = Field(1, ge=0)
    """How many calls of the step ``unreachable_at_step`` get no answer."""


class Unreachable(Exception):
    """The simulated infrastructure does not answer."""


class Simulator:
    """Simulates provisioning. Its table represents the infrastructure: it stores what was done under which key and so
    shows whether anything was done twice."""

    options: ClassVar[type[BaseModel]] = Options

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @staticmethod
    def steps(task: Task) -> Sequence[str]:
        return Options.model_validate(task.options).steps or STEPS.get(task.kind, OTHER_STEPS)

    async def run_step(self, task: Task, n: int, now: datetime) -> StepOutcome:
        options = Options.model_validate(task.options)
        async with self._sessions.begin() as session:
            step = await _open_step(session, task.key, n)
            outcome = _advance(step, options, now)
        if n == options.unreachable_at_step and step.calls <= options.unreachable_times:
            raise Unreachable(f"no answer to call {step.calls} for step {n}")
        return outcome


async def _open_step(session: AsyncSession, key: str, n: int) -> SimulatedStep:
    """The locked row of a step, which serialises concurrent calls."""
    first = insert(SimulatedStep).values(key=key, n=n)
    await session.execute(first.on_conflict_do_nothing())
    step = await session.get_one(SimulatedStep, (key, n), with_for_update=True)
    step.calls += 1
    return step


def _advance(step: SimulatedStep, options: Options, now: datetime) -> StepOutcome:
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
