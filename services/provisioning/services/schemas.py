from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from services.provisioning.locations.schemas import LocationName
from services.provisioning.products.schemas import ProductBrief
from services.provisioning.states import OperationState, ServiceState
from services.provisioning.verbs import Verb
from shared.events.provisioning import ServiceKind, Suspension
from shared.lists import TableQuery
from shared.schemas import Body, Name, Read
from shared.texts import one_line


class ServicesQuery(TableQuery):
    kind: ServiceKind | None = None
    state: ServiceState | None = None
    location_id: UUID | None = None
    """Only services at this location."""
    sort: Literal["requested_at", "name"] = "requested_at"


class ServiceUpdate(Body):
    display_name: Name
    """What the service is called from now on, on pages and invoices."""


Label = Annotated[str, Field(min_length=1, max_length=40), BeforeValidator(one_line)]


class ServiceLabels(Body):
    labels: Annotated[list[Label], Field(max_length=10)]
    """By what its people sort it, each once, in this order. Lists find services by them, too."""


class OperationBrief(Read):
    """The latest operation of a service."""

    id: UUID
    verb: Verb
    state: OperationState
    step: int
    steps: int
    message: str
    """What is said of its state, in English."""
    message_code: str | None
    """Names what ``message`` says, for words in other languages. Null if it is all that is known."""
    message_values: dict[str, int | str]
    """What the words of ``message_code`` need, by name."""


class ServiceRead(Read):
    id: UUID
    kind: ServiceKind
    display_name: str
    state: ServiceState
    product: ProductBrief
    configuration: dict[str, Any] | None
    """Null if what is stored cannot be read."""
    quantity: int
    order_id: UUID
    bill_group_id: UUID | None
    requested_at: datetime
    provisioned_at: datetime | None
    plan_version_id: UUID
    """What it is paid by."""
    suspended_for: list[Suspension]
    """Why it is to be suspended. Empty: it is to work."""
    cancelled_by: UUID | None
    """The order that cancels it at the end of its period; null for one that goes on."""
    ends_on: date | None
    """The last day of that period is the day before. Null while it is not known."""
    labels: list[str]
    location: LocationName | None
    """Where it is deployed; null: at no location."""
    serial_numbers: list[str]
    """Of an asset, at most one per piece."""
    condition: Literal["new", "good", "worn", "damaged"] | None
    """Of an asset; null: not said."""
    photo_digest: str | None
    """The SHA-256 of the photo of an asset; null: there is none."""
    part_of: UUID | None
    """The service that it belongs to, and ends with. Null: it stands alone."""
    whole_name: str | None
    """The name of that service."""
    brought: bool
    """Whether it was ordered along with that service, so that it ends with that one alone."""
    operation: OperationBrief | None
    """Null while it waits for the service that it came along with."""


class ServiceDetailRead(ServiceRead):
    verbs: list[Verb]
    """What its driver can do with it."""
    by_hand: bool
    """Whether the provider's staff do the work on it. It can be moved to another location then."""
    may_pause: bool
    """Whether its plan allows that its contract rests while it is suspended."""


class ServiceCountsRead(Read):
    ports: int
    virtual_circuits: int
    cloud_connections: int
