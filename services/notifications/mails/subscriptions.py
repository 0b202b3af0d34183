"""Mails to admins and additional users about the terms of subscriptions. They say nothing about prices."""

from datetime import date, timedelta

from services.notifications.mails.content import Button, Facts, MailContent, MailContext, order_button, when
from shared.language import formats, gettext, mark

AFTERWARDS = {
    "renew": mark(
        "Another term begins by itself then. If you do not want that, choose on the page of the service that the "
        "subscription ends with its term."
    ),
    "continue": mark("It goes on without a minimum term then, until you cancel it."),
    "end": mark("It ends then, and the service is deleted. If you want to keep it, renew or extend it before."),
}
REASONS = {
    "cancelled": mark("It was cancelled for this day."),
    "expired": mark("Its term is over, and it does not renew by itself."),
    "deleted": mark("Its service was deleted."),
}
REFUSALS = {
    "not_renewable": mark("It has no minimum term, is not billed yet, or ends."),
    "too_long": mark("Its term would end more than 60 months from now."),
    "not_a_multiple": mark("The months are no whole terms of its plan."),
    "term_changed": mark("Its term or its plan was changed after the renewal had been ordered."),
}
IMPOSSIBLE = mark("It is not possible any more.")
OTHERWISE = mark("It has come to its end.")


def subscription_expiring(facts: Facts, context: MailContext) -> MailContent:
    name, last, follows = _name(facts), _last_day(facts), AFTERWARDS[facts["at_term_end"]]
    ends = gettext("The term of %(service)s ends on %(day)s", service=name, day=last)
    return MailContent(
        subject=ends,
        preview=gettext(follows),
        heading=gettext("A term ends soon"),
        paragraphs=(
            gettext("The minimum term of the subscription of %(service)s ends on %(day)s.", service=name, day=last),
            gettext(follows),
        ),
        rows=(*_of_service(name, context), (gettext("Last day of the term"), last)),
        button=_button(facts, context),
        reason=_reason(context),
    )


def subscription_renewed(facts: Facts, context: MailContext) -> MailContent:
    name, last = _name(facts), _last_day(facts)
    return MailContent(
        subject=gettext("%(service)s was renewed until %(day)s", service=name, day=last),
        preview=gettext("Another term has begun by itself."),
        heading=gettext("A subscription was renewed"),
        paragraphs=(
            gettext("The term of the subscription of %(service)s was over.", service=name),
            gettext("Another term has begun by itself. It ends on %(day)s.", day=last),
        ),
        rows=(*_of_service(name, context), (gettext("Last day of the term"), last)),
        button=_button(facts, context),
        reason=_reason(context),
    )


def renewal_refused(facts: Facts, context: MailContext) -> MailContent:
    """To whoever ordered or asked for it: after it was approved, it was not possible any more."""
    name, why = _name(facts), REFUSALS.get(facts["reason"], IMPOSSIBLE)
    return MailContent(
        subject=gettext("The subscription of %(service)s could not be renewed", service=name),
        preview=gettext("Its term ends when it did."),
        heading=gettext("A subscription could not be renewed"),
        paragraphs=(gettext(why), gettext("Its term ends when it did. You can ask again.")),
        rows=(*_of_service(name, context), (gettext("When"), when(facts))),
        button=order_button(facts, context),
        reason=gettext("You get this because you placed or asked for the order."),
    )


def subscription_ended(facts: Facts, context: MailContext) -> MailContent:
    name, why = _name(facts), REASONS.get(facts["reason"], OTHERWISE)
    return MailContent(
        subject=gettext("The subscription of %(service)s has ended", service=name),
        preview=gettext(why),
        heading=gettext("A subscription has ended"),
        paragraphs=(
            gettext(why),
            gettext("Later days are not billed. What is still to pay is on the next invoice."),
        ),
        rows=(*_of_service(name, context), (gettext("Ended"), when(facts))),
        button=_button(facts, context),
        reason=_reason(context),
    )


def _name(facts: Facts) -> str:
    """Older events do not say it."""
    return facts.get("display_name") or gettext("a service")


def _last_day(facts: Facts) -> str:
    return formats.day(date.fromisoformat(facts["term_ends_on"]) - timedelta(days=1))


def _of_service(name: str, context: MailContext) -> tuple[tuple[str, str], ...]:
    return (gettext("Customer"), context.workspace.display_name), (gettext("Service"), name)


def _button(facts: Facts, context: MailContext) -> Button:
    return Button(gettext("View the service"), context.page(f"services/{facts['service_id']}"))


def _reason(context: MailContext) -> str:
    return gettext(
        "You get this because you are an admin or an additional user of %(customer)s, who are told of the terms of "
        "subscriptions.",
        customer=context.workspace.display_name,
    )
