"""Mails about invoices: issued, paid, overdue."""

from datetime import date

from services.notifications.mails.content import (
    Button,
    Facts,
    Line,
    MailContent,
    MailContext,
    Statement,
    day,
    when,
)
from services.notifications.mails.payments import method_of
from shared.language import formats, gettext, ngettext

LINES_SHOWN = 10
"""An invoice may have many more; the mail says how many."""


def invoice_issued(facts: Facts, context: MailContext) -> MailContent:
    amount, due, customer = _total(facts), day(facts["due_on"]), context.workspace.display_name
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
            (gettext("Issued"), day(facts["issued_on"])),
            (gettext("Due"), due),
        ),
        statement=_statement(facts),
        button=Button(gettext("View and pay the invoice"), _page(facts, context)),
        note=_attached(context),
        reason=_billing_contact_of(customer),
    )


def invoice_paid(facts: Facts, context: MailContext) -> MailContent:
    customer, method = context.workspace.display_name, method_of(facts)
    return MailContent(
        subject=gettext("Invoice %(number)s is paid", number=facts["number"]),
        preview=gettext("%(amount)s received. Thank you.", amount=_total(facts)),
        heading=gettext("Thank you for your payment"),
        paragraphs=(gettext("Nothing is owed on this invoice of %(customer)s any more.", customer=customer),),
        rows=(
            (gettext("Invoice"), facts["number"]),
            (gettext("Paid"), when(facts)),
            *([(gettext("Payment method"), method)] if method else []),
        ),
        statement=_statement(facts),
        button=Button(gettext("View the invoice"), _page(facts, context)),
        note=_attached(context),
        reason=_billing_contact_of(customer),
    )


def invoice_overdue(facts: Facts, context: MailContext) -> MailContent:
    """Friendly at first. The last reminder says what follows."""
    last = 1 < facts["reminders"] <= facts["reminder"]
    number, open_, days = facts["number"], _outstanding(facts), _days(facts)
    customer, due = context.workspace.display_name, day(facts["due_on"])
    return MailContent(
        subject=gettext("Last reminder: invoice %(number)s, %(amount)s", number=number, amount=open_)
        if last
        else gettext("Reminder: invoice %(number)s, %(amount)s", number=number, amount=open_),
        preview=gettext("It was due on %(day)s.", day=due),
        heading=gettext("Last reminder of your invoice") if last else gettext("Your invoice is still open"),
        paragraphs=(_reminding(open_, customer, due, last=last), *_how_to_pay(number, last=last)),
        rows=(
            (gettext("Invoice"), number),
            (gettext("Due"), due),
            (gettext("Overdue for"), days),
            (gettext("Outstanding"), open_),
            (gettext("Reminder"), _counted(facts)),
        ),
        button=Button(gettext("View and pay the invoice"), _page(facts, context)),
        note=gettext("If you have paid in the last few days, there is nothing more to do. Thank you."),
        reason=_billing_contact_of(customer),
    )


def _reminding(amount: str, customer: str, due: str, *, last: bool) -> str:
    if last:
        return gettext(
            "Despite our reminders, we have not received %(amount)s for the invoice of %(customer)s that was due on "
            "%(day)s. Please pay it now.",
            amount=amount,
            customer=customer,
            day=due,
        )
    return gettext(
        "Perhaps it was overlooked: the invoice of %(customer)s was due on %(day)s, and we have not received "
        "%(amount)s yet. Please pay it in the next few days.",
        amount=amount,
        customer=customer,
        day=due,
    )


def _how_to_pay(number: str, *, last: bool) -> tuple[str, ...]:
    way = gettext(
        "You can pay online with the button below, or as the invoice says. Please give %(number)s as the reference.",
        number=number,
    )
    if not last:
        return (way,)
    return way, gettext("This is our last reminder. If the invoice stays open, our team will get in touch with you.")


