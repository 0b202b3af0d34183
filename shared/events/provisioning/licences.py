"""Licences: what a customer may use of products that run at the customer. No key is in an event."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.provisioning.base import ProvisioningEvent


class LicenceEvent(ProvisioningEvent):
    """The members of events about a licence. Each says how it stands as a whole."""

    subject_type: ClassVar[str]
    subject_field: ClassVar[str] = "licence_id"
    licence_id: UUID
    """The licence."""
    service_id: UUID
    """The service that it belongs to. It has no other licence."""
    bill_group_id: UUID | None = None
    """The bill group that pays for the service. Null means the workspace's default bill group."""
    display_name: str
    """The service's name at that moment."""
    product_id: UUID
    """The product that it is for."""
    product_name: str
    """The product's name at that moment."""
    state: Literal["valid", "on_hold", "revoked", "ended"]
    """Its state now."""
    generation: int
    """How often its key was made: only keys of this generation are trusted."""
    quantity: int
    """On how many machines it may be activated."""
    maintenance_until: date | None = None
    """The last day whose releases it entitles to. Null: as long as the contract runs."""


class LicenceIssued(LicenceEvent):
    """A service that needs a licence is there, and so is its licence. People who may see the key find it on the
    licence's page."""

    subject_type: ClassVar[str] = "licence"


class LicenceRevoked(LicenceEvent):
    """The seller's staff revoked a licence. Its keys are in the list of revoked ones."""

    subject_type: ClassVar[str] = "licence"
    reason: str
    """Why, in their words."""


class LicenceReinstated(LicenceEvent):
    """The seller's staff took the revocation of a licence back. Its present key is valid again."""

    subject_type: ClassVar[str] = "licence"


class LicenceRotated(LicenceEvent):
    """A licence has a new key. Former keys are in the list of revoked ones; activations stay."""

    subject_type: ClassVar[str] = "licence"


class LicenceKeyShown(LicenceEvent):
    """The key of a licence was shown to the person who is the actor."""

    subject_type: ClassVar[str] = "licence"


class LicenceActivated(LicenceEvent):
    """A machine uses a licence from now on. It named the licence's key, not a person."""

    subject_type: ClassVar[str] = "licence"
    activation_id: UUID
    """The activation."""
    machine_name: str
    """What the machine is called, as it says itself."""
    activations: int
    """How many machines use the licence now."""


class LicenceDeactivated(LicenceEvent):
    """A machine does not use a licence any more: a person released it, or the licence has room for fewer."""

    subject_type: ClassVar[str] = "licence"
    activation_id: UUID
    """The activation."""
    machine_name: str
    """What the machine is called, as it said itself."""
    activations: int
    """How many machines use the licence now."""
    cause: Literal["released", "fewer"]
    """Whether a person released it, or the licence is for fewer machines than used it."""
