"""A letter as a mail: HTML with its styles on the elements, as mail programs want them, and the same words as text."""

from dataclasses import dataclass
from pathlib import Path

import css_inline
import jinja2

from services.notifications.mails.letters import Letter

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=jinja2.select_autoescape(["html"]),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
# Media queries cannot stand on an element: they stay in the head, for dark mode and small screens.
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, remove_inlined_selectors=True)


@dataclass(frozen=True, slots=True)
class Mail:
    """A rendered mail, without the headers that belong to its way."""

    sender_name: str
    recipient_address: str
    recipient_name: str
    subject: str
    html: str
    text: str


def render(letter: Letter, address: str, person: str, sender_name: str) -> Mail:
    said = {"letter": letter, "sender_name": sender_name}
    html = _inliner.inline(_templates.get_template("mail.html").render(said))
    text = _templates.get_template("mail.txt").render(said)
    return Mail(_line(sender_name), address, _line(person), _line(letter.subject), html, text)


def _line(words: str) -> str:
    """Names come from people: a header is one line of what can be printed (S32)."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())
