"""Renders a mail's content as HTML with inline styles, as mail programs require, and as text."""

import base64
from dataclasses import dataclass
from pathlib import Path

import css_inline
import jinja2

from services.notifications.mails.content import MailContent
from shared.colours import text_on
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
class Letterhead:
    """Whom a mail is from: the company that the reader's company buys from."""

    name: str
    support_address: str | None = None
    support_phone: str | None = None
    postal_lines: tuple[str, ...] = ()
    sender_name: str | None = None
    """Who the mail is from, if that is not the name."""
    color: str = "#4f46e5"
    """Of its button: ``#`` and six hexadecimal digits."""
    logo: bytes | None = None
    """A PNG."""
    imprint_url: str | None = None
    privacy_url: str | None = None
    terms_url: str | None = None
    support_hours: str | None = None
    """When support is reached, in the company's words."""
    help_url: str | None = None

    @property
    def text_color(self) -> str:
        """Of text on the colour."""
        return text_on(self.color)

    @property
    def legal_links(self) -> tuple[tuple[str, str], ...]:
        """Labels and addresses, as far as they are known."""
        links = (
            (gettext("Imprint"), self.imprint_url),
            (gettext("Privacy"), self.privacy_url),
            (gettext("Terms"), self.terms_url),
        )
        return tuple((label, url) for label, url in links if url)

    @property
    def address_lines(self) -> tuple[str, ...]:
        """Whom and where a letter would reach. Many postal addresses begin with the name."""
        named = any(line.casefold().startswith(self.name.casefold()) for line in self.postal_lines[:1])
        return self.postal_lines if named else (self.name, *self.postal_lines)

    @property
    def contact(self) -> str | None:
        """Where to ask, as it is said below a mail; None where it is not known."""
        ways = [way for way in (self.support_address, self.support_phone) if way]
        if len(ways) == 2:
            return gettext("Questions? %(address)s or %(phone)s", address=ways[0], phone=ways[1])
        return gettext("Questions? %(contact)s", contact=ways[0]) if ways else None


@dataclass(frozen=True, slots=True)
class Choice:
    """How the reader of a mail switches off its topic."""

    link: str
    """Works without signing in."""
    settings: str | None = None
    """The page of all that they are told of, where they have one."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A rendered mail, without transport headers."""

    sender_name: str
    reply_to: str | None
    recipient_address: str
    recipient_name: str
    subject: str
    html: str
    text: str
    attachment: Attachment | None = None
    logo: bytes | None = None
    """A PNG, which the HTML shows as ``cid:logo``."""
    unsubscribe: str | None = None
    """The link that switches off its topic."""

    @property
    def html_alone(self) -> str:
        """The HTML with the logo in it, for readers who do not have the mail's parts."""
        if self.logo is None:
            return self.html
        return self.html.replace("cid:logo", f"data:image/png;base64,{base64.b64encode(self.logo).decode()}")


def render(
    content: MailContent, address: str, person: str, letterhead: Letterhead, attachment: Attachment | None = None,
    choice: Choice | None = None,
) -> Mail:  # fmt: skip
    values = {"content": content, "letterhead": letterhead, "reader": current_localisation(), "choice": choice}
    html = _inliner.inline(_templates.get_template("mail.html").render(values))
    text = _templates.get_template("mail.txt").render(values)
    names = [_line(words) for words in (letterhead.sender_name or letterhead.name, person, content.subject)]
    return Mail(names[0], letterhead.support_address, address, names[1], names[2], html, text, attachment,
                letterhead.logo, choice.link if choice else None)  # fmt: skip


def _line(words: str) -> str:
    """Text for a header, on one line and printable: names are user input (S32)."""
    return " ".join("".join(character if character.isprintable() else " " for character in words).split())
