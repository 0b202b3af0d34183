"""The port to the infrastructure: what a driver implements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol
from uuid import UUID

from pydantic import BaseModel

from services.provisioning.drivers.texts import NOTHING, Code, Text
from services.provisioning.verbs import Verb
from shared.db import Sessions


@dataclass(frozen=True, slots=True)
class Task:
    """What a driver is asked to do. ``key`` is an idempotency key: the same in every call for one piece of work, also
    after a crash or a retry. A driver passes it to the infrastructure or stores it."""

    key: str
    verb: Verb
    service_id: UUID
    kind: str
    quantity: int
    configuration: dict[str, Any]
    """With ``quantity``, what the service has when the work is done."""
    options: dict[str, Any]
    former_configuration: dict[str, Any] = field(default_factory=dict)
    """Of a change, with ``former_quantity``: what it has before, and again if the change is undone."""
    former_quantity: int = 0


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that the infrastructure has, as `Driver.resources` tells."""

    key: str
    """What the infrastructure calls it."""
    service_id: UUID
    """The service that it was made for."""
    is_suspended: bool
    configuration: dict[str, Any]
    quantity: int


@dataclass(frozen=True, slots=True)
class Done:
    """The step is finished. ``output`` is what it has read, in the infrastructure's own words."""

    message: Text = NOTHING
    output: str = ""


@dataclass(frozen=True, slots=True)
class Working:
    """The step is in progress. Call again after ``again_in`` of real time."""

    again_in: timedelta
    message: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Failed:
    """The step failed permanently: automatic retries will not help."""

    reason: Text


StepOutcome = Done | Working | Failed


class Driver(Protocol):
    """Provisions services step by step. Every call is short: long work returns `Working` and is polled, so that its
    state is in the database and not in a process.

    A driver that raises, for instance because the infrastructure does not answer, is retried. ``sessions`` is for
    drivers that must store keys themselves.
    """

    options: ClassVar[type[BaseModel]]
    """The model of a product's driver options, validated when the product is published."""
    titles: ClassVar[type[Code]]
    """Of its steps, by their keys."""
    messages: ClassVar[type[Code]]
    """What it says of a step that is done or in progress."""
    failures: ClassVar[type[Code]]
    """Why a step of it fails."""
    undo_failures: ClassVar[type[Code]]
    """Why a step of it cannot be taken back."""

    def __init__(self, sessions: Sessions) -> None: ...

    @staticmethod
    def verbs(kind: str) -> frozenset[Verb]:
        """What it can do with services of a kind besides creating them."""
        ...

    @staticmethod
    def steps(task: Task) -> Sequence[Text]:
        """The titles of the task's steps, the same in every call."""
        ...

    async def run_step(self, task: Task, n: int, now: datetime) -> StepOutcome:
        """Start or continue step ``n`` (from 1). Must be idempotent: after a crash it is called again with the same
        key. ``now`` is real time."""
        ...

    async def undo_step(self, task: Task, n: int, now: datetime) -> StepOutcome:
        """Take back step ``n``, which is done, because a later one failed or the work was cancelled. Must be
        idempotent. Not called for what only reads, nor for creating and deleting."""
        ...

    async def resources(self, after: tuple[UUID, str] | None, limit: int) -> Sequence[Resource]:
        """What the infrastructure has, by service and key, after that of ``after``. Read by `portico provisioning
        reconcile`, which compares it with the services."""
        ...
