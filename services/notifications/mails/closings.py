"""Mails about an account that its holders close. For the admins of the workspace and of whoever sells to it."""

from datetime import datetime

from services.notifications.mails.content import Button, Facts, MailContent, MailContext, when
from shared.language import formats, gettext


def account_closing(facts: Facts, context: MailContext) -> MailContent:
    """A holder asked for it."""
    names = _names(facts)
    by = ((gettext("Asked for by"), context.changer),) if context.changer else ()
    return MailContent(
        subject=gettext("%(workspace)s will be closed on %(day)s", **names),
        preview=gettext("Until then a holder can keep the account."),
        heading=gettext("An account will be closed"),
        paragraphs=(
            gettext("A holder of %(workspace)s wants the account to be closed.", **names),
            *_what_it_means(names),
            gettext("Until then everything works as before, but nothing can be ordered, extended or renewed."),
        ),
        rows=(*by, (gettext("It is closed"), _day(facts)), (gettext("When"), when(facts))),
        button=_button(facts, context),
        reason=_why(facts),
    )


def account_closing_soon(facts: Facts, context: MailContext) -> MailContent:
    """Three days before."""
    names = _names(facts)
    return MailContent(
        subject=gettext("%(workspace)s will be closed soon, on %(day)s", **names),
        preview=gettext("Until then a holder can keep the account."),
        heading=gettext("An account will be closed soon"),
        paragraphs=_what_it_means(names),
        rows=((gettext("It is closed"), _day(facts)),),
        button=_button(facts, context),
        reason=_why(facts),
    )


def account_kept(facts: Facts, context: MailContext) -> MailContent:
    """A holder keeps it."""
    names = {"workspace": facts["display_name"]}
    by = ((gettext("Kept by"), context.changer),) if context.changer else ()
    return MailContent(
        subject=gettext("%(workspace)s stays", **names),
        preview=gettext("The account is not closed. Everything goes on."),
        heading=gettext("An account stays"),
        paragraphs=(
            gettext("A holder of %(workspace)s keeps the account. It is not closed.", **names),
            gettext("Everything goes on as before, and services can be ordered again."),
        ),
        rows=(*by, (gettext("When"), when(facts))),
        button=_button(facts, context),
        reason=_why(facts),
    )


def account_closed(facts: Facts, context: MailContext) -> MailContent:
    """It is done. Only the holders and the seller still see the workspace."""
    names = {"workspace": facts["display_name"]}
    return MailContent(
        subject=gettext("%(workspace)s is closed", **names),
        preview=gettext("Its services end, and only its holders still have access."),
        heading=gettext("An account is closed"),
        paragraphs=(
            gettext("The account of %(workspace)s is closed, as a holder had asked for.", **names),
            gettext("All services are cancelled. The last invoices follow, and can be paid as before."),
            gettext("Its two holders can still sign in, read and pay. Everybody else has lost access."),
            gettext("It cannot be opened again. Whoever comes back is invited anew."),
        ),
        rows=((gettext("When"), when(facts)),),
        button=_button(facts, context),
        reason=_why(facts),
    )


def _what_it_means(names: dict[str, str]) -> tuple[str, ...]:
    return (
        gettext("On %(day)s all its services end, and all its people but the two holders lose access.", **names),
        gettext("A holder can keep the account until then. Afterwards it cannot be opened again."),
    )


def _names(facts: Facts) -> dict[str, str]:
    return {"workspace": facts["display_name"], "day": formats.long_day(datetime.fromisoformat(facts["closes_at"]))}


def _day(facts: Facts) -> str:
    return formats.stamp(datetime.fromisoformat(facts["closes_at"]))


def _button(facts: Facts, context: MailContext) -> Button:
    return Button(gettext("Open %(workspace)s", workspace=facts["display_name"]), context.page(""))


def _why(facts: Facts) -> str:
    return gettext(
        "You get this because you are an admin of %(workspace)s or of the company that sells to it.",
        workspace=facts["display_name"],
    )
