"""Mails to billing contacts about saved payment methods, and about what is charged to them."""

from datetime import date

from services.notifications.mails.content import Button, Facts, MailContent, MailContext, when
from services.notifications.mails.payments import reason_of
from shared.language import formats, gettext, mark

KINDS = {"card": mark("Card"), "sepa_debit": mark("SEPA direct debit"), "ach_debit": mark("ACH debit")}


def charge_failed(facts: Facts, context: MailContext) -> MailContent:
    amount, why = _amount(facts), reason_of(facts)
    next_try = facts.get("next_try_on")
    if next_try:
        day = formats.day(date.fromisoformat(next_try))
        follows = gettext("We try again on %(day)s. You can also pay now, or save another payment method.", day=day)
    else:
        follows = gettext("We do not try again. Please pay the invoice now: it is past due.")
    return MailContent(
        subject=gettext("The automatic payment of %(amount)s failed", amount=amount),
        preview=why,
        heading=gettext("An automatic payment failed"),
        paragraphs=(
            gettext(
                "We could not charge %(amount)s for invoice %(number)s of %(customer)s.",
                amount=amount,
                number=facts["invoice_number"],
                customer=context.workspace.display_name,
            ),
            why,
            follows,
        ),
        rows=_of_payment(facts, context),
        button=Button(gettext("Pay the invoice"), context.page(f"billing/invoices/{facts['invoice_id']}")),
        reason=_contact(context),
    )


def payment_returned(facts: Facts, context: MailContext) -> MailContent:
    amount = _amount(facts)
    return MailContent(
        subject=gettext("The bank took back your payment of %(amount)s", amount=amount),
        preview=gettext("Invoice %(number)s is open again.", number=facts["invoice_number"]),
        heading=gettext("A payment was taken back"),
        paragraphs=(
            gettext(
                "The bank took back the payment of %(amount)s for invoice %(number)s of %(customer)s.",
                amount=amount,
                number=facts["invoice_number"],
                customer=context.workspace.display_name,
            ),
            gettext("What it had paid is open again. Please pay it in another way, or ask your bank why."),
        ),
        rows=_of_payment(facts, context),
        button=Button(gettext("Pay the invoice"), context.page(f"billing/invoices/{facts['invoice_id']}")),
        reason=_contact(context),
    )


def method_expiring(facts: Facts, context: MailContext) -> MailContent:
    day = formats.day(date.fromisoformat(facts["expires_on"]))
    ends = gettext(
        "%(method)s of %(customer)s can be charged until %(day)s.",
        method=_name(facts),
        customer=context.workspace.display_name,
        day=day,
    )
    is_charged = gettext("It is the one that is charged: save another one, so that invoices are paid in time.")
    return MailContent(
        subject=gettext("Your payment method ends on %(day)s", day=day),
        preview=ends,
        heading=gettext("A payment method ends soon"),
        paragraphs=(
            ends,
            *([is_charged] if facts["is_default"] else []),
        ),
        rows=_of_method(facts, context),
        button=_methods(facts, context),
        reason=_contact(context),
    )


def methods_changed(facts: Facts, context: MailContext) -> MailContent:
    """A method was saved, or removed: only the first event says whether it is verified."""
    added = facts.get("verified") is not None
    heading = gettext("A payment method was saved") if added else gettext("A payment method was removed")
    said = (
        gettext("%(method)s was saved for %(customer)s.", method=_name(facts), customer=context.workspace.display_name)
        if added
        else gettext(
            "%(method)s of %(customer)s was removed.", method=_name(facts), customer=context.workspace.display_name
        )
    )
    return MailContent(
        subject=heading,
        preview=said,
        heading=heading,
        paragraphs=(said, gettext("If nobody of you did this, look at the payment methods and tell us.")),
        rows=_of_method(facts, context),
        button=_methods(facts, context),
        reason=_contact(context),
    )


def _name(facts: Facts) -> str:
    known_kind = facts["kind"]
    kind = gettext(KINDS[known_kind]) if known_kind in KINDS else str(known_kind)
    known = f"{facts['brand'] or kind} •••• {facts['last_four']}"
    return f"{facts['label']} ({known})" if facts["label"] else known


def _of_payment(facts: Facts, context: MailContext) -> tuple[tuple[str, str], ...]:
    return (
        (gettext("Customer"), context.workspace.display_name),
        (gettext("Invoice"), facts["invoice_number"]),
        (gettext("Amount"), _amount(facts)),
        (gettext("When"), when(facts)),
    )


def _of_method(facts: Facts, context: MailContext) -> tuple[tuple[str, str], ...]:
    return (
        (gettext("Customer"), context.workspace.display_name),
        (gettext("Payment method"), _name(facts)),
        (gettext("When"), when(facts)),
    )


def _methods(facts: Facts, context: MailContext) -> Button:
    return Button(gettext("Payment methods"), context.page(f"billing/{facts['bill_group_id']}/payment-methods"))


def _contact(context: MailContext) -> str:
    customer = context.workspace.display_name
    return gettext("You get this because you are the billing contact of %(customer)s.", customer=customer)


def _amount(facts: Facts) -> str:
    return formats.money(facts["amount_minor"], facts["currency"])
