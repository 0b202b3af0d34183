from datetime import datetime
from uuid import UUID

from services.provisioning.services.schemas import OperationBrief
from services.provisioning.states import StepState
from services.provisioning.verbs import TroubleshootingVerb
from shared.events import Via
from shared.schemas import Body, Read


class OperationCreate(Body):
    service_id: UUID
    verb: TroubleshootingVerb
    """What to do with the service; ``verbs`` of the service names those that are possible."""


class StepRead(Read):
    n: int
    title: str
    """In English, or as the product calls it."""
    key: str | None
    """Names the title, for words in other languages. Null if ``title`` is for everybody."""
    state: StepState
    detail: str
    """What is said of its state, in English."""
    detail_code: str | None
    """Names what ``detail`` says, for words in other languages. Null if it is all that is known."""
    detail_values: dict[str, int | str]
    """What the words of ``detail_code`` need, by name."""
    at: datetime | None


class OperationSummaryRead(OperationBrief):
    """Work on a service in its history."""

    order_id: UUID | None
    """The order that it belongs to, if any."""
    started_at: datetime
    ended_at: datetime | None
    begun_by_address: str | None
    """Who began it, by the address at that moment."""
    begun_via: Via


class OperationRead(OperationSummaryRead):
    service_id: UUID
    service_display_name: str
    undoing: bool
    """Whether what it has done is being undone."""
    cancelled: bool
    """Whether somebody wants it to stop."""
    has_output: bool
    """Whether it has read something, which ``/output`` has."""
    operation_steps: list[StepRead]


class OperationOutputRead(Read):
    output: str | None
    """What it has read, in the infrastructure's own words. Null: nothing, or it was deleted after a week."""
