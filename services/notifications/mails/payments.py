"""Mails to the person who began a payment."""

from services.notifications.mails.content import Button, Facts, MailContent, MailContext, when
from shared.language import formats, gettext, mark, mark_in, pgettext

METHODS = {
    "card": mark_in("method", "Card"),
    "direct_debit": mark_in("method", "Direct debit"),
    "bank_transfer": mark_in("method", "Bank transfer"),
}
NOT_SAID = mark("The payment service did not accept it.")
REASONS = {
    "declined": mark("It was declined without a reason."),
    "insufficient_funds": mark("There was not enough money in the account."),
    "card_expired": mark("The card has expired."),
    "wrong_details": mark("The details of the card or the account were not right."),
    "not_authenticated": mark("It was not confirmed with the bank."),
    "limit_exceeded": mark("It was above a limit of the card or the account."),
    "account_closed": mark("The account is closed."),
    "mandate_revoked": mark("The account does not permit direct debits."),
    "cancelled": mark("It was cancelled on the payment page."),
    "expired": mark("It was not completed in time."),
    "unanswered": mark("The payment service gave no answer in time."),
}
"""What billing's reasons mean, as sentences. Any other one is a word of the gateway's own, and nothing for people."""


def method_of(facts: Facts) -> str | None:
    """How it was paid, in words; None where that is not known."""
    method = METHODS.get(facts.get("method") or "")
    return method and pgettext("method", method)


def reason_of(facts: Facts) -> str:
    """Why a payment failed, as a sentence."""
    return gettext(REASONS.get(facts["reason"], NOT_SAID))


def payment_failed(facts: Facts, context: MailContext) -> MailContent:
    amount, why = _amount(facts), reason_of(facts)
    return MailContent(
        subject=gettext("Your payment of %(amount)s failed", amount=amount),
        preview=why,
        heading=gettext("Your payment failed"),
        paragraphs=(
            gettext(
                "Your payment of %(amount)s for invoice %(number)s of %(customer)s did not go through.",
                amount=amount,
                number=facts["invoice_number"],
                customer=context.workspace.display_name,
            ),
            why,
            gettext("The invoice is still open. You can try again, or pay in another way."),
        ),
        rows=_rows(facts, context),
        button=Button(gettext("Pay the invoice"), _page(facts, context)),
        reason=_began(),
    )


def payment_received(facts: Facts, context: MailContext) -> MailContent:
    amount, customer = _amount(facts), context.workspace.display_name
    received = gettext(
        "We have received %(amount)s for invoice %(number)s of %(customer)s.",
        amount=amount,
        number=facts["invoice_number"],
        customer=customer,
    )
    return MailContent(
        subject=gettext("Your payment of %(amount)s was received", amount=amount),
        preview=gettext("For invoice %(number)s. Thank you.", number=facts["invoice_number"]),
        heading=gettext("Thank you for your payment"),
        paragraphs=(received,),
        rows=_rows(facts, context),
        button=Button(gettext("View the invoice"), _page(facts, context)),
        reason=_began(),
    )


def _rows(facts: Facts, context: MailContext) -> tuple[tuple[str, str], ...]:
    method = method_of(facts)
    return (
        (gettext("Customer"), context.workspace.display_name),
        (gettext("Invoice"), facts["invoice_number"]),
        (gettext("Amount"), _amount(facts)),
        *([(gettext("Payment method"), method)] if method else []),
        (gettext("When"), when(facts)),
    )


def _page(facts: Facts, context: MailContext) -> str:
    return context.page(f"billing/invoices/{facts['invoice_id']}")


def _began() -> str:
    return gettext("You get this because you began this payment.")


def _amount(facts: Facts) -> str:
    return formats.money(facts["amount_minor"], facts["currency"])
