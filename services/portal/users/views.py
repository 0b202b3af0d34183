"""What the pages about users show."""

from dataclasses import dataclass

from services.portal.clients.access_requests import AccessRequest
from services.portal.clients.identity import MemberDetail
from services.portal.clients.links import PersonOfParent
from services.portal.forms import Form
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class PeopleOfParent(View):
    template = "pages/users/of_parent.html"
    people: Section[list[PersonOfParent]]
    waiting: str
    """How many requests for access wait; empty for none."""
    tab: str = "of_parent"


@dataclass(frozen=True)
class UserList(ListPage):
    template = "pages/users/list.html"
    tab: str
    """Which of the lists it is: ``members``, ``invitations`` or ``access_requests``."""
    waiting: str
    """How many requests for access wait; empty for none."""


@dataclass(frozen=True)
class InviteUser(View):
    template = "pages/users/invite.html"
    form: Form


@dataclass(frozen=True)
class DenyAccess(View):
    """Why a request for access is denied."""

    template = "pages/users/deny.html"
    asker: AccessRequest
    form: Form


@dataclass(frozen=True)
class EditUser(View):
    template = "pages/users/edit.html"
    member: MemberDetail
    form: Form
