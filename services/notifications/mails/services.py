"""Mails about orders and services. They go to people who may not see money, and say nothing about prices."""

from datetime import datetime, timedelta

from services.notifications.mails.content import (
    Button,
    Facts,
    MailContent,
    MailContext,
    named_service,
    order_button,
    product,
    service_name,
    when,
)
from shared.language import formats, gettext, mark
from shared.language.coded import say

FAILURES = {
    "unanswered": mark("The infrastructure does not answer."),
    "begun_too_often": mark("The step was begun too often without coming to an end."),
    "simulator_refused": mark("The simulated infrastructure refused step %(step)s, as its options say."),
    "manual_not_possible": mark("It could not be done: %(reason)s"),
}
"""Why provisioning failed, by provisioning's codes. Any other driver says it in its own words."""


def service_provisioned(facts: Facts, context: MailContext) -> MailContent:
    """P27: for contacts of the parent workspace and of the customer itself, who are not users (P29)."""
    customer, name, own = context.workspace.display_name, service_name(facts), context.is_own
    rows = [(gettext("Customer"), customer), (gettext("Service"), named_service(facts))]
    if context.orderer:
        rows.append((gettext("Ordered by"), on_whose_behalf(context.orderer, facts, customer)))
    return MailContent(
        subject=_there(name, facts)
        if own
        else gettext("%(customer)s provisioned %(service)s", customer=customer, service=name),
        preview=gettext("It is delivered.") if is_asset(facts) else gettext("The service is running."),
        heading=gettext("You have a new service")
        if own
        else gettext("%(customer)s has a new service", customer=customer),
        paragraphs=(_running(name, facts),),
        rows=(*(rows[1:] if own else rows), (gettext("Provisioned"), when(facts))),
        button=Button(gettext("View the service"), context.page(f"services/{facts['service_id']}")),
        reason=switched_on(context),
    )


def service_deleted(facts: Facts, context: MailContext) -> MailContent:
    """P27: for whoever is told that a service is provisioned."""
    customer, name, own = context.workspace.display_name, service_name(facts), context.is_own
    rows = [(gettext("Customer"), customer), (gettext("Service"), named_service(facts))]
    if context.orderer:
        rows.append((gettext("Cancelled by"), on_whose_behalf(context.orderer, facts, customer)))
    return MailContent(
        subject=gettext("%(service)s is deleted", service=name)
        if own
        else gettext("%(customer)s deleted %(service)s", customer=customer, service=name),
        preview=_gone(name, facts),
        heading=gettext("A service of yours is deleted")
        if own
        else gettext("A service of %(customer)s is deleted", customer=customer),
        paragraphs=(_gone(name, facts),),
        rows=(*(rows[1:] if own else rows), (gettext("Deleted"), when(facts))),
        button=Button(gettext("View the service"), context.page(f"services/{facts['service_id']}")),
        reason=switched_on(context),
    )


def switched_on(context: MailContext) -> str:
    """Why a contact gets mail about services, and who can switch it off."""
    assert context.reader is not None, "only contacts are notified"
    company = context.reader.display_name
    if context.is_own:
        return gettext(
            "You get this because you are an admin contact of %(company)s, with mail about services switched on. An "
            "admin there can switch it off on the Contacts page.",
            company=company,
        )
    return gettext(
        "You get this because you are an admin contact of %(company)s, with mail about customers’ services switched "
        "on. An admin there can switch it off on the Contacts page.",
        company=company,
    )


def on_whose_behalf(person: str, facts: Facts, customer: str) -> str:
    """A person, and that they did not do it for themselves."""
    if facts["via"] != "on_behalf":
        return person
    return gettext("%(person)s, on behalf of %(customer)s", person=person, customer=customer)


def is_asset(facts: Facts) -> bool:
    """Whether it is a thing, which does not run but is somewhere."""
    return facts.get("kind") == "asset"


def _there(name: str, facts: Facts) -> str:
    if is_asset(facts):
        return gettext("%(service)s is delivered", service=name)
    return gettext("%(service)s is running", service=name)


