"""The list of the person's browsers."""

from markupsafe import Markup

from services.portal.atoms import filled, really_when
from services.portal.clients.identity import BrowserSession
from services.portal.formatting import first_up
from services.portal.tables import Column, Empty, Table
from services.portal.tables.cells import chip, form_button
from services.portal.viewer import Viewer
from shared.language import formats, mark
from shared.language import gettext as _


def _called(session: BrowserSession) -> str:
    return first_up(session.browser_words)


def _name(session: BrowserSession, viewer: Viewer) -> Markup:
    this = chip(_("this one")) if session.is_current else ""
    return filled('<span class="name">%s</span>%s', _called(session), this)


def _sign_out(session: BrowserSession, viewer: Viewer) -> Markup | str:
    if session.is_current:
        return ""
    values = {"browser": _called(session), "ago": formats.really_ago(session.signed_in_at)}
    label = _("Sign out %(browser)s, signed in %(ago)s", **values)
    return form_button(f"/sessions/{session.id}/revoke", _("Sign out"), label)


SESSIONS: Table[BrowserSession] = Table(
    id="sessions",
    caption=mark("Browsers"),
    columns=(
        Column("browser", mark("Browser"), _name, may_hide=False),
        Column(
            "ip",
            mark("IP address"),
            lambda session, viewer: filled('<span class="mono">%s</span>', session.ip or _("unknown")),
            may_hide=False,
        ),
        Column(
            "signed_in",
            mark("Signed in"),
            lambda session, viewer: really_when(session.signed_in_at),
            look="when",
            may_hide=False,
        ),
        Column(
            "last_used",
            mark("Last used"),
            lambda session, viewer: really_when(session.last_seen_at),
            look="when",
            may_hide=False,
        ),
    ),
    empty=lambda viewer: Empty(
        "device-desktop", _("No browsers"), _("Browsers in which you are signed in are listed here.")
    ),
    actions=_sign_out,
)
