"""Mails about orders that somebody has to approve or to confirm. They say nothing about prices."""

from services.notifications.mails.content import (
    Button,
    Facts,
    MailContent,
    MailContext,
    named_service,
    order_button,
    service_name,
    when,
)
from shared.language import gettext, mark

_WANTED = {
    "new": mark("Somebody asks for this order for %(customer)s."),
    "change": mark("Somebody asks to change this service of %(customer)s."),
    "cancel": mark("Somebody asks to cancel this service of %(customer)s."),
    "renew": mark("Somebody asks to renew the subscription of this service of %(customer)s."),
}
_REFUSED = {
    "new": mark("The order that you asked for at %(customer)s was refused. Nothing is ordered."),
    "change": mark("The change that you asked for at %(customer)s was refused. The service stays as it is."),
    "cancel": mark("The cancellation that you asked for at %(customer)s was refused. The service goes on."),
    "renew": mark("The renewal that you asked for at %(customer)s was refused. The term ends when it did."),
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
    waits = facts.get("service_id") is None
    preview = gettext("It waits to be confirmed.") if waits else gettext("It is being provisioned.")
    told = (
        gettext("%(service)s is ordered now. Its order waits to be confirmed, and you are told of that.", service=name)
        if waits
        else gettext("%(service)s is ordered now, and is being provisioned.", service=name)
    )
    return MailContent(
        subject=gettext("Your order of %(service)s is approved", service=name),
        preview=preview,
        heading=gettext("Your order is approved"),
        paragraphs=(told,),
        rows=((gettext("Service"), named_service(facts)), (gettext("When"), when(facts))),
        button=order_button(facts, context),
        reason=_asked(),
    )


def order_refused(facts: Facts, context: MailContext) -> MailContent:
    return MailContent(
        subject=gettext("Your order of %(service)s was refused", service=service_name(facts)),
        preview=gettext("There is a reason with it."),
        heading=gettext("Your order was refused"),
        paragraphs=(gettext(_REFUSED[facts.get("order_kind", "new")], customer=context.workspace.display_name),),
        rows=_with_reason(facts),
        button=order_button(facts, context),
        reason=_asked(),
    )


def order_submitted(facts: Facts, context: MailContext) -> MailContent:
    """For the provider's staff who may confirm or return it."""
    assert context.reader is not None, "only the provider's users are told"
    customer, who = context.workspace.display_name, context.asker
    by = ((gettext("Ordered by"), who),) if who else ()
    page = f"{context.public_url}/provider/{context.reader.slug}/all-orders/{facts['order_id']}"
    return MailContent(
        subject=gettext("An order of %(customer)s waits to be confirmed", customer=customer),
        preview=gettext("Confirm or return it."),
        heading=gettext("An order waits to be confirmed"),
        paragraphs=(
            gettext("%(customer)s ordered a product whose orders you confirm first.", customer=customer),
            gettext("Nothing is provisioned or billed until you or a colleague confirms it."),
        ),
        rows=(
            (gettext("Customer"), customer),
            (gettext("Service"), named_service(facts)),
            *by,
            (gettext("When"), when(facts)),
        ),
        button=Button(gettext("See the order"), page),
        reason=gettext("You get this because you may confirm orders of %(provider)s.",
                       provider=context.reader.display_name),
    )  # fmt: skip


def order_confirmed(facts: Facts, context: MailContext) -> MailContent:
    name = service_name(facts)
    return MailContent(
        subject=gettext("Your order of %(service)s is confirmed", service=name),
        preview=gettext("It is being provisioned."),
        heading=gettext("Your order is confirmed"),
        paragraphs=(gettext("%(service)s is being provisioned now, at the price that you agreed to.", service=name),),
        rows=((gettext("Service"), named_service(facts)), (gettext("When"), when(facts))),
        button=order_button(facts, context),
        reason=_ordered(),
    )


def order_returned(facts: Facts, context: MailContext) -> MailContent:
    customer = context.workspace.display_name
    return MailContent(
        subject=gettext("Your order of %(service)s was returned", service=service_name(facts)),
        preview=gettext("There is a reason with it."),
        heading=gettext("Your order was returned"),
        paragraphs=(
            gettext("Your order for %(customer)s could not be confirmed. Nothing is ordered or billed.",
                    customer=customer),
            gettext("You can order again, perhaps in another configuration."),
        ),
        rows=_with_reason(facts),
        button=order_button(facts, context),
        reason=_ordered(),
    )  # fmt: skip


def _with_reason(facts: Facts) -> tuple[tuple[str, str], ...]:
    return (
        (gettext("Service"), named_service(facts)),
        (gettext("Reason"), facts["reason"]),
        (gettext("When"), when(facts)),
    )


def _ordered() -> str:
    return gettext("You get this because you placed the order.")


def _asked() -> str:
    return gettext("You get this because you asked for this order.")
