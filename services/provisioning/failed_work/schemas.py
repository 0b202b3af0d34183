from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.provisioning.verbs import Verb
from shared.events import Via
from shared.pages import MOST
from shared.schemas import Read


class FailedWorkFilters(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    verb: Verb | None = None
    """What was to be done."""


class FailedWorkQuery(FailedWorkFilters):
    cursor: str | None = Field(None, max_length=1000)
    """``next`` of the page before."""
    limit: int = Field(50, ge=1, le=MOST)


class FailedWorkRead(Read):
    """An operation of any workspace that failed, at step ``step`` of ``steps``, because of ``failure``."""

    id: UUID
    workspace_id: UUID
    customer_name: str | None
    """The workspace's name. Null while it is not known yet."""
    service_id: UUID
    display_name: str
    """The service's name."""
    verb: Verb
    step: int
    steps: int
    failure: str
    failure_code: str | None
    """Names the reason, for words in other languages. Null if ``failure`` is all that is known."""
    failure_values: dict[str, int | str]
    """What the words of ``failure_code`` need, by name, such as ``step``."""
    failed_at: datetime
    begun_by_address: str | None
    """Null: nobody, it was begun by the clock."""
    begun_via: Via
