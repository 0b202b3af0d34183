"""Mails about who of a seller may enter its customer."""

from services.notifications.mails.access import ROLES
from services.notifications.mails.content import Button, Facts, MailContent, MailContext, day, when
from shared.language import gettext, pgettext


def link_added(facts: Facts, context: MailContext) -> MailContent:
    """For the admins of the customer."""
    names = {"workspace": context.workspace.display_name, "seller": _seller(context)}
    return MailContent(
        subject=gettext("Somebody of %(seller)s may enter %(workspace)s", **names),
        preview=gettext("See who it is, and what they may do."),
        heading=gettext("Somebody more may enter your workspace"),
        paragraphs=(
            gettext("%(seller)s lets somebody of its people work on behalf of %(workspace)s.", **names),
            gettext("What they do there is in your audit log. You can end it at any time."),
        ),
        rows=(*_who(facts, context), *_by(context), (gettext("When"), when(facts))),
        button=Button(gettext("See who may enter"), context.page("users/of-parent")),
        reason=_admin_of(names["workspace"]),
    )


def link_ended(facts: Facts, context: MailContext) -> MailContent:
    """For the person whose link it was."""
    names = {"workspace": context.workspace.display_name, "seller": _seller(context)}
    again = gettext("An admin of %(seller)s can link you again.", **names)
    if facts["reason"] == "expired":
        how = gettext("The last day of your link to %(workspace)s is over.", **names)
    elif facts.get("moved"):
        how = gettext("%(workspace)s is not a customer of your company any more.", **names)
    else:
        how = gettext("%(workspace)s has ended your access.", **names)
    return MailContent(
        subject=gettext("Your access to %(workspace)s has ended", **names),
        preview=how,
        heading=gettext("Your access has ended"),
        paragraphs=(how,) if facts.get("moved") else (how, again),
        rows=((gettext("When"), when(facts)),),
        button=Button(gettext("See your workspaces"), f"{context.public_url}/me/workspaces"),
        reason=gettext("You get this because you could work on behalf of %(workspace)s.", **names),
    )


def link_ended_by_customer(facts: Facts, context: MailContext) -> MailContent:
    """For the admins of the seller."""
    names = {"workspace": context.workspace.display_name, "seller": _seller(context)}
    return MailContent(
        subject=gettext("%(workspace)s has ended the access of one of your users", **names),
        preview=gettext("See who it is."),
        heading=gettext("A customer ended the access of one of your users"),
        paragraphs=(
            gettext("%(workspace)s does not want this person to work on behalf of it any more.", **names),
            gettext("Ask there before you link them again."),
        ),
        rows=(*_who(facts, context), *_by(context), (gettext("When"), when(facts))),
        button=Button(gettext("See who may enter which customer"), _of_seller(context)),
        reason=_admin_of(names["seller"]),
    )


def parent_admins_switched(facts: Facts, context: MailContext) -> MailContent:
    """For the admins of both."""
    names = {"workspace": context.workspace.display_name, "seller": _seller(context)}
    if facts["on"]:
        news = gettext("%(workspace)s lets the admins of %(seller)s in", **names)
        means = gettext("They may work on behalf of %(workspace)s without a link again.", **names)
    else:
        news = gettext("%(workspace)s keeps the admins of %(seller)s out", **names)
        means = gettext("Only people with a link may work on behalf of %(workspace)s from now on.", **names)
    return MailContent(
        subject=news,
        preview=means,
        heading=news,
        paragraphs=(means, gettext("Only admins of %(workspace)s itself can change that.", **names)),
        rows=(*_by(context), (gettext("When"), when(facts))),
        button=Button(gettext("Open %(workspace)s", **names), context.page("users/of-parent")),
        reason=gettext("You get this because you are an admin of %(workspace)s or of %(seller)s.", **names),
    )


def _seller(context: MailContext) -> str:
    return context.parent.display_name if context.parent else ""


def _of_seller(context: MailContext) -> str:
    """The page on which the seller's admins see all links."""
    if context.parent is None:
        return context.public_url
    base = "provider" if context.parent.kind == "provider" else "partner"
    return f"{context.public_url}/{base}/{context.parent.slug}/links"


def _who(facts: Facts, context: MailContext) -> tuple[tuple[str, str], ...]:
    rows = [(gettext("Who"), context.asker)] if context.asker else []
    if (role := facts["grant"]["role"]) in ROLES:
        rows.append((gettext("Role"), pgettext("role", ROLES[role])))
    if facts.get("last_day"):
        rows.append((gettext("Until"), day(facts["last_day"])))
    return tuple(rows)


def _by(context: MailContext) -> tuple[tuple[str, str], ...]:
    return ((gettext("Decided by"), context.changer),) if context.changer else ()


def _admin_of(workspace: str) -> str:
    return gettext(
        "You get this because you are an admin of %(workspace)s, and admins are told who may enter.",
        workspace=workspace,
    )
