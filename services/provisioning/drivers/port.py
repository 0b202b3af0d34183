"""The port between provisioning and the infrastructure that makes services: what a driver has to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel

from shared.db import Sessions


@dataclass(frozen=True, slots=True)
class Task:
    """What a driver is asked to make. ``key`` is the same in every call for one service, also after a crash, a
    failure or a retry: a driver hands it to the infrastructure, or remembers it, so that nothing is made twice."""

    key: str
    kind: str
    quantity: int
    configuration: dict[str, Any]
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """The step is finished."""

    message: str = ""


@dataclass(frozen=True, slots=True)
class Working:
    """The step is under way; ask again after ``again_in`` of real time."""

    again_in: timedelta
    message: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """The step cannot be done, and asking again by itself will not help."""

    reason: str


Outcome = Done | Working | Failed


class Driver(Protocol):
    """Makes services step by step. Every call is short: long work answers `Working` and is asked about again, so that
    what is under way lives in the database and not in a process that may die.

    A driver that raises (the infrastructure did not answer) is called again a little later. ``sessions`` is for the
    notes of a driver whose infrastructure does not remember keys by itself.
    """

    options: ClassVar[type[BaseModel]]
    """What a product may tell the driver; checked when the product is published."""

    def __init__(self, sessions: Sessions) -> None: ...

    @staticmethod
    def steps(task: Task) -> Sequence[str]:
        """The titles of the steps that this task takes, the same at every call."""
        ...

    async def run_step(self, task: Task, n: int, now: datetime) -> Outcome:
        """Do step ``n`` (from 1), or go on with it. Called again with the same key after any crash: idempotent.
        ``now`` is real time."""
        ...
