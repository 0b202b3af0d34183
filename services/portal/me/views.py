"""What the page of one's own settings shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.choices import Group
from services.portal.clients.access_requests import Asked, Membership
from services.portal.forms import Form
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class FormatsPreview(View):
    template = "partials/me/preview.html"
    examples: Sequence[tuple[str, str]]
    """What is written, and how it is with the chosen language and time zone."""


@dataclass(frozen=True)
class MePage(FormatsPreview):
    template = "pages/me/form.html"
    form: Form
    languages: Sequence[Group]
    time_zones: Sequence[Group]


@dataclass(frozen=True)
class OwnWorkspaces(View):
    template = "pages/me/workspaces.html"
    workspaces: Section[list[Membership]]
    asked: Section[list[Asked]]
    form: Form
    """To ask for access."""
    several: bool
    """Whether there is a choice of where signing in leads (K28)."""


@dataclass(frozen=True)
class LeaveWorkspace(View):
    """Whether to leave a workspace."""

    template = "pages/me/leave.html"
    membership: Membership
    only_one: bool
    """Whether the person has no other."""
