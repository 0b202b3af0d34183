from datetime import datetime
from typing import Literal
from uuid import UUID

from services.identity.names import Reason
from shared.schemas import Body, Read


class SuspensionPut(Body):
    reason: Reason
    """Why, in words for everybody of the workspace: they read it on every page."""


class SuspensionRead(Read):
    """A workspace below the caller's, with its suspension, if there is one."""

    workspace_id: UUID
    display_name: str
    kind: Literal["partner", "customer"]
    connected: bool
    """Whether somebody has signed up there: before, there is nobody to suspend."""
    suspended_at: datetime | None
    """Null: it is not suspended, and there is neither a reason nor an author."""
    reason: str | None
    suspended_by: str | None
    """The name of the person who did it."""
    may_end: bool
    """Whether the caller's workspace may end it: whoever suspended a workspace ends it, and the provider ends any."""
