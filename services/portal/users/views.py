"""What the pages about users show."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.audit.telling import Told
from services.portal.clients.access_requests import AccessRequest
from services.portal.clients.identity import MemberDetail
from services.portal.clients.links import ParentAdmins, PersonOfParent
from services.portal.clients.visits import OpenVisit
from services.portal.forms import Form
from services.portal.permissions import PermissionGroup
from services.portal.tables.bulk import RowResult
from services.portal.tables.pages import ListPage
from services.portal.users.visit_words import VisitLine
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class PeopleOfParent(View):
    template = "pages/users/of_parent.html"
    people: Section[list[PersonOfParent]]
    inside: Section[list[OpenVisit]]
    """Who is here now."""
    admins: Section[ParentAdmins]
    waiting: str
    """How many requests for access wait; empty for none."""
    tab: str = "of_parent"


@dataclass(frozen=True)
class VisitsPage(View):
    template = "pages/users/visits.html"
    visits: Section[list[VisitLine]]
    following: str | None
    """The cursor of the next page."""
    cursor: str
    """Empty: this is the first page."""
    waiting: str
    tab: str = "visits"


@dataclass(frozen=True)
class VisitPage(View):
    template = "pages/users/visit.html"
    visit: VisitLine
    entries: Sequence[Told]


@dataclass(frozen=True)
class AddAdditionalUser(View):
    """The form for an address; if nobody has an account with it, the one that notifies the person."""

    template = "pages/users/additional.html"
    form: Form
    has_no_account: bool


@dataclass(frozen=True)
class RolesPage(View):
    template = "pages/users/roles.html"
    kind: str
    """Of the workspaces in which the roles are meant."""
    roles: Sequence[str]
    groups: Sequence[PermissionGroup]
    kinds_below: Sequence[str]
    """Other kinds of workspaces that the page can be about."""


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
class InviteMany(View):
    template = "pages/users/invite_many.html"
    form: Form
    results: list[RowResult]
    """What became of each line; empty before anything was sent."""


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
