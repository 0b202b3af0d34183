"""Mails about what people do by hand: deliver, set up, change, move, collect. They say nothing about prices."""

from services.notifications.mails.content import Button, Facts, MailContent, MailContext, day, order_button, when
from shared.language import gettext, mark

_ASSETS = {
    "create": (
        mark("%(service)s of %(customer)s is to be delivered"),
        mark("%(service)s is delivered on %(day)s"),
        mark("It is delivered and installed."),
        mark("%(service)s is delivered"),
    ),
    "change": (
        mark("%(service)s of %(customer)s is to be moved or changed"),
        mark("%(service)s is moved or changed on %(day)s"),
        mark("It is moved or changed, as you ordered."),
        mark("%(service)s is moved or changed"),
    ),
    "delete": (
        mark("%(service)s of %(customer)s is to be collected"),
        mark("%(service)s is collected on %(day)s"),
        mark("It is collected, as it was cancelled."),
        mark("%(service)s is collected"),
    ),
}
_OTHERS = {
    "create": (
        mark("%(service)s of %(customer)s is to be set up"),
        mark("%(service)s is set up on %(day)s"),
        mark("It is set up."),
        mark("%(service)s is set up"),
    ),
    "change": _ASSETS["change"],
    "delete": (
        mark("%(service)s of %(customer)s is to be taken down"),
        mark("%(service)s is taken down on %(day)s"),
        mark("It is taken down, as it was cancelled."),
        mark("%(service)s is taken down"),
    ),
}
"""By what is to be done: the subjects for staff and for whoever ordered, what will happen then, and the subject when it
has."""


def manual_task_opened(facts: Facts, context: MailContext) -> MailContent:
    """For the provider's staff who may plan and finish it."""
    assert context.reader is not None, "only the provider's users are told"
    customer, name = context.workspace.display_name, facts["display_name"]
    by = ((gettext("Ordered by"), context.orderer),) if context.orderer else ()
    wanted = day(facts["wanted_on"]) if facts["wanted_on"] else gettext("As soon as possible")
    page = f"{context.public_url}/w/{context.reader.slug}/manual-tasks/{facts['task_id']}"
    to_do = gettext(_words(facts)[0], service=name, customer=customer)
    return MailContent(
        subject=to_do,
        preview=gettext("Plan it for a day."),
        heading=to_do,
        paragraphs=(
            gettext("Plan it for a day: whoever ordered it is told. Say when it is done."),
            gettext("Where it is to be done, and what the customer wishes, is on the page of the task."),
        ),
        rows=(
            (gettext("Customer"), customer),
            (gettext("Service"), name),
            (gettext("Wanted for"), wanted),
            *by,
            (gettext("When"), when(facts)),
        ),
        button=Button(gettext("See the task"), page),
        reason=gettext(
            "You get this because you may plan and finish what %(provider)s does by hand.",
            provider=context.reader.display_name,
        ),
    )


def manual_task_planned(facts: Facts, context: MailContext) -> MailContent:
    """For whoever ordered it. It may be planned once more, for another day."""
    _, subject, happens, _ = _words(facts)
    note = ((gettext("Note"), facts["note"]),) if facts["note"] else ()
    return MailContent(
        subject=gettext(subject, service=facts["display_name"], day=day(facts["planned_on"])),
        preview=gettext(happens),
        heading=gettext("Your order is planned"),
        paragraphs=(
            gettext(happens),
            gettext("If that day does not suit you, write to us. You are told if it changes."),
        ),
        rows=(
            (gettext("Customer"), context.workspace.display_name),
            (gettext("Service"), facts["display_name"]),
            (gettext("Planned for"), day(facts["planned_on"])),
            *note,
        ),
        button=order_button(facts, context),
        reason=gettext("You get this because you placed the order."),
    )


def manual_task_finished(facts: Facts, context: MailContext) -> MailContent:
    """For whoever ordered it, days or weeks ago."""
    done = gettext(_words(facts)[3], service=facts["display_name"])
    return MailContent(
        subject=done,
        preview=gettext("Your order is done."),
        heading=done,
        paragraphs=(gettext("Your order is done."),),
        rows=(
            (gettext("Customer"), context.workspace.display_name),
            (gettext("Service"), facts["display_name"]),
            (gettext("When"), when(facts)),
        ),
        button=order_button(facts, context),
        reason=gettext("You get this because you placed the order."),
    )


def _words(facts: Facts) -> tuple[str, str, str, str]:
    return (_ASSETS if facts["kind"] == "asset" else _OTHERS)[facts["verb"]]
