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


MOST_CREDENTIALS = 8
"""That one reset hands over."""
LONGEST_CREDENTIAL = 4_000
"""Characters of a value: a private key fits."""


@dataclass(frozen=True, slots=True)
class Credential:
    """One value that opens a service, such as a password, and what it is called. Its repr does not show the value.

    Raises `ValueError`, which does not show it either, for a value that is empty or too long."""

    name: Text
    value: str = field(repr=False)

    def __post_init__(self) -> None:
        if not 0 < len(self.value) <= LONGEST_CREDENTIAL:
            raise ValueError(f"{self.name.english}: a credential has 1 to {LONGEST_CREDENTIAL} characters.")


@dataclass(frozen=True, slots=True)
class Done:
    """The step is finished. ``output`` is what it has read, in the infrastructure's own words.

    ``credentials`` are those that `Verb.reset_credentials` has made. One step of it hands them over, the same ones in
    each call. It is recorded before the next step is called, so that a driver may forget them there."""

    message: Text = NOTHING
    output: str = ""
    credentials: tuple[Credential, ...] = ()

    def __post_init__(self) -> None:
        if len(self.credentials) > MOST_CREDENTIALS:
            raise ValueError(f"At most {MOST_CREDENTIALS} credentials can be handed over.")


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
    credential_names: ClassVar[type[Code]]
    """Of what it hands over when credentials are reset."""
    by_hand: ClassVar[bool]
    """Whether people do the work: orders say then for when it is wanted, services can be moved to another location, and
    no infrastructure tells what there is."""

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
        idempotent. Not called for what only reads, nor for creating, deleting and resetting credentials."""
        ...

    async def resources(self, after: tuple[UUID, str] | None, limit: int) -> Sequence[Resource]:
        """What the infrastructure has, by service and key, after that of ``after``. Read by `portico provisioning
        reconcile`, which compares it with the services."""
        ...
