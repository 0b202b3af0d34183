"""Mails about a customer that goes, or could go, from one seller to another."""

from datetime import datetime

from services.notifications.mails.content import Button, Facts, MailContent, MailContext, when
from shared.language import formats, gettext


def move_proposed(facts: Facts, context: MailContext) -> MailContent:
    """For the admins of the customer, who consent or decline."""
    names = _names(facts)
    return MailContent(
        subject=gettext("Please decide: %(to)s could look after %(workspace)s", **names),
        preview=gettext("See what would change. Nothing changes before you consent."),
        heading=gettext("Somebody else could look after you"),
        paragraphs=(
            gettext(
                "%(company)s proposes that %(to)s looks after %(workspace)s from now on, instead of %(from)s.",
                company=facts["company"],
                **names,
            ),
            gettext("Your services, subscriptions, prices and invoices would go on as they are."),
            gettext("Nothing changes before one of your admins consents. If nobody answers, the proposal ends."),
        ),
        rows=(
            (gettext("Reason"), facts["reason"]),
            (gettext("Answer until"), formats.stamp(datetime.fromisoformat(facts["expires_at"]))),
            (gettext("When"), when(facts)),
        ),
        button=Button(gettext("Read it and answer"), context.page("move")),
        reason=_why_admins(facts["display_name"]),
    )


def move_withdrawn(facts: Facts, context: MailContext) -> MailContent:
    """For the admins of the customer."""
    names = _names(facts)
    return MailContent(
        subject=gettext("%(workspace)s stays with %(from)s", **names),
        preview=gettext("What was proposed to you was taken back."),
        heading=gettext("The proposal was taken back"),
        paragraphs=(
            gettext("It is not proposed any more that %(to)s looks after %(workspace)s.", **names),
            gettext("Nothing has changed, and there is nothing to do."),
        ),
        rows=((gettext("When"), when(facts)),),
        button=Button(gettext("Open %(workspace)s", **names), context.page("")),
        reason=_why_admins(facts["display_name"]),
    )


def move_declined(facts: Facts, context: MailContext) -> MailContent:
    """For who proposed it."""
    names = _names(facts)
    return _answered(
        facts,
        context,
        gettext("%(workspace)s declined to go to %(to)s", **names),
        gettext("An admin of %(workspace)s declined. It stays with %(from)s.", **names),
        ((gettext("Reason"), facts["reason"]),),
    )


def move_expired(facts: Facts, context: MailContext) -> MailContent:
    """For who proposed it."""
    names = _names(facts)
    return _answered(
        facts,
        context,
        gettext("%(workspace)s did not answer whether it goes to %(to)s", **names),
        gettext("No admin of %(workspace)s has answered in time. It stays with %(from)s.", **names),
    )


def move_consented(facts: Facts, context: MailContext) -> MailContent:
    """For who proposed it."""
    names = _names(facts)
    return _answered(
        facts,
        context,
        gettext("%(workspace)s has gone to %(to)s", **names),
        gettext("An admin of %(workspace)s consented. %(to)s looks after it now, instead of %(from)s.", **names),
    )


def workspace_moved(facts: Facts, context: MailContext) -> MailContent:
    """For the admins of the customer."""
    names = _names(facts)
    return MailContent(
        subject=gettext("%(to)s looks after %(workspace)s now", **names),
        preview=gettext("See what has changed, and who may enter your workspace."),
        heading=gettext("Somebody else looks after you now"),
        paragraphs=(
            gettext("%(to)s looks after %(workspace)s from now on, and helps you.", **names),
            gettext("Nobody of %(from)s sees or changes anything of yours any more.", **names),
            gettext("Your services, subscriptions, prices and invoices go on as they are."),
        ),
        rows=((gettext("When"), when(facts)),),
        button=Button(gettext("See who may enter"), context.page("users/of-parent")),
        reason=_why_admins(facts["display_name"]),
    )


def customer_left(facts: Facts, context: MailContext) -> MailContent:
    """For the admins of who sold to it. It does not say to whom the customer went."""
    names = {"customer": facts["customer_name"], "workspace": context.workspace.display_name}
    return MailContent(
        subject=gettext("%(customer)s is not your customer any more", **names),
        preview=gettext("It has consented to be looked after by somebody else."),
        heading=gettext("A customer has left"),
        paragraphs=(
            gettext("%(customer)s has consented to be looked after by somebody else.", **names),
            gettext(
                "Nobody of %(workspace)s sees or changes anything of it any more. Links, work on behalf of it and "
                "open invitations have ended.",
                **names,
            ),
        ),
        rows=_of_customer(facts),
        button=Button(gettext("See who may enter which customer"), _page(context, "links")),
        reason=_why_sellers(names["workspace"]),
    )


def customer_joined(facts: Facts, context: MailContext) -> MailContent:
    """For the admins of who sells to it now."""
    names = {"customer": facts["customer_name"], "workspace": context.workspace.display_name}
    return MailContent(
        subject=gettext("%(customer)s is your customer now", **names),
        preview=gettext("It has consented that you look after it."),
        heading=gettext("A customer has come to you"),
        paragraphs=(
            gettext("%(customer)s has consented that %(workspace)s looks after it from now on.", **names),
            gettext("You see it among your customers, with its orders and services. Link the people who work for it."),
        ),
        rows=_of_customer(facts),
        button=Button(gettext("Link your people"), _page(context, f"customers/{facts['customer_id']}/users")),
        reason=_why_sellers(names["workspace"]),
    )


def _names(facts: Facts) -> dict[str, str]:
    return {"workspace": facts["display_name"], "from": facts["from_company"], "to": facts["to_company"]}


def _answered(
    facts: Facts, context: MailContext, news: str, means: str, rows: tuple[tuple[str, str], ...] = ()
) -> MailContent:
    return MailContent(
        subject=news,
        preview=means,
        heading=news,
        paragraphs=(means,),
        rows=(*rows, (gettext("When"), when(facts))),
        button=Button(gettext("See the proposal"), _of_staff(context)),
        reason=gettext("You get this because you proposed it."),
    )


def _of_staff(context: MailContext) -> str:
    """The page of the provider's staff on which it was proposed."""
    provider = context.reader or context.workspace
    return f"{context.public_url}/provider/{provider.slug}/customers/{context.workspace.id}/move"


def _page(context: MailContext, path: str) -> str:
    """A page of the reader's company, which sells."""
    seller = context.reader or context.workspace
    base = "provider" if seller.kind == "provider" else "partner"
    return f"{context.public_url}/{base}/{seller.slug}/{path}"


def _of_customer(facts: Facts) -> tuple[tuple[str, str], ...]:
    return (
        (gettext("Customer"), facts["customer_name"]),
        (gettext("Account number"), facts["account_number"]),
        (gettext("When"), when(facts)),
    )


def _why_admins(name: str) -> str:
    return gettext(
        "You get this because you are an admin of %(workspace)s, and admins decide who looks after it.", workspace=name
    )


def _why_sellers(name: str) -> str:
    return gettext(
        "You get this because you are an admin of %(workspace)s, and admins are told which customers come and go.",
        workspace=name,
    )
