from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from services.provisioning.locations.schemas import LocationName
from services.provisioning.operations.schemas import StepRead
from services.provisioning.products.brings import MOST_BROUGHT
from services.provisioning.products.documents import Document
from services.provisioning.products.schemas import MAX_QUANTITY, ProductBrief
from services.provisioning.sites.schemas import SiteRead
from services.provisioning.states import OrderKind, OrderState
from shared.events import Via
from shared.events.provisioning import EndReason
from shared.lists import TableQuery
from shared.schemas import Body, Name, Read
from shared.texts import one_line

Message = Annotated[str, Field(max_length=300), BeforeValidator(one_line)]


WantedOn = date | None
"""From today on, and within a year."""
BroughtPlans = Annotated[list[UUID], Field(max_length=MOST_BROUGHT)]


class OrdersQuery(TableQuery):
    state: OrderState | None = None
    location_id: UUID | None = None
    """Only orders of services at this location."""
    sort: Literal["placed_at"] = "placed_at"


class OrderCreate(Body):
    product_id: UUID
    plan_version_id: UUID
    """The plan version whose price was shown. Rejected when there is a newer version."""
    configuration: Document
    """Must be valid against the product's configuration schema, and fit the plan's terms."""
    quantity: int = Field(1, ge=1, le=MAX_QUANTITY)
    """At most the product's ``max_quantity``."""
    bill_group_id: UUID | None = None
    """Defaults to the workspace's default bill group. An add-on is paid by the bill group of its service."""
    location_id: UUID | None = None
    """The open location where it is deployed, whose bill group pays for it. Left out: at none; for a caller who is
    limited to one location, there. An add-on is where its service is."""
    brought_plan_version_ids: BroughtPlans = Field(default_factory=list)
    """Of what comes along with the product, in its order, the plan versions whose prices were shown. Rejected when what
    comes along or its price is another now."""
    site_id: UUID | None = None
    """Where the service has to run. Defaults to any site that has room for it. Only for products whose services run on
    hosts."""
    display_name: Name | None = None
    """The name of the service. Defaults to the product's name."""
    wanted_on: WantedOn = None
    """For when it is wanted. Only of products that are provisioned by hand; null: as soon as possible."""
    message: Message = ""
    """To those who decide, where the caller's role has to ask; and to the provider's staff, of a product that is
    provisioned by hand. Not kept otherwise."""

    @property
    def whole_id(self) -> UUID | None:
        """The service that it will be part of; null: of none."""
        return None


class AddOnCreate(OrderCreate):
    part_of: UUID
    """The service that the add-on is ordered for."""

    @property
    def whole_id(self) -> UUID:
        return self.part_of


class ChangeCreate(Body):
    service_id: UUID
    plan_version_id: UUID
    """The plan version that the service has, whose price it keeps; or the newest of another plan of its product, whose
    price was shown."""
    configuration: Document
    """The whole configuration that it gets. Must be valid against the product's configuration schema, and fit the
    plan's terms."""
    quantity: int = Field(1, ge=1, le=MAX_QUANTITY)
    """How many there are of it afterwards."""
    location_id: UUID | None = None
    """The open location that it is moved to, which the same bill group pays for. Null: it stays where it is. Only
    services that are provisioned by hand can be moved."""
    wanted_on: WantedOn = None
    """For when it is wanted, as in an order."""
    message: Message = ""
    """As in an order."""


class CancellationCreate(Body):
    service_id: UUID
    ends: Literal["now", "period_end"]
    """``now`` deletes the service, with all that it holds, and cannot be undone. With ``period_end`` it works until the
    end of the period that billing names, and the cancellation can be undone until then."""
    end_reason: Literal["not_needed", "too_expensive", "not_as_expected", "moving_elsewhere", "other"]
    wanted_on: WantedOn = None
    """For when it is to be collected or taken down, as in an order."""
    message: Message = ""
    """What its people want to say about it: to those who decide, where the caller's role has to ask."""


class RenewalCreate(Body):
    service_id: UUID
    term_ends_on: date | None
    """The day after the last one of the minimum term, as it was shown. Null: it has none any more."""
    message: Message = ""
    """To those who decide, where the caller's role has to ask; not kept otherwise."""


