"""Mails about licences. They have no key: who may see it finds it on the licence's page (D30)."""

from services.notifications.mails.content import (
    Button,
    Facts,
    MailContent,
    MailContext,
    day,
    named_service,
    service_name,
    when,
)
from shared.language import formats, gettext


def licence_issued(facts: Facts, context: MailContext) -> MailContent:
    """For admins and additional users: who may see the key, and where it is."""
    name = service_name(facts)
    return MailContent(
        subject=gettext("The licence of %(service)s is ready", service=name),
        preview=gettext("Copy its key on the licence’s page."),
        heading=gettext("You have a new licence"),
        paragraphs=(
            gettext("%(service)s has a licence. You find its key on the licence’s page.", service=name),
            gettext("We never send keys by mail. Who looks at the key is in the audit log."),
        ),
        rows=(*_about(facts, context), *_terms(facts), (gettext("When"), when(facts))),
        button=_button(facts, context),
        reason=gettext(
            "You get this because you are an admin or an additional user of %(customer)s.",
            customer=context.workspace.display_name,
        ),
    )


def licence_rotated(facts: Facts, context: MailContext) -> MailContent:
    """For all admins, whoever did it among them: they have to notice when it was none of them."""
    name = service_name(facts)
    by = ((gettext("Who"), context.changer),) if context.changer else ()
    return MailContent(
        subject=gettext("The licence of %(service)s has a new key", service=name),
        preview=gettext("The former key is revoked."),
        heading=gettext("A licence key was replaced"),
        paragraphs=(
            gettext("The former key of %(service)s is revoked. Copy the new one to where it is used.", service=name),
            gettext("Machines that use the licence keep their activations, and need the new key to renew them."),
        ),
        rows=(*_about(facts, context), (gettext("When"), when(facts)), *by),
        button=_button(facts, context),
        reason=_admin(context),
    )


def licence_revoked(facts: Facts, context: MailContext) -> MailContent:
    name = service_name(facts)
    return MailContent(
        subject=gettext("The licence of %(service)s was revoked", service=name),
        preview=gettext("See why, and write to us if it is wrong."),
        heading=gettext("A licence was revoked"),
        paragraphs=(
            gettext("Its key is not valid any more, and it entitles to no releases.", service=name),
            gettext("If you think that this is wrong, answer this mail."),
        ),
        rows=(*_about(facts, context), (gettext("Reason"), facts["reason"]), (gettext("When"), when(facts))),
        button=_button(facts, context),
        reason=_admin(context),
    )


def licence_reinstated(facts: Facts, context: MailContext) -> MailContent:
    name = service_name(facts)
    return MailContent(
        subject=gettext("The licence of %(service)s is valid again", service=name),
        preview=gettext("Its key and its activations hold again."),
        heading=gettext("A licence is valid again"),
        paragraphs=(
            gettext("The revocation was taken back. The key and the activations hold again."),
            gettext("Software that checks a stored list of revoked keys needs a newer one."),
        ),
        rows=(*_about(facts, context), *_terms(facts), (gettext("When"), when(facts))),
        button=_button(facts, context),
        reason=_admin(context),
    )


def _about(facts: Facts, context: MailContext) -> tuple[tuple[str, str], ...]:
    return (
        (gettext("Customer"), context.workspace.display_name),
        (gettext("Service"), named_service(facts | {"quantity": 1})),
    )


def _terms(facts: Facts) -> tuple[tuple[str, str], ...]:
    until = facts.get("maintenance_until")
    return (
        (gettext("Machines"), formats.number(facts["quantity"])),
        (gettext("Releases until"), day(until) if until else gettext("as long as the contract runs")),
    )


def _button(facts: Facts, context: MailContext) -> Button:
    return Button(gettext("See the licence"), context.page(f"licences/{facts['licence_id']}"))


def _admin(context: MailContext) -> str:
    return gettext("You get this because you are an admin of %(customer)s.", customer=context.workspace.display_name)
