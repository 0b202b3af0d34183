"""Renders a mail's content as HTML with inline styles, as mail programs require, and as text."""

from dataclasses import dataclass
from pathlib import Path

import css_inline
import jinja2

from services.notifications.mails.contents import MailContent
from shared.language import current_localisation, gettext

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=jinja2.select_autoescape(["html"]),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_templates.globals["_"] = gettext
# Media queries cannot be inlined. They stay in the head, for dark mode and small screens.
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, remove_inlined_selectors=True)


@dataclass(frozen=True, slots=True)
class Mail:
    """A rendered mail, without transport headers."""

    sender_name: str
    recipient_address: str
    recipient_name: str
    subject: str
    html: str
    text: str


def render(content: MailContent, address: str, person: str, sender_name: str) -> Mail:
    values = {"content": content, "sender_name": sender_name, "reader": current_localisation()}
    html = _inliner.inline(_templates.get_template("mail.html").render(values))
    text = _templates.get_template("mail.txt").render(values)
    return Mail(_line(sender_name), address, _line(person), _line(content.subject), html, text)


def _line(words: str) -> str:
    """Text for a header, on one line and printable: names are user input (S32)."""
    return " ".join("".join(character if character.isprintable() else " " for character in words).split())
