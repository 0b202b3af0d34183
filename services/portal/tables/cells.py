"""Cells that many tables have."""

from collections.abc import Mapping
from datetime import datetime

from markupsafe import Markup

from services.portal.atoms import avatar, filled, form_key, icon, when
from services.portal.formatting import breakable
from services.portal.vocabulary import VIA, kind_of
from shared.language import formats
from shared.language import gettext as _

NOTHING = "–"


def tile(kind: str) -> Markup:
    """The picture of a kind of service."""
    return filled('<span class="tile">%s</span>', icon(kind_of(kind).icon))


def named(picture: Markup, title: str | Markup, below: str | Markup = "", href: str = "") -> Markup:
    """The cell that names a row: a picture, a name that may be a link, and a line below it."""
    linked, plain = '<a class="name" href="%s">%s</a>', '<span class="name">%s</span>'
    name = filled(linked, href, title) if href else filled(plain, title)
    small = filled("<small>%s</small>", below) if below else ""
    return filled('<div class="name-cell">%s<span>%s%s</span></div>', picture, name, small)


def person(title: str | Markup, address: str, drawn_as: str) -> Markup:
    """The cell that names a person."""
    below = filled('<span translate="no">%s</span>', breakable(address))
    return named(avatar(drawn_as, "round"), title, below)


def comes_back(since: datetime | None) -> Markup:
    """That mails to somebody come back, below the cell that names them."""
    if since is None:
        return Markup("")
    text = _("Mails to this address come back since %(when)s", when=formats.day(since))
    return filled('<small class="sub under bad-text">%s</small>', text)


def by_whom(address: str | None, via: str) -> Markup:
    """Who did something, and by which door they came."""
    said = chip(VIA[via]) if via in VIA else ""
    if not address and via != "system":
        return Markup("{}{}").format(_("Erased user"), said)
    return Markup('<span translate="no">{}</span>{}').format(breakable(address) if address else NOTHING, said)


def time_or(moment: datetime | None, otherwise: str = NOTHING) -> Markup | str:
    return when(moment) if moment else otherwise


def link_button(href: str, text: str, label: str) -> Markup:
    """``label`` says it for people who do not see the row."""
    return filled('<a class="btn btn-sm" href="%s" aria-label="%s">%s</a>', href, label, text)


def icon_link(href: str, shown: Markup, label: str) -> Markup:
    """A link that is an icon, where several would be too wide in words: it says what it is when it is pointed at."""
    link = '<a class="icon-btn" href="%s" title="%s" aria-label="%s">%s</a>'
    return filled(link, href, label, label, shown)


def form_button(action: str, text: str, label: str, look: str = "", hidden: Mapping[str, str] | None = None) -> Markup:
    """A button that sends a form at once, with the ``hidden`` fields."""
    field = '<input type="hidden" name="%s" value="%s">'
    fields = Markup("").join(filled(field, *pair) for pair in (hidden or {}).items())
    button = filled('<button type="submit" class="btn btn-sm %s" aria-label="%s">%s</button>', look, label, text)
    return filled('<form method="post" action="%s">%s%s</form>', action, fields, button)


def again_button(action: str, text: str, label: str) -> Markup:
    """`form_button` of what may be done again. A key of its own makes pressing it twice do nothing twice."""
    return form_button(action, text, label, hidden={"idempotency_key": form_key()})


def chip(text: str) -> Markup:
    return filled(' <span class="chip">%s</span>', text)