def _counted(facts: Facts) -> str:
    number, many = formats.number(facts["reminder"]), formats.number(facts["reminders"])
    return gettext("%(number)s of %(many)s", number=number, many=many)


def invoice_long_overdue(facts: Facts, context: MailContext) -> MailContent:
    """For contacts of the provider. Its users enter the workspaces of its own customers, and those of partners."""
    assert context.reader is not None, "only the provider's contacts are notified"
    customer, days, company = context.workspace.display_name, _days(facts), context.reader.display_name
    partner = context.parent if context.parent is not None and context.parent.kind == "partner" else None
    seller = partner.display_name if partner else customer
    return MailContent(
        subject=gettext(
            "%(customer)s: invoice %(number)s is %(days)s overdue",
            customer=customer,
            number=facts["number"],
            days=days,
        ),
        preview=gettext("%(amount)s is outstanding after all reminders.", amount=_outstanding(facts)),
        heading=gettext("An invoice is still open after the last reminder"),
        paragraphs=(
            gettext("%(customer)s has received all reminders; no more will be sent.", customer=customer),
            gettext("Please get in touch with %(company)s.", company=seller),
        ),
        rows=(
            (gettext("Customer"), f"{customer} ({context.workspace.account_number})"),
            *([(gettext("Partner"), partner.display_name)] if partner else []),
            (gettext("Invoice"), facts["number"]),
            (gettext("Due"), day(facts["due_on"])),
            (gettext("Overdue for"), days),
            (gettext("Outstanding"), _outstanding(facts)),
        ),
        button=Button(gettext("See the partners"), f"{context.public_url}/provider/{context.reader.slug}/partners")
        if partner
        else Button(gettext("View the invoice"), _page(facts, context)),
        reason=gettext(
            "You get this because you are an admin contact of %(company)s, with mail about customers’ services and "
            "overdue invoices switched on. An admin there can switch it off on the Contacts page.",
            company=company,
        ),
    )


def _page(facts: Facts, context: MailContext) -> str:
    return context.page(f"billing/invoices/{facts['invoice_id']}")


def _billing_contact_of(customer: str) -> str:
    return gettext("You get this because you are the billing contact of %(customer)s.", customer=customer)


def _attached(context: MailContext) -> str | None:
    return gettext("The invoice is attached as a PDF.") if context.attached else None


def _statement(facts: Facts) -> Statement:
    """Older events have only the total."""
    lines = facts.get("lines") or []
    left_out = facts.get("line_count", 0) - len(lines[:LINES_SHOWN])
    more = ngettext("and %(num)s more line", "and %(num)s more lines", left_out) if left_out > 0 else None
    sums = [(gettext("Total"), _total(facts))]
    if facts.get("net_minor") is not None and facts.get("tax_minor") is not None:
        parts = ((gettext("Net"), "net_minor"), (gettext("Tax"), "tax_minor"))
        sums = [*((label, _money(facts, facts[name])) for label, name in parts), *sums]
    return Statement(tuple(_line(facts, line) for line in lines[:LINES_SHOWN]), more, tuple(sums))


def _line(facts: Facts, line: Facts) -> Line:
    first, last = (formats.day(date.fromisoformat(line[name])) for name in ("period_from", "period_to"))
    what, quantity = line["description"], line["quantity"]
    if quantity != 1:
        what = gettext("%(product)s × %(quantity)s", product=what, quantity=formats.number(quantity))
    recurring = line["kind"] == "recurring"
    period = gettext("%(first)s – %(last)s", first=first, last=last) if recurring else gettext("One time")
    return Line(what, period, _money(facts, line["net_minor"]))


def _total(facts: Facts) -> str:
    return _money(facts, facts["total_minor"])


def _outstanding(facts: Facts) -> str:
    return _money(facts, facts["outstanding_minor"])


def _money(facts: Facts, minor: int) -> str:
    return formats.money(minor, facts["currency"])


def _days(facts: Facts) -> str:
    return ngettext("%(num)s day", "%(num)s days", facts["days_overdue"])