class ExtensionCreate(RenewalCreate):
    months: int = Field(ge=1, le=60)
    """By how many months the minimum term ends later: a multiple of the plan's term, which billing checks."""


class OrderApproval(Body):
    plan_version_id: UUID
    """The plan version whose price was shown: the newest of the plan that was asked for. Rejected when there is a newer
    one. Of a change that leaves the plan as it is, of a cancellation and of a renewal, the one that the order names."""
    brought_plan_version_ids: BroughtPlans = Field(default_factory=list)
    """Of what comes along, the plan versions whose prices were shown, as in an order."""
    term_ends_on: date | None = None
    """Of a renewal, the day after the last one of the minimum term, as it was shown. Null: it has none any more."""


class OrderRefusal(Body):
    reason: Annotated[str, Field(min_length=1, max_length=300), BeforeValidator(one_line)]
    """Why, for the person who asked."""


class OrderSummaryRead(Read):
    """An order in a list. Its progress is step ``step`` of ``steps``. Until it is placed, these and its service are
    null."""

    id: UUID
    number: str
    kind: OrderKind
    state: OrderState
    product: ProductBrief
    display_name: str
    quantity: int
    step: int | None
    steps: int | None
    service_id: UUID | None
    location: LocationName | None
    """Where its service is deployed; null: at no location."""
    placed_by_address: str | None
    placed_via: Via
    placed_at: datetime


class FormerRead(Read):
    """What a service had before it was changed."""

    configuration: dict[str, Any]
    quantity: int
    plan_version_id: UUID


class OrderRead(Read):
    id: UUID
    number: str
    kind: OrderKind
    """Whether it is for a new service, or changes, cancels or renews one that there is."""
    state: OrderState
    failure: str | None
    """Why it failed, in English; null unless it is failed."""
    failure_code: str | None
    """Names the reason, for words in other languages. Null if ``failure`` is all that is known."""
    failure_values: dict[str, int | str]
    """What the words of ``failure_code`` need, by name, such as ``step``."""
    product: ProductBrief
    plan_version_id: UUID
    newest_plan_version_id: UUID | None
    """The newest version of the same plan. Null if it is not known, or not shown to the caller."""
    configuration: dict[str, Any] | None
    """Null if what is stored cannot be read."""
    quantity: int
    bill_group_id: UUID | None
    part_of: UUID | None
    """The service that the new one is part of."""
    site: SiteRead | None
    """The site that was asked for; null: any."""
    location: LocationName | None
    """Where its service is deployed; null: at no location."""
    display_name: str
    steps: list[StepRead]
    """None until it is placed."""
    service_id: UUID | None
    """Null until it is placed."""
    placed_by: UUID | None
    """Who placed it, or asked for it."""
    placed_by_address: str | None
    placed_via: Via
    placed_at: datetime
    """When its person sent it."""
    message: str
    """What a person who has to ask wrote to those who decide; of what is done by hand, what its person wishes."""
    decided_by_address: str | None
    """Who approved or refused it, by the address at that moment."""
    decided_at: datetime | None
    reason: str | None
    """Why it was refused or returned; null unless it was."""
    submitted_at: datetime | None
    """Since when it waited for the provider to confirm it; null where it did not."""
    answered_at: datetime | None
    """When the provider confirmed or returned it."""
    brought: list[str]
    """The names of the products that come along with it once the provider confirms it; empty where it does not wait."""
    former: FormerRead | None
    """Of a change, what the service had before."""
    former_location: LocationName | None
    """Of a change that moves the service, where it was before."""
    by_hand: bool
    """Whether the provider's staff do the work."""
    wanted_on: date | None
    """For when it is wanted. Null: as soon as possible; or it is not done by hand."""
    planned_on: date | None
    """For when the provider has planned it. Null: not yet, or it is not done by hand."""
    plan_note: str
    """What the provider says with that."""
    ends: Literal["now", "period_end"] | None
    """Of a cancellation, when the service ends."""
    end_reason: EndReason | None
    """Of a cancellation, why."""
    months: int | None
    """Of a renewal, by how many months the minimum term ends later. Null: by one more term."""
    term_ends_on: date | None
    """Of a renewal, when the minimum term ended as it was shown to who ordered or approved it."""
    quote_id: UUID | None = None
    """The accepted quote that it was placed for. Null: it was ordered at a price of the catalogue."""
