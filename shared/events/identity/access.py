"""Grants, and work on behalf."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.events.grants import Grant
from shared.events.identity.base import PersonEvent


class AccessEvent(PersonEvent):
    """A change of a person's grants. ``from_version`` and ``to_version`` count the person's changes. A copy whose
    version is not ``from_version`` has missed a change, and fetches all grants from identity."""  # (D29)

    grant: Grant
    """The grant that changed, as it is now or last was."""
    from_version: int
    """The version of the person's grants before this change."""
    to_version: int
    """Their version after it."""


class AccessGranted(AccessEvent):
    """A person received a new grant in ``grant.workspace_id``."""

    subject_type: ClassVar[str] = "grants"


class AccessChanged(AccessEvent):
    """The role of a grant changed."""

    subject_type: ClassVar[str] = "grants"
    previous_role: str
    """The role until now."""


class AccessRevoked(AccessEvent):
    """A grant was revoked, effective at once."""  # (D14)

    subject_type: ClassVar[str] = "grants"


class OnBehalfStarted(AccessEvent):
    """A user of the parent workspace started to work in this workspace, under the derived ``grant``."""  # (P25)

    subject_type: ClassVar[str] = "grants"
    home_workspace_id: UUID
    """The workspace that the person comes from."""


class OnBehalfEnded(AccessEvent):
    """Work on behalf ended, and with it the derived ``grant``."""

    subject_type: ClassVar[str] = "grants"
    home_workspace_id: UUID
    """The workspace that the person comes from."""
    reason: Literal["ended", "replaced", "expired", "revoked"]
    """Why it is over."""
