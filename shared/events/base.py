"""The envelope that every event shares."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, Literal
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field


class Via(StrEnum):
    """How the actor has access to the workspace."""  # (D11)

    own = "self"
    parent = "parent"
    on_behalf = "on_behalf"
    preview = "preview"
    system = "system"
    token = "token"  # noqa: S105 - an API token, not one


class Fact(BaseModel):
    """Plain data in an event. Unknown fields are ignored, so that a newer publisher can add fields.

    A validator is built when it is first used: every service imports the events of all, and uses few of them.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True, defer_build=True)


class Actor(Fact):
    """Who did it. The address is the one at that moment, for the record; do not send mail to it."""

    kind: Literal["user", "system"] = "system"
    """A person, or the system itself, as with timed work."""
    user_id: UUID | None = None
    """The person; nothing where the system acted by itself."""
    address: str | None = None
    """The person's e-mail address at that moment."""
    via: Via = Via.system
    """By which door the person came, for instance on behalf of a customer."""
    session_id: UUID | None = None
    """The browser session in which the person did it; nothing: it follows from what they did, or it is not known."""


class Subject(Fact):
    """What the event is about. ``version`` increases with every change, so that consumers can keep the newest state
    whatever the order of arrival."""

    type: str
    """What kind of thing it is, for instance ``invoice``."""
    id: UUID
    """Its id in the service that owns it."""
    version: int
    """Grows with each change of it: what comes with a lower number is older."""


class Envelope(Fact):
    """The fields of every event, including events of unknown types."""

    event_id: UUID = Field(default_factory=uuid4)
    """One per event, and the message's id: by it a second delivery is known."""
    name: str
    """What happened; also the routing key."""
    schema_version: int = 1
    """Of the event's own fields. A higher one only adds fields."""
    occurred_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    """When it happened, in business time."""
    workspace_id: UUID
    """The workspace that it concerns, and in whose log it is filed."""
    parent_workspace_id: UUID | None = None
    """The workspace above that one, where it is known."""
    actor: Actor = Actor()
    """Who did it."""
    correlation_id: UUID = Field(default_factory=uuid4)
    """The same for all that follows from one click."""
    causation_id: UUID | None = None
    """The event that this one follows from, if one does."""
    subject: Subject
    """What it is about, and how new that is."""


class Event(BaseModel):
    """Something that happened, named in the past tense. Immutable once published.

    A publisher sets the event's own fields, ``workspace_id`` and ``subject_version``; `shared.outbox.emit` adds actor,
    time and correlation from the transaction's cause. Subclasses set ``subject_type``, and ``subject_field``, the name
    of the field with the subject's id.
    """

    model_config = Fact.model_config

    publisher: ClassVar[str]
    name: ClassVar[str]
    version: ClassVar[int] = 1
    subject_type: ClassVar[str]
    subject_field: ClassVar[str]
    transient: ClassVar[bool] = False
    """For live pages only: not stored, not audited, and not required to have a consumer."""

    event_id: UUID = Field(default_factory=uuid4)
    schema_version: int = 1
    occurred_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    workspace_id: UUID
    parent_workspace_id: UUID | None = None
    actor: Actor = Actor()
    correlation_id: UUID = Field(default_factory=uuid4)
    causation_id: UUID | None = None
    subject_version: int = 1

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if getattr(cls, "publisher", "") and "subject_type" in vars(cls):
            cls.name = f"{cls.publisher}.{snake_case(cls.__name__)}"
            REGISTRY[cls.name] = cls

    @property
    def subject(self) -> Subject:
        return Subject(type=self.subject_type, id=getattr(self, self.subject_field), version=self.subject_version)

    def to_wire(self) -> dict[str, Any]:
        """The JSON object of the message: all fields, ``name`` and ``subject``."""
        body = self.model_dump(mode="json") | {"name": self.name, "schema_version": self.version}
        return body | {"subject": self.subject.model_dump(mode="json")}


REGISTRY: dict[str, type[Event]] = {}
"""All event classes by name."""


def snake_case(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
