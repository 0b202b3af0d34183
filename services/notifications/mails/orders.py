"""Mails about orders of people who have to ask. They say nothing about prices."""

from services.notifications.mails.content import (
    Button,
    Facts,
    MailContent,
    MailContext,
    named_service,
    service_name,
    when,
)
from shared.language import gettext, mark

_WANTED = {
    "new": mark("Somebody asks for this order for %(customer)s."),
    "change": mark("Somebody asks to change this service of %(customer)s."),
    "cancel": mark("Somebody asks to cancel this service of %(customer)s."),
}
_REFUSED = {
    "new": mark("The order that you asked for at %(customer)s was refused. Nothing is ordered."),
    "change": mark("The change that you asked for at %(customer)s was refused. The service stays as it is."),
    "cancel": mark("The cancellation that you asked for at %(customer)s was refused. The service goes on."),
}


def order_requested(facts: Facts, context: MailContext) -> MailContent:
    """For those who may approve it. What the person wrote to them is on the page alone."""
    customer, kind = context.workspace.display_name, facts.get("order_kind", "new")
    asker = ((gettext("Who"), context.asker),) if context.asker else ()
    return MailContent(
        subject=gettext("%(service)s waits for your approval", service=service_name(facts)),
        preview=gettext("Approve or refuse the order."),
        heading=gettext("An order waits for approval"),
        paragraphs=(
            gettext(_WANTED[kind], customer=customer),
            gettext("Nothing is ordered until you or a colleague approves it. The price is on the page of the order."),
        ),
        rows=((gettext("Service"), named_service(facts)), *asker, (gettext("When"), when(facts))),
        button=Button(gettext("See the order"), context.page(f"orders/{facts['order_id']}")),
        reason=gettext("You get this because you may approve orders of %(customer)s.", customer=customer),
    )


def order_approved(facts: Facts, context: MailContext) -> MailContent:
    name = service_name(facts)
    return MailContent(
        subject=gettext("Your order of %(service)s is approved", service=name),
        preview=gettext("It is being provisioned."),
        heading=gettext("Your order is approved"),
        paragraphs=(gettext("%(service)s is ordered now, and is being provisioned.", service=name),),
        rows=((gettext("Service"), named_service(facts)), (gettext("When"), when(facts))),
        button=Button(gettext("View the order"), context.page(f"orders/{facts['order_id']}")),
        reason=_asked(),
    )


def order_refused(facts: Facts, context: MailContext) -> MailContent:
    return MailContent(
        subject=gettext("Your order of %(service)s was refused", service=service_name(facts)),
        preview=gettext("There is a reason with it."),
        heading=gettext("Your order was refused"),
        paragraphs=(gettext(_REFUSED[facts.get("order_kind", "new")], customer=context.workspace.display_name),),
        rows=(
            (gettext("Service"), named_service(facts)),
            (gettext("Reason"), facts["reason"]),
            (gettext("When"), when(facts)),
        ),
        button=Button(gettext("View the order"), context.page(f"orders/{facts['order_id']}")),
        reason=_asked(),
    )


def _asked() -> str:
    return gettext("You get this because you asked for this order.")
