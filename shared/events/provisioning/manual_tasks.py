"""What the provider's staff do by hand for an order, and what they write down of assets."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.provisioning.base import ProvisioningEvent, ServiceKind


class ManualTaskEvent(ProvisioningEvent):
    """The members of events about a task. They belong to the customer's workspace."""

    subject_field: ClassVar[str] = "task_id"
    task_id: UUID
    """The task."""
    order_id: UUID
    """The order that it is for."""
    service_id: UUID
    """The service that is set up, changed or taken down."""
    bill_group_id: UUID | None
    """The bill group that pays for the service."""
    display_name: str
    """The service's name at that moment."""
    kind: ServiceKind
    """The kind of service."""
    verb: Literal["create", "change", "delete"]
    """What is to be done: set up or deliver, change or move, take down or collect."""
    wanted_on: date | None
    """For when its customer wants it. Null: as soon as possible."""
    ordered_by: UUID | None
    """The person who ordered it. Null: the clock did."""


class ManualTaskOpened(ManualTaskEvent):
    """Something is to be done by hand. Notifies the provider's staff."""

    subject_type: ClassVar[str] = "manual_task"


class ManualTaskPlanned(ManualTaskEvent):
    """The provider has planned when it is done. Notifies whoever ordered it."""

    subject_type: ClassVar[str] = "manual_task"
    planned_on: date
    """The day."""
    note: str
    """What the provider says with that; maybe nothing."""


class ManualTaskFinished(ManualTaskEvent):
    """It is done. The service's own event follows."""

    subject_type: ClassVar[str] = "manual_task"


class ManualTaskGivenUp(ManualTaskEvent):
    """The provider cannot do it: the order fails. What follows notifies whoever ordered it."""

    subject_type: ClassVar[str] = "manual_task"
    reason: str
    """Why, in the words of who gave it up."""


class AssetDescribed(ProvisioningEvent):
    """The provider's staff have written down what they know of an asset: how it stands as a whole."""

    subject_type: ClassVar[str] = "service"
    subject_field: ClassVar[str] = "service_id"
    service_id: UUID
    """The asset."""
    bill_group_id: UUID | None
    """The bill group that pays for it."""
    display_name: str
    """Its name at that moment."""
    serial_numbers: tuple[str, ...]
    """Its serial numbers, at most one per piece."""
    condition: Literal["new", "good", "worn", "damaged"] | None
    """In which condition it is; null: not said."""
    has_photo: bool
    """Whether there is a photo of it."""
