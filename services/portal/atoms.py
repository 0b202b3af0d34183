"""The smallest parts of pages, as functions for templates: a list has hundreds of them, and a function costs a fifth of
what a macro does. Everything larger is a macro or a part in templates/."""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from services.portal import formatting, vocabulary
from services.portal.brand import Brand
from services.portal.clients.customers import Cell, PendingInvitation
from services.portal.static_files import vendor_url
from shared.language import current_localisation, formats, gettext
from shared.language.formats import remembering

Atom = Callable[..., Markup | str]


def filled(template: str, *values: object) -> Markup:
    """``template``, a constant, with escaped values. `Markup.format` takes five times as long."""
    return Markup(template % tuple(map(escape, values)))  # noqa: S704


def _joined(template: str, rows: Iterable[tuple[object, ...]]) -> Markup:
    return Markup("").join(filled(template, *row) for row in rows)


def form_key() -> str:
    """An Idempotency-Key for a form's hidden field: submitting the form twice has one effect (D22)."""
    return secrets.token_urlsafe(18)


SELECTED = Markup(" selected")
HIDDEN = '<span aria-hidden="true">–</span><span class="visually-hidden">%s</span>'
UNAVAILABLE = '<span class="unavailable" title="%s">%s%s</span>'
SUB = '<small class="sub under%s">%s</small>'
WHEN = '<time datetime="%s" title="%s">%s</time>'


@cache
def icon(name: str) -> Markup:
    template = '<svg class="icon" aria-hidden="true" focusable="false"><use href="%s#%s"/></svg>'
    return filled(template, vendor_url("icons.svg"), name)


def options_of(options: Iterable[tuple[str, str]], chosen: str) -> Markup:
    """The options of a select: values with their texts."""
    return _joined('<option value="%s"%s>%s</option>', (
        (value, SELECTED if value == chosen else "", text) for value, text in options
    ))  # fmt: skip


def terms(pairs: Iterable[tuple[str, str]]) -> Markup:
    """The terms of a definition list, each with its value."""
    return _joined("<dt>%s</dt><dd>%s</dd>", pairs)


def status(state: str) -> Markup:
    """A state as a coloured dot and a word."""
    return _status(current_localisation().language, state)


@remembering
def _status(language: str, state: str) -> Markup:
    pill = vocabulary.pill(state)
    template = '<span class="pill %s"><span class="dot" aria-hidden="true"></span>%s</span>'
    return filled(template, pill.tone, pill.word)


@remembering
def avatar(name: str, shape: str = "") -> Markup:
    """Initials in the colour of a name."""
    template = '<span class="face hue-%s %s" aria-hidden="true">%s</span>'
    return filled(template, formatting.hue(name), shape, formatting.initials(name))


LOGO = '<img class="logo-image" src="%s" width="%s" height="%s" alt="" loading="lazy" decoding="async">'
MARK = '<span class="logo" aria-hidden="true">%s</span>'


def logo_of(brand: Brand) -> Markup:
    """The logo beside the name, with its size, so that nothing moves when it comes; else the name's first letter."""
    logo = brand.logo
    return filled(LOGO, logo.url, logo.width, logo.height) if logo else filled(MARK, brand.mark)


def two_lines(kind: str, title: str, below: str) -> Markup:
    return filled('<span class="%s"><b>%s</b><small>%s</small></span>', kind, title, below)


def when(moment: datetime) -> Markup:
    """How long ago, in business time; the exact time in the title."""
    return filled(WHEN, moment.isoformat(), formats.stamp(moment), formats.ago(moment))


def really_when(moment: datetime) -> Markup:
    """The same in real time, for a sign-in."""
    return filled(WHEN, moment.isoformat(), formats.stamp(moment), formats.really_ago(moment))


def in_cell(shown: Callable[[Any], Markup | str]) -> Callable[[Cell], Markup | str]:
    """A value, or why there is none: hidden from the role, or not available now; a zero is a value (D10)."""
    return lambda cell: shown(cell.value) if cell.state == "value" else no_value(cell)


def no_value(cell: Cell) -> Markup:
    if cell.state == "hidden":
        return filled(HIDDEN, gettext("Hidden with your access"))
    why = gettext("This figure cannot be had just now. It is not zero.")
    return filled(UNAVAILABLE, why, icon("cloud-off"), gettext("Unavailable"))


def invited(invitation: PendingInvitation) -> Markup:
    """When a pending invitation was sent and reminded of, until when it is valid, and whether its mail came back."""
    sent, until = formats.day(invitation.sent_at), formats.day(invitation.expires_at)
    said = filled(SUB, "", gettext("Invited on %(sent)s, valid until %(until)s", sent=sent, until=until))
    if invitation.reminded_at:
        said += filled(SUB, "", gettext("Reminded on %(day)s", day=formats.day(invitation.reminded_at)))
    if invitation.undelivered_at:
        said += filled(SUB, " bad-text", gettext("Could not be delivered"))
    return said


cell_number = in_cell(formats.number)
cell_money = in_cell(formats.amounts)
cell_when = in_cell(lambda value: when(formatting.moment(value)) if value else gettext("Never"))

ATOMS: dict[str, Atom] = {
    "icon": icon,
    "status": status,
    "avatar": avatar,
    "logo_of": logo_of,
    "two_lines": two_lines,
    "options_of": options_of,
    "terms": terms,
    "form_key": form_key,
    "when": when,
    "really_when": really_when,
    "invited": invited,
    "cell_number": cell_number,
    "cell_money": cell_money,
    "cell_when": cell_when,
}
"""By the name that templates call them by."""
