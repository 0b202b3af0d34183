"""Attempts to pay an invoice, in words: how, with which outcome, and what to do now."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from services.portal.clients.billing import InvoiceDetail
from services.portal.clients.http import Page
from services.portal.clients.payments import Attempt
from services.portal.texts import Texts
from shared.language import formats, gettext, mark

METHODS = Texts({"card": mark("Card"), "direct_debit": mark("Direct debit"), "bank_transfer": mark("Bank transfer")})
REASONS = Texts(
    {
        "declined": mark("The payment was declined. Try again, or use another card or account."),
        "insufficient_funds": mark("There was not enough money on the account. Use another card or account."),
        "card_expired": mark("The card has expired. Use another card."),
        "wrong_details": mark("The details of the card or account were not right. Enter them again."),
        "not_authenticated": mark("The bank asked for a confirmation and did not get it. Try again."),
        "limit_exceeded": mark("The payment is above a limit of the card or account. Ask the bank, or pay otherwise."),
        "account_closed": mark("The account is closed. Use another card or account."),
        "mandate_revoked": mark("The account does not permit direct debits. Pay in another way."),
        "cancelled": mark("The payment was cancelled. Nothing was taken."),
        "expired": mark("The payment page was open for too long. Nothing was taken."),
        "unanswered": mark("The payment provider has not said for two weeks whether the money came."),
        "superseded": mark("The invoice was paid by another payment first."),
        "dispute_lost": mark("The payment was disputed at the bank, and the money went back."),
    }
)
"""Why an attempt failed. What a payment provider calls otherwise was declined, too."""
GIVEN_UP = ("expired", "unanswered", "superseded")
"""Reasons that are outcomes of their own: nobody declined."""


def reason_of(attempt: Attempt) -> str:
    """Why it failed, as a sentence, never in the words of a machine; empty if it did not."""
    if attempt.state not in ("failed", "returned"):
        return ""
    return REASONS.get(attempt.failure_reason or "") or REASONS["declined"]


def state_of(attempt: Attempt) -> str:
    """The state by which its pill is known."""
    if attempt.state == "succeeded":
        return _state_of_received(attempt)
    if attempt.state != "failed":
        return "returned_payment" if attempt.state == "returned" else attempt.state
    return attempt.failure_reason if attempt.failure_reason in GIVEN_UP else "declined"


def _state_of_received(attempt: Attempt) -> str:
    if attempt.dispute == "open":
        return "disputed"
    return "refunded" if attempt.refunded_minor >= attempt.amount_minor else "succeeded"


def method_of(attempt: Attempt) -> str:
    return METHODS.get(attempt.method or "") or gettext("Online payment")


def share_of(attempt: Attempt) -> str:
    """What of the payment is not for this invoice, in words; empty if all is."""
    money = partial(formats.money, currency=attempt.currency)
    parts = []
    if attempt.state == "succeeded" and attempt.paid_minor < attempt.amount_minor:
        rest = money(attempt.amount_minor - attempt.paid_minor)
        parts.append(gettext("%(amount)s of it paid other invoices, or became credit.", amount=rest))
    if attempt.refunded_minor:
        parts.append(gettext("%(amount)s were paid back.", amount=money(attempt.refunded_minor)))
    return " ".join(parts)


def who_began(attempt: Attempt) -> str:
    return gettext("Auto-pay") if attempt.automatic else attempt.begun_by_address or gettext("Erased user")


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt, in words."""

    attempt: Attempt
    method: str
    reason: str
    """Why it failed; empty if it did not."""
    state: str
    share: str
    """What else the payment did; empty if it was for this invoice alone."""
    who: str
    """Who began it."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """The newest attempts, the newest first."""

    tried: Sequence[Tried]
    older: bool
    """Whether there were more."""

    @classmethod
    def of(cls, found: Page[Attempt]) -> "Attempts":
        told = [
            Tried(each, method_of(each), reason_of(each), state_of(each), share_of(each), who_began(each))
            for each in found.items
        ]
        return cls(told, found.next is not None)

    @property
    def processing(self) -> bool:
        """Whether the outcome of the newest is not known yet, so that nobody should pay again."""
        return bool(self.tried) and self.tried[0].attempt.state in ("created", "processing")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the newest attempt means for the invoice. ``tone`` is that of a notice."""

    tone: str
    icon: str
    title: str
    text: str


def outcome_of(invoice: InvoiceDetail, attempts: Sequence[Attempt]) -> Outcome | None:
    """What to tell a person who comes back from the payment page, or looks later; None if nobody has tried to pay."""
    if not attempts:
        return None
    if any(attempt.state == "succeeded" and attempt.paid_minor == 0 for attempt in attempts):
        return Outcome(
            "ok", "info-circle", gettext("More than one payment was received."),
            gettext("What this invoice did not need is your credit: it pays other invoices, and can be paid back."),
        )  # fmt: skip
    if not invoice.payable or attempts[0].state == "succeeded":
        return _paid(attempts)
    return _outcome_of_newest(attempts[0])


def _outcome_of_newest(newest: Attempt) -> Outcome:
    if newest.state == "returned":
        return Outcome("bad", "alert-triangle", gettext("The bank took the payment back."), reason_of(newest))
    if newest.state in ("created", "processing"):
        return Outcome(
            "", "circle-dashed", gettext("The payment is being processed."),
            gettext("This page updates itself, and a mail follows as soon as the outcome is known."),
        )  # fmt: skip
    if newest.state == "failed":
        return Outcome("bad", "alert-triangle", gettext("The payment was not received."), reason_of(newest))
    return Outcome(
        "", "info-circle", gettext("A payment was begun and is not finished."),
        gettext("If you have just paid, the outcome appears here by itself, and a mail follows. If not, pay now."),
    )  # fmt: skip


def _paid(attempts: Sequence[Attempt]) -> Outcome | None:
    received = next((attempt for attempt in attempts if attempt.state == "succeeded"), None)
    if received is None:
        return None
    amount = formats.money(received.amount_minor, received.currency)
    return Outcome("ok", "circle-check", gettext("The payment was received."), gettext("%(amount)s, %(method)s.",
                   amount=amount, method=method_of(received)))  # fmt: skip
