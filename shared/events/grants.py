"""What events, answers of identity and copies say of a grant."""

from typing import Literal
from uuid import UUID

from shared.events.base import Fact


class Grant(Fact):
    """A person's *role* in a *workspace*, optionally limited to a bill group or location, from a *source*. A ``link``
    by itself gives no access. An ``on_behalf`` or ``preview`` grant is valid only in its session. An ``access_rule``
    grant is that of a bill group's visitor, a ``location_invitation`` grant that of a location's person."""

    grant_id: UUID
    """The grant."""
    workspace_id: UUID
    """Where it holds."""
    role: str
    """What the person may do there."""
    source: Literal["membership", "invitation", "link", "on_behalf", "preview", "access_rule", "location_invitation"]
    """How the person came by it."""
    bill_group_id: UUID | None = None
    """The only bill group that it is for; nothing: all of them. With a location: the one that pays there."""
    location_id: UUID | None = None
    """The only location that it is for; nothing: all of them."""
    session_id: UUID | None = None
    """The only session that it holds in; nothing: all of them."""
    holder: Literal["primary", "alternate"] | None = None
    """The holder slot of the account that the person has; nothing: none."""