def _gone(name: str, facts: Facts) -> str:
    left = (
        mark("%(service)s was taken back.") if is_asset(facts) else mark("%(service)s is gone, with all that it held.")
    )
    return gettext(left, service=name)


def _running(name: str, facts: Facts) -> str:
    at_once, later = (
        (mark("%(service)s is delivered. Its billing starts at once."),
         mark("%(service)s is delivered. Its billing starts on %(day)s."))
        if is_asset(facts)
        else (mark("%(service)s is provisioned and running. Its billing starts at once."),
              mark("%(service)s is provisioned and running. Its billing starts on %(day)s."))
    )  # fmt: skip
    if not facts["billing_delay_days"]:
        return gettext(at_once, service=name)
    begins = datetime.fromisoformat(facts["occurred_at"]) + timedelta(days=facts["billing_delay_days"])
    return gettext(later, service=name, day=formats.long_day(begins.date()))


def provisioning_failed(facts: Facts, context: MailContext) -> MailContent:
    """D18: tells the person who ordered that nothing is billed."""
    customer = context.workspace.display_name
    fails = gettext("%(service)s could not be provisioned", service=service_name(facts))
    return MailContent(
        subject=fails,
        preview=gettext("Nothing is billed for it."),
        heading=fails,
        paragraphs=_stopped(facts, customer),
        rows=(
            (gettext("Customer"), customer),
            (gettext("Service"), named_service(facts)),
            (gettext("What happened"), why(facts)),
            (gettext("When"), when(facts)),
        ),
        button=order_button(facts, context),
        reason=gettext("You get this because you placed the order."),
    )


def _stopped(facts: Facts, customer: str) -> tuple[str, str]:
    if could_not_be_done(facts):
        return (
            gettext("Your order for %(customer)s could not be carried out. Nothing is billed for it.",
                    customer=customer),
            gettext("Our team can try it again. If you can help with that, write to us."),
        )  # fmt: skip
    step = formats.number(facts["step"])
    return (
        gettext("Your order for %(customer)s stopped at step %(step)s. Nothing is billed for it.",
                customer=customer, step=step),
        gettext("Our team can try it again; there is nothing that you need to do."),
    )  # fmt: skip


def could_not_be_done(facts: Facts) -> bool:
    """Whether people gave it up, for a reason that they said."""
    return facts.get("reason_code") == "manual_not_possible"


def why(facts: Facts) -> str:
    """Events of an older version, or of a driver without words here, have the driver's own text alone."""
    words = FAILURES.get(facts.get("reason_code") or "")
    return say(words and gettext(words), facts.get("reason_values") or {}, otherwise=facts["reason"])


def ordered_on_behalf(facts: Facts, context: MailContext) -> MailContent:
    """For the customer's admins: who of the parent workspace ordered what for them."""
    assert context.parent is not None, "only a parent's users work on behalf"
    company, customer = context.parent.display_name, context.workspace.display_name
    rows = [(gettext("Service"), named_service(facts))]
    if facts.get("display_name") not in (None, facts["product_name"]):
        rows = [(gettext("Service"), facts["display_name"]), (gettext("Product"), product(facts))]
    if context.orderer:
        rows.append((gettext("Ordered by"), context.orderer))
    return MailContent(
        subject=gettext("%(company)s ordered %(service)s for you", company=company, service=service_name(facts)),
        preview=gettext("See what was ordered, and by whom."),
        heading=gettext("An order was placed on your behalf"),
        paragraphs=(
            gettext(
                "%(company)s placed this order on behalf of %(customer)s.",
                company=company,
                customer=customer,
            ),
            gettext("If you did not expect this order, please ask %(company)s.", company=company),
        ),
        rows=(*rows, (gettext("Company"), company), (gettext("When"), when(facts))),
        button=order_button(facts, context),
        reason=gettext(
            "You get this because you are an admin of %(customer)s, and admins are told of orders on behalf.",
            customer=customer,
        ),
    )
