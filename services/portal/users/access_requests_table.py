"""The list of requests for access to the workspace."""

from markupsafe import Markup

from services.portal.atoms import status
from services.portal.clients.access_requests import AccessRequest
from services.portal.tables import Choice, Column, Empty, Table
from services.portal.tables.cells import NOTHING, form_button, link_button, person
from services.portal.viewer import Viewer
from services.portal.vocabulary import states
from shared.language import formats, mark
from shared.language import gettext as _


def _person(request: AccessRequest, viewer: Viewer) -> Markup:
    name = request.display_name or _("Erased user")
    return person(name, request.address, name)


def _said(request: AccessRequest, viewer: Viewer) -> str:
    """What the person wrote, or why it was denied."""
    return request.reason or request.message or NOTHING


def _decide(request: AccessRequest, viewer: Viewer) -> Markup | str:
    if request.state != "pending":
        return ""
    path, name = viewer.path(f"users/access-requests/{request.id}"), request.display_name
    approve = form_button(
        f"{path}/approve", _("Approve"), _("Approve the request of %(name)s", name=name), "btn-primary"
    )
    return approve + link_button(f"{path}/deny", _("Deny"), _("Deny the request of %(name)s", name=name))


ACCESS_REQUESTS: Table[AccessRequest] = Table(
    id="access_requests",
    caption=mark("Access requests"),
    exported=("identity", "access-requests"),
    columns=(
        Column("person", mark("Person"), _person, may_hide=False),
        Column("said", mark("Message or reason"), _said),
        Column("asked", mark("Asked on"), lambda request, viewer: formats.day(request.asked_at), look="when"),
        Column(
            "decider",
            mark("Decided by"),
            lambda request, viewer: NOTHING if request.decider is None else request.decider or _("Erased user"),
        ),
        Column("status", mark("Status"), lambda request, viewer: status(request.state)),
    ),
    filters=(
        Choice(
            "state",
            mark("Status"),
            states("pending", "approved", "denied", "withdrawn", "expired"),
            mark("Any status"),
        ),
    ),
    empty=lambda viewer: Empty(
        "key",
        _("No access requests"),
        _("People who ask for access to this workspace by its URL or GUID are listed here."),
    ),
    actions=_decide,
)
