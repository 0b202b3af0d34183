"""Services: what changes about them, and how many there are."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.provisioning.base import ProvisioningEvent, ServiceKind

Suspension = Literal["customer", "pause", "overdue", "whole"]
EndReason = Literal[
    "not_needed", "too_expensive", "not_as_expected", "moving_elsewhere", "other", "expired", "account_closed"
]


class ServiceStateEvent(ProvisioningEvent):
    """The members of events after which a service is agreed to be otherwise, or works otherwise. Each says how it
    stands as a whole, so that the newest alone counts, in whatever order they arrive."""

    subject_field: ClassVar[str] = "service_id"
    service_id: UUID
    """The service."""
    bill_group_id: UUID | None = None
    """The bill group that pays. Null means the workspace's default bill group."""
    display_name: str
    """The service's name at that moment."""
    kind: ServiceKind
    """The kind of service."""
    product_id: UUID
    """The product that it is of."""
    product_name: str
    """The product's name at that moment."""
    state: Literal["active", "changing", "suspended", "deleting", "deleted", "failed"]
    """Its state now. From ``deleting`` on, nothing more is provided."""
    plan_version_id: UUID
    """The plan version that it is paid by now, which is immutable."""
    quantity: int
    """How many of it there are now."""
    numbers: dict[str, int] | None = None
    """The whole numbers of its configuration now, by field, which a plan may charge for. Null in events that are older
    than this field."""
    suspended_for: tuple[Suspension, ...] = ()
    """Why it is to be suspended: by the wish of its ``customer``, as a ``pause`` of its contract, or because what is
    ``overdue`` was not paid, or because the ``whole`` is suspended that it is part of. Empty: it is not."""
    ends_with_period: bool = False
    """Whether it is cancelled for the end of the period that billing names."""
    part_of: UUID | None = None
    """The service that it is part of, with which it ends. Null: it stands alone."""
    was_provisioned: bool = True
    """Whether it was ever there. Nothing is billed of one that was not."""


class ServiceChangeOrdered(ServiceStateEvent):
    """A change of a service was ordered, or approved. The service is as before until `ServiceChanged`."""  # (K8, D2)

    subject_type: ClassVar[str] = "service"
    order_id: UUID
    """The order."""
    wanted_plan_version_id: UUID
    """The plan version that it shall be paid by."""
    wanted_quantity: int
    """How many of it there shall be."""
    changed: tuple[str, ...] = ()
    """The fields of its configuration that shall be otherwise."""
    asked_by: UUID | None = None
    """The person who had asked for it, which `actor` approved. Null if it needed no approval."""


class ServiceChanged(ServiceStateEvent):
    """A service was changed as ordered. It is paid at its plan version and quantity from this day on."""  # (K8)

    subject_type: ClassVar[str] = "service"
    order_id: UUID
    """The order."""
    former_plan_version_id: UUID
    """The plan version that it was paid by."""
    former_quantity: int
    """How many of it there were."""
    changed: tuple[str, ...] = ()
    """The fields of its configuration that are otherwise."""
    ordered_by: UUID | None = None
    """The person who ordered the change."""


class ServiceChangeFailed(ServiceStateEvent):
    """A service could not be changed. It is as before, and costs what it did."""

    subject_type: ClassVar[str] = "service"
    order_id: UUID
    """The order."""
    reason: str
    """Why, in English, as the driver put it."""
    reason_code: str | None = None
    """Names the reason, for words in other languages. Null if `reason` is all that is known."""
    reason_values: dict[str, int | str] = Field(default_factory=dict)
    """What the words of `reason_code` need, by name, such as the step."""
    ordered_by: UUID | None = None
    """The person who ordered the change."""


class ServiceSuspended(ServiceStateEvent):
    """A service was suspended: it is kept, and does not work."""

    subject_type: ClassVar[str] = "service"


class ServiceResumed(ServiceStateEvent):
    """A service that was suspended works again."""

    subject_type: ClassVar[str] = "service"


class CancellationOrdered(ServiceStateEvent):
    """A service was cancelled: for now, so that it is being deleted, or for the end of its period. `actor` is who
    ordered it, or who approved what somebody else had asked for."""  # (P19, D2)

    subject_type: ClassVar[str] = "service"
    order_id: UUID
    """The order."""
    ends: Literal["now", "period_end"]
    """When it ends."""
    end_reason: EndReason
    """Why, as its customer says; or ``expired`` where its term is over, ``account_closed`` where the account of its
    workspace is."""
    asked_by: UUID | None = None
    """The person who had asked for it, which `actor` approved. Null if it needed no approval."""


class CancellationUndone(ServiceStateEvent):
    """A service that was cancelled for the end of its period goes on."""

    subject_type: ClassVar[str] = "service"
    order_id: UUID
    """The order that had cancelled it."""


class ServiceDeleted(ServiceStateEvent):
    """A service is gone, with all that it held."""

    subject_type: ClassVar[str] = "service"
    order_id: UUID
    """The order that cancelled it."""
    ordered_by: UUID | None = None
    """The person who cancelled it. Null where nobody did, or in events that are older than this field."""


class ServiceRenamed(ProvisioningEvent):
    """A service was given another name. Pages, and invoices from now on, show the new one."""

    subject_type: ClassVar[str] = "service"
    subject_field: ClassVar[str] = "service_id"
    service_id: UUID
    """The service."""
    bill_group_id: UUID | None = None
    """The bill group that pays. Null means the workspace's default bill group."""
    display_name: str
    """Its name from now on."""
    previous_display_name: str
    """Its name until now."""


class ServiceLabelled(ProvisioningEvent):
    """A service was given other labels."""

    subject_type: ClassVar[str] = "service"
    subject_field: ClassVar[str] = "service_id"
    service_id: UUID
    """The service."""
    bill_group_id: UUID | None = None
    """The bill group that pays. Null means the workspace's default bill group."""
    display_name: str
    """Its name at that moment."""
    labels: tuple[str, ...] = ()
    """Its labels from now on."""
    previous_labels: tuple[str, ...] = ()
    """Its labels until now."""


class ServiceCountsChanged(ProvisioningEvent):
    """The counts of a workspace's active services, as absolute numbers."""  # (P7, P8, P9, D8)

    subject_type: ClassVar[str] = "service_counts"
    subject_field: ClassVar[str] = "workspace_id"
    ports: int
    """Ports."""
    virtual_circuits: int
    """Virtual circuits."""
    cloud_connections: int
    """Cloud connections."""
