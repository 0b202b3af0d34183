"""The list of undelivered mails."""

from markupsafe import Markup

from services.portal.atoms import filled, when
from services.portal.clients.notifications import UndeliveredMail
from services.portal.customers.account_paths import account_path
from services.portal.tables import Column, Empty, Table
from services.portal.tables.cells import NOTHING, again_button, named
from services.portal.viewer import Viewer
from shared.language import gettext as _
from shared.language import mark, ngettext

NO_RECIPIENT = {
    "billing_contact": mark("The bill group has no billing contact with an address."),
    "user": mark("The address of the person is not known yet."),
    "admin_contact": mark("The address of the contact is not known yet."),
}
REASONS = {
    "not_known": mark("What it says of the company is not known yet."),
    "not_written": mark("It could not be written. The log says why."),
    "not_reached": mark("The mail server was not reached."),
    "bounced": mark("It came back from the mail server of the recipient."),
    "suppressed": mark("It was not sent, because mails to this recipient come back: see Suppressed addresses."),
    "begun_too_often": mark("Its sending was begun too often without coming to an end."),
}


def _mail(mail: UndeliveredMail, viewer: Viewer) -> Markup:
    return named(Markup(""), mail.title, mail.about or "")


def _customer(mail: UndeliveredMail, viewer: Viewer) -> Markup | str:
    """Where the contact can be put right. The account of a partner's customer is the partner's to see."""
    name = mail.customer_name or NOTHING
    if not mail.is_own_customer:
        return name
    return filled('<a href="%s">%s</a>', account_path(viewer, mail.workspace_id), name)


def _state(mail: UndeliveredMail, viewer: Viewer) -> Markup:
    """What becomes of it, and how often it was tried."""
    return filled("%s<br>%s", _outlook(mail), ngettext("after %(num)s try", "after %(num)s tries", mail.tries))


def _outlook(mail: UndeliveredMail) -> Markup | str:
    if mail.state == "waiting":
        return _("Waits for a recipient")
    if mail.due_at is None:
        return _("Given up")
    return filled("%s %s", _("Is tried again:"), when(mail.due_at))


def _reason(mail: UndeliveredMail, viewer: Viewer) -> str:
    if mail.reason == "no_recipient":
        return _(NO_RECIPIENT.get(mail.recipient_kind, NO_RECIPIENT["admin_contact"]))
    if mail.reason == "refused":
        return _("The mail server refused it with the code %(code)s.", code=mail.answer or NOTHING)
    return _(REASONS.get(mail.reason, REASONS["not_written"]))


def _retry(mail: UndeliveredMail, viewer: Viewer) -> Markup:
    """What waits for a recipient goes by itself as soon as there is one."""
    if not viewer.may("bill_group.manage") or mail.state == "waiting":
        return Markup("")
    path = f"/provider/{viewer.workspace.slug}/undelivered-mails/{mail.id}/retry"
    label = _("Try again: %(mail)s, %(about)s", mail=mail.title, about=mail.about or mail.customer_name or NOTHING)
    return again_button(path, _("Try again"), label)


UNDELIVERED_MAILS: Table[UndeliveredMail] = Table(
    id="undelivered-mails",
    caption=mark("Undelivered mails"),
    columns=(
        Column("mail", mark("Mail"), _mail, may_hide=False, look="wide-cell"),
        Column("customer", mark("Customer"), _customer, look="wide-cell"),
        Column("state", mark("State"), _state),
        Column("reason", mark("Reason"), _reason, look="wide-cell"),
        Column("since", mark("Since"), lambda mail, viewer: when(mail.since), look="when"),
    ),
    empty=lambda viewer: Empty(
        "circle-check",
        _("Every mail is delivered"),
        _("A mail that has no recipient, or that the mail server does not take, waits here."),
    ),
    actions=_retry,
    row_id=lambda mail: str(mail.id),
    fold_early=True,
)
