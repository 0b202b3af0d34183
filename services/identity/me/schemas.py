from datetime import datetime
from typing import Literal
from uuid import UUID

from services.identity.holders.schemas import Slot
from services.identity.names import DisplayName
from services.identity.people.schemas import PersonRead, PreferencesRead
from services.identity.workspaces.models import WorkspaceKind
from shared.language.fields import Locale, TimeZone
from shared.schemas import Body, Read


class MeRead(PersonRead, PreferencesRead):
    """The caller, whatever workspace they act in."""

    shortcuts: bool
    """Whether keys of one letter do something on pages."""


class MeUpdate(Body):
    """What changes. What is left out stays as it is."""

    display_name: DisplayName | None = None
    """The name from now on. Null, it stays as it is, too."""
    locale: Locale | None = None
    """The language from now on, with its region. Null: as the browser says."""
    time_zone: TimeZone | None = None
    """The time zone from now on. Null: as the browser says."""
    shortcuts: bool | None = None
    """Whether keys of one letter do something on pages. Null, it stays as it is."""


class OwnWorkspaceRead(Read):
    """A workspace that the caller has access to in their own name, and how they came in."""

    id: UUID
    slug: str
    kind: WorkspaceKind
    display_name: str
    role: str
    door: Literal["membership", "invitation", "access_request", "added", "access_rule", "location_invitation"]
    """``access_rule``: they are the visitor of a bill group's portal there, and leave it when its seller says so."""
    location_name: str | None
    """The only location that they see there; null: the whole workspace, or a bill group's portal."""
    since: datetime
    let_in_by: str | None
    """Who decided it, where somebody did and it is known."""
    default: bool
    """Whether signing in leads there."""
    holder: Slot | None
    """The holder slot that they have there."""
    asked_to_hold: bool
    """Whether they are asked to become a holder there, and have not answered."""
