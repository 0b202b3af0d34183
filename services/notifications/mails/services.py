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
}
"""Why provisioning failed, by provisioning's codes. Any other driver says it in its own words."""


def service_provisioned(facts: Facts, context: MailContext) -> MailContent:
    """P27: for contacts of the parent workspace and of the customer itself, who are not users (P29)."""
    customer, name = context.workspace.display_name, service_name(facts)
    rows = [(gettext("Customer"), customer), (gettext("Service"), named_service(facts))]
    if context.orderer:
        rows.append((gettext("Ordered by"), _orderer(context.orderer, facts, customer)))
    own = context.reader is not None and context.reader.id == context.workspace.id
    return MailContent(
        subject=gettext("%(service)s is running", service=name)
        if own
        else gettext("%(customer)s provisioned %(service)s", customer=customer, service=name),
        preview=gettext("The service is running."),
        heading=gettext("You have a new service")
        if own
        else gettext("%(customer)s has a new service", customer=customer),
        paragraphs=(_running(name, facts),),
        rows=(*(rows[1:] if own else rows), (gettext("Provisioned"), when(facts))),
        button=Button(gettext("View the service"), context.page(f"services/{facts['service_id']}")),
        reason=_switched_on(context, own),
    )


def _switched_on(context: MailContext, own: bool) -> str:
    assert context.reader is not None, "only contacts are notified"
    company = context.reader.display_name
    if own:
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


def _orderer(person: str, facts: Facts, customer: str) -> str:
    if facts["via"] != "on_behalf":
        return person
    return gettext("%(person)s, on behalf of %(customer)s", person=person, customer=customer)


def _running(name: str, facts: Facts) -> str:
    if not facts["billing_delay_days"]:
        return gettext("%(service)s is provisioned and running. Its billing starts at once.", service=name)
    begins = datetime.fromisoformat(facts["occurred_at"]) + timedelta(days=facts["billing_delay_days"])
    return gettext(
        "%(service)s is provisioned and running. Its billing starts on %(day)s.",
        service=name,
        day=formats.long_day(begins.date()),
    )


def provisioning_failed(facts: Facts, context: MailContext) -> MailContent:
    """D18: tells the person who ordered that nothing is billed."""
    customer = context.workspace.display_name
    fails = gettext("%(service)s could not be provisioned", service=service_name(facts))
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
            (gettext("Service"), named_service(facts)),
            (gettext("What happened"), why(facts)),
            (gettext("When"), when(facts)),
        ),
        button=order_button(facts, context),
        reason=gettext("You get this because you placed the order."),
    )


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
