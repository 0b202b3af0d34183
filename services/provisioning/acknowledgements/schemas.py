from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from services.provisioning.products.schemas import ProductBrief
from services.provisioning.sites.schemas import SiteRead
from services.provisioning.states import OrderState
from shared.events import Via
from shared.schemas import Body, Read
from shared.texts import one_line


class OrderReturn(Body):
    reason: Annotated[str, Field(min_length=1, max_length=300), BeforeValidator(one_line)]
    """Why it is not provisioned, for its customer."""


class WaitingCountRead(Read):
    count: int
    """How many orders wait for the provider, at most 1,000."""


class WaitingBroughtRead(Read):
    """What comes along with an order that waits for the provider."""

    product: ProductBrief
    plan_version_id: UUID
    """The plan version whose price is agreed."""
    quantity: int | None
    """Null if it does not come along any more: the order cannot be confirmed then."""


class WaitingOrderRead(Read):
    """An order of any workspace that waits for the provider, with what is to be provisioned."""

    id: UUID
    number: str
    workspace_id: UUID
    customer_name: str | None
    """The workspace's name. Null while it is not known yet."""
    product: ProductBrief
    plan_version_id: UUID
    """The plan version whose price is agreed."""
    display_name: str
    configuration: dict[str, Any] | None
    """Null if what is stored cannot be read."""
    quantity: int
    brought: list[WaitingBroughtRead]
    """What comes along with it, which is confirmed with it."""
    whole_name: str | None
    """Of an add-on, the name of the service that it is ordered for."""
    site: SiteRead | None
    """The site that was asked for; null: any."""
    location_name: str | None
    """Where it is to be deployed at its customer; null: at no location."""
    wanted_on: date | None
    """For when it is wanted; null: as soon as possible, or it is not done by hand."""
    message: str
    """What was written to those who decide; of what is done by hand, what its person wishes."""
    placed_by_address: str | None
    placed_via: Via
    placed_at: datetime
    submitted_at: datetime
    """Since when it waits."""


class AnsweredOrderRead(Read):
    """An order that the provider has confirmed or returned."""

    id: UUID
    number: str
    state: OrderState
