"""Mails about asking for access to a workspace."""

from services.notifications.mails.content import Button, Facts, MailContent, MailContext, when
from shared.language import gettext


def access_requested(facts: Facts, context: MailContext) -> MailContent:
    """For the admins of the workspace. What the person wrote to them is on the page alone."""
    workspace = context.workspace.display_name
    rows = ((gettext("Who"), context.asker),) if context.asker else ()
    return MailContent(
        subject=gettext("Somebody asks for access to %(workspace)s", workspace=workspace),
        preview=gettext("Approve or deny it on the page of users."),
        heading=gettext("Somebody asks for access"),
        paragraphs=(
            gettext(
                "A person with an account here asks for access to %(workspace)s. If you approve it, they become a "
                "member. If nobody answers, the request ends after 30 days.",
                workspace=workspace,
            ),
            gettext("If you do not know who it is, deny it, or do nothing."),
        ),
        rows=(*rows, (gettext("When"), when(facts))),
        button=Button(gettext("See the request"), context.page("users/access-requests")),
        reason=gettext(
            "You get this because you are an admin of %(workspace)s, and admins decide about access.",
            workspace=workspace,
        ),
    )


def access_approved(facts: Facts, context: MailContext) -> MailContent:
    workspace = context.workspace.display_name
    return MailContent(
        subject=gettext("You have access to %(workspace)s", workspace=workspace),
        preview=gettext("Your request for access was approved."),
        heading=gettext("Your request was approved"),
        paragraphs=(
            gettext("You are a member of %(workspace)s now. An admin there can change your role.", workspace=workspace),
        ),
        rows=((gettext("When"), when(facts)),),
        button=Button(gettext("Open %(workspace)s", workspace=workspace), context.page("")),
        reason=_asked(workspace),
    )


def access_denied(facts: Facts, context: MailContext) -> MailContent:
    workspace = context.workspace.display_name
    return MailContent(
        subject=gettext("Your request for access to %(workspace)s was denied", workspace=workspace),
        preview=gettext("An admin there gave a reason."),
        heading=gettext("Your request was denied"),
        paragraphs=(gettext("An admin of %(workspace)s denied your request for access.", workspace=workspace),),
        rows=((gettext("Reason"), facts["reason"]), (gettext("When"), when(facts))),
        button=Button(gettext("See your requests"), f"{context.public_url}/me/workspaces"),
        reason=_asked(workspace),
    )


def _asked(workspace: str) -> str:
    return gettext("You get this because you asked for access to %(workspace)s.", workspace=workspace)
