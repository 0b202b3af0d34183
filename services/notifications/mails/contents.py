"""The content of each mail. `mails/templates` renders it as HTML and as text.

A subject states the fact. Each mail has one button, and a line that says why the recipient gets it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, get_currency_precision

from services.notifications.topics import Topic
from shared.copies import WorkspaceCopy

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    url: str


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
    code: str | None = None
    note: str | None = None


@dataclass(slots=True)
class MailContext:
    """The workspace that a mail is about, and how to format links, amounts and dates. ``orderer`` is None while the
    name is not known."""

    public_url: str
    locale: str
    workspace: WorkspaceCopy
    parent: WorkspaceCopy | None = None
    orderer: str | None = None

    def page(self, path: str) -> str:
        """The URL of a page of the workspace, based on the configured URL only (S17)."""
        return f"{self.public_url}/w/{self.workspace.slug}/{path}"

    def money(self, facts: Facts) -> str:
        currency = facts["currency"]
        amount = Decimal(facts["total_minor"]).scaleb(-get_currency_precision(currency))
        return format_currency(amount, currency, locale=self.locale)

    def day(self, iso: str) -> str:
        return format_date(date.fromisoformat(iso), "long", locale=self.locale)

    def moment(self, iso: str) -> str:
        return f"{format_datetime(datetime.fromisoformat(iso), 'long', locale=self.locale)}"


def sign_in(secret: Facts) -> MailContent:
    """D19: a link, and a code for other browsers."""
    return MailContent(
        subject="Your sign-in link and code",
        preview="Good for 10 minutes, and once.",
        heading="Sign in",
        paragraphs=("Open the link in the browser in which you asked for it, or type this code there.",),
        code=secret["code"],
        button=Button("Sign in", secret["link"]),
        note="Link and code are good for 10 minutes, and once. We never ask for the code by phone or chat.",
        reason="You get this because somebody, most likely you, asked to sign in with this address. If it was not you, "
        "nothing has happened and there is nothing to do.",
    )


def invitation(secret: Facts) -> MailContent:
    """L9: the subject is prescribed."""
    inviter, workspace = secret["inviter"], secret["workspace_name"]
    return MailContent(
        subject="Welcome to the Customer Portal",
        preview=f"{inviter} invites you to {workspace}.",
        heading="Welcome to the Customer Portal",
        paragraphs=(
            f"{inviter} invites you to {workspace}.",
            "See all services in one place, order new ones, and look after invoices and contacts. There is no "
            "password: you sign in by mail.",
        ),
        button=Button("Accept the invitation", secret["link"]),
        note="The link is good for 7 days. Before it lets anybody in, we send a code to this mailbox.",
        reason=f"You get this because {inviter} entered your address for {workspace}. If you do not know why, ignore "
        "it: without you nothing happens.",
    )


def new_browser(facts: Facts, context: MailContext) -> MailContent:
    browser = facts["browser"] or "an unknown browser"
    return MailContent(
        subject=f"Sign-in from a new browser: {browser}",
        preview="If it was you, there is nothing to do.",
        heading="You signed in from a new browser",
        paragraphs=(
            "If it was you, there is nothing to do.",
            "If it was not, somebody can read this mailbox. Sign that browser out, and change the password of your "
            "mail account.",
        ),
        rows=(
            ("Browser", browser),
            ("IP address", facts["ip"] or "unknown"),
            ("When", context.moment(facts["occurred_at"])),
        ),
        button=Button("See where you are signed in", f"{context.public_url}/sessions"),
        reason="You get this because somebody signed in with your address in a browser that we have not seen before.",
    )


def service_provisioned(facts: Facts, context: MailContext) -> MailContent:
    """P27: for contacts of the parent workspace, who are not users and may not be able to sign in (P29)."""
    customer, product = context.workspace.display_name, _product(facts)
    parent = context.parent.display_name if context.parent else "your company"
    on_behalf = f", on behalf of {customer}" if facts["via"] == "on_behalf" else ""
    rows = [("Customer", customer), ("Service", product)]
    if context.orderer:
        rows.append(("Ordered by", context.orderer + on_behalf))
    return MailContent(
        subject=f"{customer} provisioned {product}",
        preview="The service is running.",
        heading=f"{customer} has a new service",
        paragraphs=(f"{product} is provisioned and running. {_billing_begins(facts)}",),
        rows=tuple(rows),
        button=Button("View the service", context.page(f"services/{facts['service_id']}")),
        reason=f"You get this because you are an admin contact of {parent}, with mail about customers’ services "
        "switched on. An admin there can switch it off on the Contacts page.",
    )


def _billing_begins(facts: Facts) -> str:
    days = facts["billing_delay_days"]
    return f"Its billing starts {days} days after provisioning." if days else "Its billing starts at once."


def provisioning_failed(facts: Facts, context: MailContext) -> MailContent:
    """D18: tells the person who ordered that nothing is billed."""
    product = _product(facts)
    return MailContent(
        subject=f"{product} could not be provisioned",
        preview="Nothing is billed for it.",
        heading=f"{product} could not be provisioned",
        paragraphs=(
            f"Your order for {context.workspace.display_name} stopped at step {facts['step']}. "
            "Nothing is billed for it.",
            "Our team can try it again; there is nothing that you need to do.",
        ),
        rows=(("Customer", context.workspace.display_name), ("Service", product), ("What happened", facts["reason"])),
        button=Button("View the order", context.page(f"orders/{facts['order_id']}")),
        reason="You get this because you placed the order.",
    )


def invoice_issued(facts: Facts, context: MailContext) -> MailContent:
    amount, due, customer = context.money(facts), context.day(facts["due_on"]), context.workspace.display_name
    return MailContent(
        subject=f"Invoice {facts['number']}: {amount} due on {due}",
        preview=f"For {customer}.",
        heading=f"Your invoice of {amount}",
        paragraphs=(f"There is a new invoice for {customer}. It is due on {due}.",),
        rows=(
            ("Invoice", facts["number"]),
            ("Issued", context.day(facts["issued_on"])),
            ("Due", due),
            ("Amount", amount),
        ),
        button=Button("View and pay the invoice", context.page(f"billing/invoices/{facts['invoice_id']}")),
        reason=f"You get this because you are the billing contact of {customer}.",
    )


def invoice_paid(facts: Facts, context: MailContext) -> MailContent:
    amount, customer = context.money(facts), context.workspace.display_name
    return MailContent(
        subject=f"Invoice {facts['number']} is paid",
        preview=f"{amount} received. Thank you.",
        heading="Thank you for your payment",
        paragraphs=(f"Nothing is owed on this invoice of {customer} any more.",),
        rows=(("Invoice", facts["number"]), ("Amount", amount)),
        button=Button("View the invoice", context.page(f"billing/invoices/{facts['invoice_id']}")),
        reason=f"You get this because you are the billing contact of {customer}.",
    )


def _product(facts: Facts) -> str:
    times = f" × {facts['quantity']}" if facts["quantity"] > 1 else ""
    return f"{facts['product_name']}{times}"


CONTENTS: dict[Topic, Callable[[Facts, MailContext], MailContent]] = {
    Topic.new_browser: new_browser,
    Topic.service_provisioned: service_provisioned,
    Topic.provisioning_failed: provisioning_failed,
    Topic.invoice_issued: invoice_issued,
    Topic.invoice_paid: invoice_paid,
}
"""The mails about events. The two secret mails are not here: their content is only in the encrypted secret."""
