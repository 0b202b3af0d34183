"""The lists of users and of open invitations."""

from markupsafe import Markup

from services.portal.atoms import filled, status
from services.portal.clients.identity import Invitation, Member
from services.portal.forms import new_key
from services.portal.tables import Bulk, Choice, Column, Empty, Search, Sort, Table
from services.portal.tables.cells import NOTHING, comes_back, form_button, link_button, person, time_or
from services.portal.viewer import Viewer
from services.portal.vocabulary import ROLES, states
from shared.language import formats, mark
from shared.language import gettext as _

OPEN = ("pending", "expired")
"""The states of invitations that something can still be done with."""


def _member(member: Member, viewer: Viewer) -> Markup:
    own = member.id == viewer.user.id
    title = _("%(name)s (you)", name=member.display_name) if own else member.display_name
    return person(title, member.address, member.display_name) + comes_back(member.mail_returned_at)


def _edit(member: Member, viewer: Viewer) -> Markup | str:
    if not viewer.may("user.edit"):
        return ""
    label = _("Edit %(name)s", name=member.display_name)
    return link_button(viewer.path(f"users/{member.id}"), _("Edit"), label)


def _act(invitation: Invitation, viewer: Viewer) -> Markup | str:
    """The one thing that is most wanted; both can be done with chosen rows."""
    if invitation.state not in OPEN or not viewer.may("user.invite"):
        return ""
    path, address = viewer.path(f"users/invitations/{invitation.id}"), invitation.address
    if invitation.state == "pending" and not invitation.came_back:
        label = _("Take back the invitation of %(address)s", address=address)
        return form_button(f"{path}/revoke", _("Take back"), label, "btn-danger")
    label = _("Send the invitation of %(address)s again", address=address)
    return form_button(f"{path}/resend", _("Send again"), label, hidden={"idempotency_key": new_key()})


def _invited(invitation: Invitation, viewer: Viewer) -> Markup:
    name = invitation.display_name or invitation.address or _("Erased user")
    return person(name, invitation.address, name)


def _as(invitation: Invitation, viewer: Viewer) -> Markup | str:
    """The role, and the locations where it is for these alone."""
    role = ROLES.get(invitation.role, invitation.role)
    if not invitation.location_names:
        return role
    return filled('%s<small class="sub under">%s</small>', role, ", ".join(invitation.location_names))


def _state(invitation: Invitation, viewer: Viewer) -> Markup:
    shown = status(invitation.state)
    if invitation.came_back:
        shown += filled('<small class="sub under bad-text">%s</small>', _("Could not be delivered"))
    return shown


def _no_invitations(viewer: Viewer) -> Empty:
    text = _("Invitations to this workspace are listed here until they are accepted.")
    href = viewer.path("users/invite") if viewer.may("user.invite") else ""
    return Empty("send", _("No invitations"), text, href, _("Invite user"))


MEMBERS: Table[Member] = Table(
    id="members",
    caption=mark("Members"),
    exported=("identity", "users"),
    columns=(
        Column("person", mark("Person"), _member, sort="name", may_hide=False),
        Column("role", mark("Role"), lambda member, viewer: ROLES.get(member.role, member.role)),
        Column(
            "last_active",
            mark("Last active"),
            lambda member, viewer: time_or(member.last_active_at, _("Never")),
            look="when",
            sort="last_active",
        ),
    ),
    filters=(
        Search("q", mark("Search users"), mark("Search by name or address")),
        Choice("role", mark("Role"), lambda: list(ROLES.items()), mark("Any role")),
    ),
    sorts=(Sort("name", mark("Person")), Sort("last_active", mark("Last active"), descending_first=True)),
    empty=lambda viewer: Empty("users", _("No users yet"), _("Users are listed here once they have signed in.")),
    actions=_edit,
    bulk=(
        Bulk(
            "remove",
            mark("Remove the chosen people"),
            "user.edit",
            mark("They lose access to this workspace at once. The log keeps what they did."),
        ),
    ),
    may_choose=lambda member, viewer: member.id != viewer.user.id,
)
INVITATIONS: Table[Invitation] = Table(
    id="invitations",
    caption=mark("Invitations"),
    exported=("identity", "invitations"),
    columns=(
        Column("person", mark("Sent to"), _invited, sort="name", may_hide=False),
        Column("role", mark("Role"), _as),
        Column(
            "sent",
            mark("Sent"),
            lambda invitation, viewer: formats.day(invitation.sent_at),
            look="when",
            sort="sent_at",
        ),
        Column(
            "reminded",
            mark("Reminded"),
            lambda invitation, viewer: formats.day(invitation.reminded_at) if invitation.reminded_at else NOTHING,
            look="when",
        ),
        Column(
            "valid_until",
            mark("Valid until"),
            lambda invitation, viewer: formats.day(invitation.expires_at),
            look="when",
        ),
        Column("status", mark("Status"), _state),
    ),
    filters=(
        Search("q", mark("Search invitations"), mark("Search by name or address")),
        Choice(
            "state", mark("Status"), states("pending", "accepted", "declined", "revoked", "expired"), mark("Any status")
        ),
    ),
    sorts=(Sort("sent_at", mark("Sent"), descending_first=True), Sort("name", mark("Sent to"))),
    empty=_no_invitations,
    actions=_act,
    bulk=(
        Bulk("resend", mark("Send the chosen invitations again"), "user.invite"),
        Bulk("revoke", mark("Take back the chosen invitations"), "user.invite"),
    ),
    may_choose=lambda invitation, viewer: invitation.state in OPEN,
)
