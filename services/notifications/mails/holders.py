"""Mails about the two holders of an account, and about who was added to it."""

from datetime import datetime

from services.notifications.mails.access import ROLES
from services.notifications.mails.content import Button, Facts, MailContent, MailContext, when
from shared.language import formats, gettext, mark, pgettext

SLOTS = {"primary": mark("Primary, for billing"), "alternate": mark("Alternate, for what is technical")}


def holder_asked(facts: Facts, context: MailContext) -> MailContent:
    """For the person who is to become a holder."""
    names = {"workspace": context.workspace.display_name}
    return MailContent(
        subject=gettext("Please confirm: you would be a holder of %(workspace)s", **names),
        preview=gettext("Nothing changes before you confirm."),
        heading=gettext("You are to become a holder of the account"),
        paragraphs=(
            gettext("The two holders of %(workspace)s decide about the account and who its users are.", **names),
            gettext("Confirm it if you expected this. If not, decline, or do nothing."),
        ),
        rows=(*_about(facts, context), *_reason(facts), *_until(facts), (gettext("When"), when(facts))),
        button=Button(gettext("Read it and answer"), context.page("holders")),
        reason=gettext("You get this because you are to become a holder of %(workspace)s.", **names),
    )


def holder_proposed(facts: Facts, context: MailContext) -> MailContent:
    """For the present holders."""
    names = {"workspace": context.workspace.display_name}
    who = _who_proposes(facts)
    return MailContent(
        subject=gettext("A holder of %(workspace)s is to be replaced", **names)
        if facts.get("former_user_id")
        else gettext("%(workspace)s is to get a second holder", **names),
        preview=gettext("See who it would be, and withdraw it if it is wrong."),
        heading=gettext("The holders of the account are to change"),
        paragraphs=(
            who,
            gettext("It takes effect when the new holder confirms. A holder can withdraw it until then."),
        ),
        rows=(*_about(facts, context), *_reason(facts), *_until(facts), (gettext("When"), when(facts))),
        button=Button(gettext("See the holders"), context.page("holders")),
        reason=_why_holders(names["workspace"]),
    )


def holder_change_ended(facts: Facts, context: MailContext) -> MailContent:
    """For whoever was told of the proposal."""
    names = {"workspace": context.workspace.display_name}
    match facts["reason"]:
        case "declined":
            how = gettext("The new holder has declined.")
        case "expired":
            how = gettext("The new holder has not answered in time.")
        case _:
            how = gettext("The proposal was withdrawn.")
    return _became(
        facts,
        context,
        gettext("The holders of %(workspace)s stay as they are", **names),
        how,
        gettext("The holders stay as they are"),
        (how, gettext("Nothing has changed.")),
    )


def holder_changed(facts: Facts, context: MailContext) -> MailContent:
    """For the former holder, the new one and the other one."""
    names = {"workspace": context.workspace.display_name}
    undo = facts.get("undo_until")
    until = formats.stamp(datetime.fromisoformat(undo)) if undo else ""
    wrong = gettext("The former holder can undo this until %(until)s. Do so at once if it is wrong.", until=until)
    return _became(
        facts,
        context,
        gettext("A holder of %(workspace)s has changed", **names),
        wrong if undo else gettext("See who it is."),
        gettext("A holder of the account has changed"),
        (
            gettext("The new holder has confirmed, and decides about the account from now on."),
            *((wrong,) if undo else ()),
        ),
    )


def holder_change_undone(facts: Facts, context: MailContext) -> MailContent:
    """For the former holder, who is the holder again, the one whom it replaces, and the other one."""
    names = {"workspace": context.workspace.display_name}
    return _became(
        facts,
        context,
        gettext("A change of a holder of %(workspace)s was undone", **names),
        gettext("The former holder has the account again."),
        gettext("A change of a holder was undone"),
        (
            gettext("The former holder has undone the change, and decides about the account again."),
            gettext("The other person stays an admin. Look whether that is right."),
        ),
    )


def holders_check_due(facts: Facts, context: MailContext) -> MailContent:
    """For both holders, once a year."""
    names = {"workspace": context.workspace.display_name}
    return MailContent(
        subject=gettext("Are the two holders of %(workspace)s still right?", **names),
        preview=gettext("Have a look, once a year."),
        heading=gettext("Are the two holders still right?"),
        paragraphs=(
            gettext("The two holders decide about %(workspace)s and who its users are.", **names),
            gettext("Say that they are right, or change them. Nothing happens if you do nothing."),
        ),
        rows=((gettext("When"), when(facts)),),
        button=Button(gettext("See the holders"), context.page("holders")),
        reason=_why_holders(names["workspace"]),
    )


def user_added(facts: Facts, context: MailContext) -> MailContent:
    """For the person who is a user of one more workspace now."""
    names = {"workspace": context.workspace.display_name}
    role = facts["role"]
    called = pgettext("role", ROLES[role]) if role in ROLES else role
    by = ((gettext("Added by"), context.changer),) if context.changer else ()
    return MailContent(
        subject=gettext("You are a user of %(workspace)s now", **names),
        preview=gettext("Sign in with your account, as always."),
        heading=gettext("You can work in one more workspace"),
        paragraphs=(
            gettext("Somebody who may has added you to %(workspace)s.", **names),
            gettext("If you do not want that, you can leave it on the page of your workspaces."),
        ),
        rows=(*by, (gettext("Role"), called), (gettext("When"), when(facts))),
        button=Button(gettext("Open %(workspace)s", **names), context.page("")),
        reason=gettext("You get this because you were added to %(workspace)s.", **names),
    )


def _became(
    facts: Facts, context: MailContext, subject: str, preview: str, heading: str, paragraphs: tuple[str, ...]
) -> MailContent:
    """What became of a change, for everybody whom it concerns."""
    return MailContent(
        subject=subject,
        preview=preview,
        heading=heading,
        paragraphs=paragraphs,
        rows=(*_about(facts, context), (gettext("When"), when(facts))),
        button=Button(gettext("See the holders"), context.page("holders")),
        reason=gettext(
            "You get this because you are or were a holder of %(workspace)s, or were to become one.",
            workspace=context.workspace.display_name,
        ),
    )


def _about(facts: Facts, context: MailContext) -> tuple[tuple[str, str], ...]:
    """The slot, and the people as far as they are known."""
    former = ((gettext("Former holder"), context.former),) if context.former else ()
    new = ((gettext("New holder"), context.asker),) if context.asker else ()
    slot = facts["slot"]
    return ((gettext("Holder"), gettext(SLOTS[slot])), *former, *new)


def _reason(facts: Facts) -> tuple[tuple[str, str], ...]:
    return ((gettext("Reason"), facts["reason"]),) if facts.get("reason") else ()


def _until(facts: Facts) -> tuple[tuple[str, str], ...]:
    return ((gettext("Answer until"), formats.stamp(datetime.fromisoformat(facts["expires_at"]))),)


def _who_proposes(facts: Facts) -> str:
    if facts["by_provider"]:
        return gettext("Two people of the provider’s staff propose it together.")
    return gettext("One of the two holders proposes it.")


def _why_holders(workspace: str) -> str:
    return gettext("You get this because you are a holder of %(workspace)s.", workspace=workspace)
