"""Mails about quotes. They say nothing about prices: those are on the page, for who may see them."""

from services.notifications.mails.content import Button, Facts, MailContent, MailContext, day, when
from shared.language import gettext


def quote_requested(facts: Facts, context: MailContext) -> MailContent:
    customer = context.workspace.display_name
    return MailContent(
        subject=gettext("%(customer)s asks for a quote", customer=customer),
        preview=gettext("Draft an offer."),
        heading=gettext("A quote is asked for"),
        paragraphs=(gettext("What is wanted is on the page of the quote. Draft an offer there, or write back."),),
        rows=_of_customer(facts, context),
        button=_to_staff(facts, context),
        reason=_you_quote(context),
    )


def quote_accepted(facts: Facts, context: MailContext) -> MailContent:
    customer = context.workspace.display_name
    return MailContent(
        subject=gettext("%(customer)s accepted offer %(number)s", customer=customer, number=facts["number"]),
        preview=gettext("It is being ordered."),
        heading=gettext("An offer was accepted"),
        paragraphs=(gettext("Everything of the offer is being ordered, at its prices."),),
        rows=_of_customer(facts, context),
        button=_to_staff(facts, context),
        reason=_you_quote(context),
    )


def quote_declined(facts: Facts, context: MailContext) -> MailContent:
    customer = context.workspace.display_name
    return MailContent(
        subject=gettext("%(customer)s declined offer %(number)s", customer=customer, number=facts["number"]),
        preview=gettext("There is a reason with it."),
        heading=gettext("An offer was declined"),
        paragraphs=(gettext("Nothing is ordered. You can revise the offer and make another one."),),
        rows=(*_of_customer(facts, context), (gettext("Reason"), facts["reason"])),
        button=_to_staff(facts, context),
        reason=_you_quote(context),
    )


def quote_not_ordered(facts: Facts, context: MailContext) -> MailContent:
    customer = context.workspace.display_name
    return MailContent(
        subject=gettext("Quote %(number)s of %(customer)s could not be ordered", customer=customer,
                        number=facts["number"]),
        preview=gettext("Nothing of it is ordered yet."),
        heading=gettext("An accepted quote could not be ordered"),
        paragraphs=(
            gettext("“%(service)s” is not possible at the moment, so that nothing of the quote is ordered.",
                    service=facts["display_name"]),
            gettext("The page says why. Make it possible, and try again there."),
        ),
        rows=_of_customer(facts, context),
        button=_to_staff(facts, context),
        reason=_you_quote(context),
    )  # fmt: skip


def quote_message_to_staff(facts: Facts, context: MailContext) -> MailContent:
    customer = context.workspace.display_name
    return MailContent(
        subject=gettext("%(customer)s wrote about quote %(number)s", customer=customer, number=facts["number"]),
        preview=gettext("The message is on the page of the quote."),
        heading=gettext("A message about a quote"),
        paragraphs=(gettext("You can read and answer it on the page of the quote."),),
        rows=_of_customer(facts, context),
        button=_to_staff(facts, context),
        reason=_you_quote(context),
    )


def quote_offered(facts: Facts, context: MailContext) -> MailContent:
    return MailContent(
        subject=gettext("There is an offer for quote %(number)s", number=facts["number"]),
        preview=gettext("It is valid until %(day)s.", day=day(facts["valid_until"])),
        heading=gettext("An offer waits for your answer"),
        paragraphs=(
            gettext("The offer for %(customer)s is on the page of the quote, with a document to download.",
                    customer=context.workspace.display_name),
            gettext("An admin can accept or decline it there."),
        ),
        rows=((gettext("Quote"), facts["number"]), (gettext("Valid until"), day(facts["valid_until"]))),
        button=_to_customer(facts, context),
        reason=_you_asked(context),
    )  # fmt: skip


def quote_expiring(facts: Facts, context: MailContext) -> MailContent:
    return MailContent(
        subject=gettext("The offer for quote %(number)s ends on %(day)s", number=facts["number"],
                        day=day(facts["valid_until"])),
        preview=gettext("Nobody has answered it yet."),
        heading=gettext("An offer ends soon"),
        paragraphs=(gettext("After that day it cannot be accepted any more. An admin can answer it on its page."),),
        rows=((gettext("Quote"), facts["number"]), (gettext("Valid until"), day(facts["valid_until"]))),
        button=_to_customer(facts, context),
        reason=_you_asked(context),
    )  # fmt: skip


def quote_withdrawn(facts: Facts, context: MailContext) -> MailContent:
    reason = ((gettext("Reason"), facts["reason"]),) if facts["reason"] else ()
    return MailContent(
        subject=gettext("Quote %(number)s was withdrawn", number=facts["number"]),
        preview=gettext("It cannot be accepted any more."),
        heading=gettext("A quote was withdrawn"),
        paragraphs=(gettext("Nothing is ordered. You can write to us on its page, or ask for another quote."),),
        rows=((gettext("Quote"), facts["number"]), *reason, (gettext("When"), when(facts))),
        button=_to_customer(facts, context),
        reason=_you_asked(context),
    )


def quote_message(facts: Facts, context: MailContext) -> MailContent:
    return MailContent(
        subject=gettext("There is a message about quote %(number)s", number=facts["number"]),
        preview=gettext("The message is on the page of the quote."),
        heading=gettext("A message about a quote"),
        paragraphs=(gettext("You can read and answer it on the page of the quote."),),
        rows=((gettext("Quote"), facts["number"]), (gettext("When"), when(facts))),
        button=_to_customer(facts, context),
        reason=_you_asked(context),
    )


def _of_customer(facts: Facts, context: MailContext) -> tuple[tuple[str, str], ...]:
    return (
        (gettext("Customer"), context.workspace.display_name),
        (gettext("Quote"), facts["number"]),
        (gettext("When"), when(facts)),
    )


def _to_staff(facts: Facts, context: MailContext) -> Button:
    assert context.reader is not None, "only the provider's users are told"
    page = f"{context.public_url}/provider/{context.reader.slug}/quotes/{facts['quote_id']}"
    return Button(gettext("See the quote"), page)


def _to_customer(facts: Facts, context: MailContext) -> Button:
    return Button(gettext("See the quote"), context.page(f"quotes/{facts['quote_id']}"))


def _you_quote(context: MailContext) -> str:
    assert context.reader is not None, "only the provider's users are told"
    return gettext("You get this because you may make offers for %(provider)s.", provider=context.reader.display_name)


def _you_asked(context: MailContext) -> str:
    return gettext("You get this because you asked for the quote, or are an admin of %(customer)s.",
                   customer=context.workspace.display_name)  # fmt: skip
