"""Work on services."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.provisioning.base import ProvisioningEvent

OperationVerb = Literal[
    "restart", "diagnose", "console_log", "change", "suspend", "resume", "delete", "reset_credentials"
]


class OperationEvent(ProvisioningEvent):
    """The members of events about work on a service after it was created."""

    subject_field: ClassVar[str] = "operation_id"
    operation_id: UUID
    """The operation."""
    service_id: UUID
    """The service."""
    bill_group_id: UUID | None = None
    """The bill group that pays for the service. Null means the workspace's default bill group."""
    display_name: str
    """The service's name at that moment."""
    verb: OperationVerb
    """What is done."""


class OperationStarted(OperationEvent):
    """Somebody began to restart, suspend, resume or diagnose a service, to read its console, or to reset its
    credentials."""  # (P21)

    subject_type: ClassVar[str] = "operation"


class OperationCancelled(OperationEvent):
    """Somebody stopped the work on a service. What was done is undone; `provisioning.operation_ended` says when."""

    subject_type: ClassVar[str] = "operation"


class OperationEnded(OperationEvent):
    """The work on a service ended. What was ordered, or suspends and resumes, has an event of its own if it
    succeeded."""

    subject_type: ClassVar[str] = "operation"
    outcome: Literal["succeeded", "failed", "cancelled"]
    """How. What a failed or cancelled one had done is undone."""
    reason: str | None = None
    """Why it failed, in English, as the driver put it."""
    reason_code: str | None = None
    """Names the reason, for words in other languages. Null if `reason` is all that is known."""
    reason_values: dict[str, int | str] = Field(default_factory=dict)
    """What the words of `reason_code` need, by name, such as the step."""


class CredentialsShown(OperationEvent):
    """Who had reset the credentials of a service was shown the new ones. They are shown once, and are in no event."""

    subject_type: ClassVar[str] = "operation"


class OperationProgressed(OperationEvent):
    """A step of an operation changed. Transient, for open pages."""

    transient: ClassVar[bool] = True
    subject_type: ClassVar[str] = "operation"
    step: int
    """The step that it is at, from 1 on."""
    steps: int
    """How many steps there are."""
