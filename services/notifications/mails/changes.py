"""Mails about services that are changed, suspended or cancelled. They say nothing about prices."""

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
from services.notifications.mails.services import could_not_be_done, is_asset, why
from shared.language import gettext, mark


def change_approved(facts: Facts, context: MailContext) -> MailContent:
    """To whoever had asked for a change, a cancellation or a renewal."""
    name = service_name(facts)
    if facts.get("ends") is not None:
        done = gettext("The cancellation of %(service)s that you asked for is approved.", service=name)
    elif "months" in facts:
        done = gettext("The renewal of %(service)s that you asked for is approved.", service=name)
    else:
        done = gettext("The change of %(service)s that you asked for is approved, and is being made.", service=name)
    return MailContent(
        subject=gettext("What you asked for about %(service)s is approved", service=name),
        preview=gettext("See how it goes on."),
        heading=gettext("Your order is approved"),
        paragraphs=(done,),
        rows=_rows(facts, context),
        button=order_button(facts, context),
        reason=gettext("You get this because you asked for this order."),
    )


def service_changed(facts: Facts, context: MailContext) -> MailContent:
    name = service_name(facts)
    return MailContent(
        subject=gettext("%(service)s is changed", service=name),
        preview=gettext("It works as you ordered."),
        heading=gettext("Your change is made"),
        paragraphs=(gettext("%(service)s is changed as you ordered.", service=name),),
        rows=_rows(facts, context),
        button=_service(facts, context),
        reason=gettext("You get this because you placed the order."),
    )


def change_failed(facts: Facts, context: MailContext) -> MailContent:
    name = service_name(facts)
    return MailContent(
        subject=gettext("%(service)s could not be changed", service=name),
        preview=gettext("It is as before, and costs what it did."),
        heading=gettext("%(service)s could not be changed", service=name),
        paragraphs=(
            gettext("It is as before, and costs what it did.")
            if could_not_be_done(facts)
            else gettext("What was done already was taken back. The service is as before, and costs what it did."),
            gettext("Our team can try it again. You can also order another change."),
        ),
        rows=(*_rows(facts, context), (gettext("What happened"), why(facts))),
        button=order_button(facts, context),
        reason=gettext("You get this because you placed the order."),
    )


def service_cancelled(facts: Facts, context: MailContext) -> MailContent:
    """To the admins, who have to notice when nobody of them wanted it."""
    name, now = service_name(facts), facts["ends"] == "now"
    ends = (
        mark("%(service)s goes back to us. This cannot be undone.")
        if is_asset(facts)
        else mark("%(service)s is being deleted, with all that it holds. This cannot be undone.")
    )
    told = (
        gettext(ends, service=name)
        if now
        else gettext(
            "%(service)s works until the end of its billing period. Until then, you can undo this on its page.",
            service=name,
        )
    )
    by = ((gettext("Who"), context.changer),) if context.changer else ()
    return MailContent(
        subject=gettext("%(service)s was cancelled", service=name),
        preview=gettext("It ends now.") if now else gettext("It works until the end of its billing period."),
        heading=gettext("A service was cancelled"),
        paragraphs=(told,),
        rows=(*_rows(facts, context), *by),
        button=_service(facts, context),
        reason=_admin(context),
    )


def service_suspended(facts: Facts, context: MailContext) -> MailContent:
    """Because of what is overdue: who suspends a service knows it."""
    name = service_name(facts)
    return MailContent(
        subject=gettext("%(service)s is suspended", service=name),
        preview=gettext("Something is overdue."),
        heading=gettext("A service is suspended"),
        paragraphs=(
            gettext("%(service)s does not work at the moment, because something is overdue.", service=name),
            gettext("Other services that are paid on the same invoices are suspended, too."),
            gettext("It works again by itself as soon as that is paid. All that it holds is kept."),
        ),
        rows=_rows(facts, context),
        button=_service(facts, context),
        reason=_admin(context),
    )


def service_resumed(facts: Facts, context: MailContext) -> MailContent:
    name = service_name(facts)
    return MailContent(
        subject=gettext("%(service)s works again", service=name),
        preview=gettext("It is not suspended any more."),
        heading=gettext("A service works again"),
        paragraphs=(
            gettext("%(service)s was suspended, and works again.", service=name),
            gettext("So do other services that were suspended for the same reason."),
        ),
        rows=_rows(facts, context),
        button=_service(facts, context),
        reason=_admin(context),
    )


def credentials_reset(facts: Facts, context: MailContext) -> MailContent:
    """To all admins, whoever did it among them: they have to notice when it was none of them."""
    name = facts["display_name"]
    customer, by = context.workspace.display_name, ((gettext("Who"), context.changer),) if context.changer else ()
    return MailContent(
        subject=gettext("The credentials of %(service)s were reset", service=name),
        preview=gettext("The former ones do not work any more."),
        heading=gettext("Credentials were reset"),
        paragraphs=(
            gettext(
                "%(service)s has new credentials. The former ones do not work any more. The new ones are shown in the "
                "portal, once, to whoever has reset them. We never send them by mail.",
                service=name,
            ),
            gettext("If this was nobody of you, somebody has got into an account of yours. Write to us at once."),
        ),
        rows=((gettext("Customer"), customer), (gettext("Service"), name), (gettext("When"), when(facts)), *by),
        button=_service(facts, context),
        reason=_admin(context),
    )


def _rows(facts: Facts, context: MailContext) -> tuple[tuple[str, str], ...]:
    return (
        (gettext("Customer"), context.workspace.display_name),
        (gettext("Service"), named_service(facts)),
        (gettext("When"), when(facts)),
    )


def _service(facts: Facts, context: MailContext) -> Button:
    return Button(gettext("See the service"), context.page(f"services/{facts['service_id']}"))


def _admin(context: MailContext) -> str:
    return gettext("You get this because you are an admin of %(customer)s.", customer=context.workspace.display_name)
