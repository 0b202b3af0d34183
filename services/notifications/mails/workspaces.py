"""Mails about a workspace itself."""

from services.notifications.mails.content import Button, Facts, MailContent, MailContext, when
from shared.language import gettext


def workspace_renamed(facts: Facts, context: MailContext) -> MailContent:
    """For the admins of the workspace. Its name, its URL or both are others than before."""
    name, former = facts["display_name"], facts.get("previous_display_name")
    rows = [(gettext("Name"), name)]
    if former:
        rows = [(gettext("Former name"), former), (gettext("New name"), name)]
    if facts.get("previous_slug"):
        rows.append((gettext("Former URL"), _url(context, facts["previous_slug"])))
        rows.append((gettext("New URL"), _url(context, facts["slug"])))
    if context.changer:
        rows.append((gettext("Changed by"), context.changer))
    return MailContent(
        subject=_subject(name, former),
        preview=gettext("See what changed, and who changed it."),
        heading=gettext("The workspace has a new name") if former else gettext("The workspace has a new URL"),
        paragraphs=(_news(name, former), *_what_stays(facts)),
        rows=(*rows, (gettext("When"), when(facts))),
        button=Button(gettext("Open %(workspace)s", workspace=name), context.page("")),
        reason=gettext(
            "You get this because you are an admin of %(workspace)s, and admins are told when its name or URL changes.",
            workspace=name,
        ),
    )


def workspace_suspended(facts: Facts, context: MailContext) -> MailContent:
    """For the admins of the workspace. Its people can read and pay, and change nothing else."""
    name, company = facts["display_name"], facts["suspended_by"]
    return MailContent(
        subject=gettext("%(workspace)s is suspended", workspace=name),
        preview=gettext("See why, what you can still do, and whom to ask."),
        heading=gettext("The workspace is suspended"),
        paragraphs=(
            gettext("%(company)s has suspended the workspace %(workspace)s.", company=company, workspace=name),
            gettext("You can sign in, see everything, download documents and pay open invoices."),
            gettext("Nothing can be ordered or changed, and nobody can be invited. Services go on, and are billed."),
            *_customers_go_on(facts),
        ),
        rows=(
            (gettext("Reason"), facts["reason"]),
            (gettext("Suspended by"), company),
            (gettext("When"), when(facts)),
        ),
        button=Button(gettext("See whom to ask"), context.page("support")),
        reason=_why_admins(name),
    )


def _customers_go_on(facts: Facts) -> tuple[str, ...]:
    said = gettext("Your customers can go on as before. Nobody of you can work for them meanwhile.")
    return (said,) if facts["kind"] == "partner" else ()


def workspace_reinstated(facts: Facts, context: MailContext) -> MailContent:
    """For the admins of the workspace. The suspension is over."""
    name, company = facts["display_name"], facts["reinstated_by"]
    return MailContent(
        subject=gettext("%(workspace)s is not suspended any more", workspace=name),
        preview=gettext("You can order and change things again."),
        heading=gettext("The suspension has ended"),
        paragraphs=(
            gettext("%(company)s has ended the suspension of %(workspace)s.", company=company, workspace=name),
            gettext("Everybody can do again what their role allows."),
        ),
        rows=((gettext("Ended by"), company), (gettext("When"), when(facts))),
        button=Button(gettext("Open %(workspace)s", workspace=name), context.page("")),
        reason=_why_admins(name),
    )


def _why_admins(name: str) -> str:
    return gettext(
        "You get this because you are an admin of %(workspace)s, and admins are told when it is suspended.",
        workspace=name,
    )


def _subject(name: str, former: str | None) -> str:
    if former:
        return gettext("%(former)s is now called %(workspace)s", former=former, workspace=name)
    return gettext("%(workspace)s has a new URL", workspace=name)


def _news(name: str, former: str | None) -> str:
    if former:
        return gettext("The workspace %(former)s is called %(workspace)s from now on.", former=former, workspace=name)
    return gettext("The pages of %(workspace)s have a new URL.", workspace=name)


def _what_stays(facts: Facts) -> tuple[str, ...]:
    if not facts.get("previous_slug"):
        return (gettext("Its URL stays as it is."),)
    return (gettext("Links and bookmarks with the former URL lead to the new one for a year."),)


def _url(context: MailContext, slug: str) -> str:
    return f"{context.public_url}/w/{slug}/"
