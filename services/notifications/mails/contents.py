"""The content of each mail, in the reader's language. `mails/templates` renders it as HTML and as text.

A subject states the fact. Each mail has one button, and a line that says why the recipient gets it. It says who, what
and when.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.notifications.topics import Topic
from shared.copies import WorkspaceCopy
from shared.language import formats, gettext

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
    """The workspace that a mail is about, and where links lead. ``orderer`` is None while the name is not known."""

    public_url: str
    workspace: WorkspaceCopy
    parent: WorkspaceCopy | None = None
    orderer: str | None = None

    def page(self, path: str) -> str:
        """The URL of a page of the workspace, based on the configured URL only (S17)."""
        return f"{self.public_url}/w/{self.workspace.slug}/{path}"


def sign_in(secret: Facts) -> MailContent:
    """D19: a link, and a code for other browsers."""
    return MailContent(
        subject=gettext("Your sign-in link and code"),
        preview=gettext("Good for 10 minutes, and once."),
        heading=gettext("Sign in"),
        paragraphs=(gettext("Open the link in the browser in which you asked for it, or type this code there."),),
        code=secret["code"],
        button=Button(gettext("Sign in"), secret["link"]),
        note=gettext("Link and code are good for 10 minutes, and once. We never ask for the code by phone or chat."),
        reason=gettext(
            "You get this because somebody, most likely you, asked to sign in with this address. If it was not you, "
            "nothing has happened and there is nothing to do."
        ),
    )


def invitation(secret: Facts) -> MailContent:
    """L9: the subject is prescribed."""
    names = {"inviter": secret["inviter"], "workspace": secret["workspace_name"]}
    invites = gettext("%(inviter)s invites you to %(workspace)s.", **names)
    return MailContent(
        subject=gettext("Welcome to the Customer Portal"),
        preview=invites,
        heading=gettext("Welcome to the Customer Portal"),
        paragraphs=(
            invites,
            gettext(
                "See all services in one place, order new ones, and look after invoices and contacts. There is no "
                "password: you sign in by mail."
            ),
        ),
        button=Button(gettext("Accept the invitation"), secret["link"]),
        note=gettext("The link is good for 7 days. Before it lets anybody in, we send a code to this mailbox."),
        reason=gettext(
            "You get this because %(inviter)s entered your address for %(workspace)s. If you do not know why, ignore "
            "it: without you nothing happens.",
            **names,
        ),
    )


def new_browser(facts: Facts, context: MailContext) -> MailContent:
    browser = facts["browser"] or gettext("an unknown browser")
    return MailContent(
        subject=gettext("Sign-in from a new browser: %(browser)s", browser=browser),
        preview=gettext("If it was you, there is nothing to do."),
        heading=gettext("You signed in from a new browser"),
        paragraphs=(
            gettext("If it was you, there is nothing to do."),
            gettext(
                "If it was not, somebody can read this mailbox. Sign that browser out, and change the password of your "
                "mail account."
            ),
        ),
        rows=(
            (gettext("Browser"), browser),
            (gettext("IP address"), facts["ip"] or gettext("unknown")),
            (gettext("When"), _when(facts)),
        ),
        button=Button(gettext("See where you are signed in"), f"{context.public_url}/sessions"),
        reason=gettext(
            "You get this because somebody signed in with your address in a browser that we have not seen before."
        ),
    )


def service_provisioned(facts: Facts, context: MailContext) -> MailContent:
    """P27: for contacts of the parent workspace, who are not users and may not be able to sign in (P29)."""
    assert context.parent is not None, "only a parent's contacts are notified"
    customer, product = context.workspace.display_name, _product(facts)
    rows = [(gettext("Customer"), customer), (gettext("Service"), product)]
    if context.orderer:
        rows.append((gettext("Ordered by"), _orderer(context.orderer, facts, customer)))
    return MailContent(
        subject=gettext("%(customer)s provisioned %(product)s", customer=customer, product=product),
        preview=gettext("The service is running."),
        heading=gettext("%(customer)s has a new service", customer=customer),
        paragraphs=(_running(product, facts),),
        rows=(*rows, (gettext("Provisioned"), _when(facts))),
        button=Button(gettext("View the service"), context.page(f"services/{facts['service_id']}")),
        reason=gettext(
            "You get this because you are an admin contact of %(parent)s, with mail about customers’ services "
            "switched on. An admin there can switch it off on the Contacts page.",
            parent=context.parent.display_name,
        ),
    )


def _orderer(person: str, facts: Facts, customer: str) -> str:
    if facts["via"] != "on_behalf":
        return person
    return gettext("%(person)s, on behalf of %(customer)s", person=person, customer=customer)


def _running(product: str, facts: Facts) -> str:
    if not facts["billing_delay_days"]:
        return gettext("%(product)s is provisioned and running. Its billing starts at once.", product=product)
    begins = datetime.fromisoformat(facts["occurred_at"]) + timedelta(days=facts["billing_delay_days"])
    return gettext(
        "%(product)s is provisioned and running. Its billing starts on %(day)s.",
        product=product,
        day=formats.long_day(begins.date()),
    )


def provisioning_failed(facts: Facts, context: MailContext) -> MailContent:
    """D18: tells the person who ordered that nothing is billed."""
    customer, product = context.workspace.display_name, _product(facts)
    fails = gettext("%(product)s could not be provisioned", product=product)
    return MailContent(
        subject=fails,
        preview=gettext("Nothing is billed for it."),
        heading=fails,
        paragraphs=(
            gettext(
                "Your order for %(customer)s stopped at step %(step)s. Nothing is billed for it.",
                customer=customer,
                step=formats.number(facts["step"]),
            ),
            gettext("Our team can try it again; there is nothing that you need to do."),
        ),
        rows=(
            (gettext("Customer"), customer),
            (gettext("Service"), product),
            (gettext("What happened"), facts["reason"]),
            (gettext("When"), _when(facts)),
        ),
        button=Button(gettext("View the order"), context.page(f"orders/{facts['order_id']}")),
        reason=gettext("You get this because you placed the order."),
    )


def invoice_issued(facts: Facts, context: MailContext) -> MailContent:
    amount, due, customer = _amount(facts), _day(facts["due_on"]), context.workspace.display_name
    return MailContent(
        subject=gettext(
            "Invoice %(number)s: %(amount)s due on %(day)s", number=facts["number"], amount=amount, day=due
        ),
        preview=gettext("For %(customer)s.", customer=customer),
        heading=gettext("Your invoice of %(amount)s", amount=amount),
        paragraphs=(
            gettext("There is a new invoice for %(customer)s. It is due on %(day)s.", customer=customer, day=due),
        ),
        rows=(
            (gettext("Invoice"), facts["number"]),
            (gettext("Issued"), _day(facts["issued_on"])),
            (gettext("Due"), due),
            (gettext("Amount"), amount),
        ),
        button=Button(gettext("View and pay the invoice"), context.page(f"billing/invoices/{facts['invoice_id']}")),
        reason=_billing_contact_of(customer),
    )


def invoice_paid(facts: Facts, context: MailContext) -> MailContent:
    amount, customer = _amount(facts), context.workspace.display_name
    return MailContent(
        subject=gettext("Invoice %(number)s is paid", number=facts["number"]),
        preview=gettext("%(amount)s received. Thank you.", amount=amount),
        heading=gettext("Thank you for your payment"),
        paragraphs=(gettext("Nothing is owed on this invoice of %(customer)s any more.", customer=customer),),
        rows=(
            (gettext("Invoice"), facts["number"]),
            (gettext("Amount"), amount),
            (gettext("Paid"), _when(facts)),
        ),
        button=Button(gettext("View the invoice"), context.page(f"billing/invoices/{facts['invoice_id']}")),
        reason=_billing_contact_of(customer),
    )


def _billing_contact_of(customer: str) -> str:
    return gettext("You get this because you are the billing contact of %(customer)s.", customer=customer)


def _product(facts: Facts) -> str:
    if facts["quantity"] == 1:
        return str(facts["product_name"])
    quantity = formats.number(facts["quantity"])
    return gettext("%(product)s × %(quantity)s", product=facts["product_name"], quantity=quantity)


def _amount(facts: Facts) -> str:
    return formats.money(facts["total_minor"], facts["currency"])


def _day(iso: str) -> str:
    return formats.long_day(date.fromisoformat(iso))


def _when(facts: Facts) -> str:
    return formats.stamp(datetime.fromisoformat(facts["occurred_at"]))


CONTENTS: dict[Topic, Callable[[Facts, MailContext], MailContent]] = {
    Topic.new_browser: new_browser,
    Topic.service_provisioned: service_provisioned,
    Topic.provisioning_failed: provisioning_failed,
    Topic.invoice_issued: invoice_issued,
    Topic.invoice_paid: invoice_paid,
}
"""The mails about events."""
SECRET_CONTENTS = {Topic.sign_in: sign_in, Topic.invitation: invitation}
"""The mails whose content is only in the encrypted secret."""
