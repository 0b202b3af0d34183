"""Grants, and work on behalf."""

from datetime import date, datetime
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

    version: ClassVar[int] = 2
    subject_type: ClassVar[str] = "grants"
    last_day: date | None = None
    """The last day of a link that ends by itself; nothing: it stays until somebody ends it."""


class AccessChanged(AccessEvent):
    """The role of a grant changed, the last day of a link, or the holder slot that goes with a membership."""

    version: ClassVar[int] = 3
    subject_type: ClassVar[str] = "grants"
    previous_role: str
    """The role until now."""
    kind: Literal["role", "last_day", "holder"] = "role"
    """What changed."""
    last_day: date | None = None
    """The last day of a link that ends by itself; nothing: it stays until somebody ends it."""
    previous_last_day: date | None = None
    """Its last day until now."""


class AccessRevoked(AccessEvent):
    """A grant was revoked, effective at once."""  # (D14)

    version: ClassVar[int] = 3
    subject_type: ClassVar[str] = "grants"
    reason: Literal["revoked", "expired"] = "revoked"
    """Why it ended: somebody revoked it, or the last day of a link is over."""
    moved: bool = False
    """Whether it was a link of somebody whose company does not sell to the workspace any more."""


class OnBehalfStarted(AccessEvent):
    """A user of the parent workspace started to work in this workspace, under the derived ``grant``."""  # (P25)

    version: ClassVar[int] = 2
    subject_type: ClassVar[str] = "grants"
    home_workspace_id: UUID
    """The workspace that the person comes from."""
    given_reason: str | None = None
    """What the person came for, in their words; nothing: they did not say it."""


class OnBehalfEnded(AccessEvent):
    """Work on behalf ended, and with it the derived ``grant``."""

    version: ClassVar[int] = 2
    subject_type: ClassVar[str] = "grants"
    home_workspace_id: UUID
    """The workspace that the person comes from."""
    reason: Literal["ended", "replaced", "expired", "revoked"]
    """Why it is over."""
    given_reason: str | None = None
    """What the person came for, in their words; nothing: they did not say it."""
    started_at: datetime | None = None
    """When it began, in business time; nothing: an event of before does not say it."""
