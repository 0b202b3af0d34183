from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.provisioning.assets.schemas import Condition
from services.provisioning.products.schemas import ProductBrief
from services.provisioning.states import ServiceState
from shared.events.provisioning import ServiceKind
from shared.pages import MOST
from shared.schemas import Body, Read
from shared.texts import one_line

TaskState = Literal["waiting", "planned", "done", "given_up", "dropped"]
"""``dropped``: its work ended without it."""


class TaskFilters(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    state: TaskState | None = None
    """Left out: those that wait or are planned."""


class TasksQuery(TaskFilters):
    cursor: str | None = Field(None, max_length=1000)
    """``next`` of the page before."""
    limit: int = Field(50, ge=1, le=MOST)


class TaskPlan(Body):
    planned_on: date
    """From today on, and within a year."""
    note: Annotated[str, Field(max_length=300), BeforeValidator(one_line)] = ""
    """What its customer is told with that."""


class TaskGivingUp(Body):
    reason: Annotated[str, Field(min_length=1, max_length=300), BeforeValidator(one_line)]
    """Why it cannot be done, for its customer."""


class TaskSummaryRead(Read):
    """A task in the list of all workspaces, the one that waits longest first."""

    id: UUID
    workspace_id: UUID
    customer_name: str | None
    """The workspace's name. Null while it is not known yet."""
    order_number: str
    display_name: str
    """The service's name at the time of its order."""
    product_name: str
    kind: ServiceKind
    verb: Literal["create", "change", "delete"]
    quantity: int
    location_name: str | None
    """Where it is to be done; null: at no location."""
    wanted_on: date | None
    """For when its customer wants it; null: as soon as possible."""
    planned_on: date | None
    state: TaskState
    opened_at: datetime
    """Since when it can be done."""


class TaskPlaceRead(Read):
    """Where a task is to be done, and whom to write to there. A text is empty if it is not said."""

    display_name: str
    street: str
    postal_code: str
    city: str
    country: str
    contact_name: str
    contact_address: str


class TaskCountRead(Read):
    count: int
    """How many tasks are open, at most 1,000."""


class TaskRead(TaskSummaryRead):
    order_id: UUID
    service_id: UUID
    service_name: str
    """Its present name."""
    service_state: ServiceState
    product: ProductBrief
    configuration: dict[str, Any] | None
    """What it is to have. Null if what is stored cannot be read."""
    place: TaskPlaceRead | None
    """Where it is to be done; null: at no location."""
    former_location_name: str | None
    """Of a change that moves it, where it was; null: it is not moved from one."""
    message: str
    """What its customer wishes."""
    note: str
    """What its customer was told with the plan."""
    reason: str | None
    """Why it was given up."""
    answered_by_address: str | None
    ordered_by_address: str | None
    serial_numbers: list[str]
    condition: Condition | None
    photo_digest: str | None
