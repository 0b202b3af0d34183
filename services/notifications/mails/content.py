"""What a mail consists of, before it is rendered, and the wording that several mails share."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.notifications.mails.markdown import Written
from shared.copies import WorkspaceCopy
from shared.language import formats, gettext

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice."""

    description: str
    detail: str
    """What is said below it, such as the period that it is for."""
    amount: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What an invoice is for: its first lines, and what all of them come to."""

    lines: tuple[Line, ...]
    more: str | None
    """Says how many lines are left out."""
    sums: tuple[tuple[str, str], ...]
    """Labels and amounts, of which the last one is the total."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One of several things that a mail is about."""

    title: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Enumeration:
    """The first of many things that a mail is about."""

    things: tuple[Listed, ...]
    more: str | None
    """Says how many are left out."""


@dataclass(frozen=True, slots=True)
class MailContent:
    """The content of one mail. ``preview`` is what mail programs show beside the subject."""

    subject: str
    preview: str
    heading: str
    paragraphs: tuple[str, ...]
    reason: str
    button: Button
    rows: tuple[tuple[str, str], ...] = ()
    statement: Statement | None = None
    enumeration: Enumeration | None = None
    code: str | None = None
    note: str | None = None
    body: Written | None = None
    """What somebody has written, below the paragraphs."""


@dataclass(frozen=True, slots=True)
class News:
    """What staff have written, in the reader's language."""

    body: str
    """In the part of Markdown of `mails.markdown`."""
    button: Button | None


@dataclass(slots=True)
class MailContext:
    """The workspace that a mail is about, and where links lead."""

    public_url: str
    workspace: WorkspaceCopy
    parent: WorkspaceCopy | None = None
    reader: WorkspaceCopy | None = None
    """The workspace of the contact who is written to, or of the provider whose staff are; None for other people."""
    orderer: str | None = None
    """Name and address of who ordered; None while they are not known."""
    asker: str | None = None
    """Name and address of who asks for what the mail is about; None while they are not known."""
    changer: str | None = None
    """Name and address of who changed what the mail is about; None while they are not known."""
    former: str | None = None
    """Name and address of the holder who is or was replaced; None while they are not known."""
    attached: bool = False
    """Whether the document is attached."""
    news: News | None = None
    """The text of the campaign that the mail is of; None in notices, which only lead to it."""

    @property
    def is_own(self) -> bool:
        """Whether the reader is a contact of the company that the mail is about."""
        return self.reader is not None and self.reader.id == self.workspace.id

    def page(self, path: str) -> str:
        """The URL of a page of the workspace, based on the configured URL only (S17)."""
        return f"{self.public_url}/w/{self.workspace.slug}/{path}"


def order_button(facts: Facts, context: MailContext) -> Button:
    return Button(gettext("View the order"), context.page(f"orders/{facts['order_id']}"))


def service_name(facts: Facts) -> str:
    """What people call the service; in older events it is the product's name, with how many were ordered."""
    return str(facts.get("display_name") or product(facts))


def named_service(facts: Facts) -> str:
    """The service's name, with that of the product beside it where that is another."""
    name = facts.get("display_name")
    if not name or name == facts["product_name"]:
        return product(facts)
    return gettext("%(service)s (%(product)s)", service=name, product=product(facts))


def product(facts: Facts) -> str:
    if facts["quantity"] == 1:
        return str(facts["product_name"])
    quantity = formats.number(facts["quantity"])
    return gettext("%(product)s × %(quantity)s", product=facts["product_name"], quantity=quantity)


def day(iso: str) -> str:
    return formats.long_day(date.fromisoformat(iso))


def when(facts: Facts) -> str:
    return formats.stamp(datetime.fromisoformat(facts["occurred_at"]))
