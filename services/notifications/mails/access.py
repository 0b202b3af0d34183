"""Mails about getting in: signing in, invitations, new browsers."""

from collections.abc import Iterator
from datetime import datetime

from services.notifications.mails.content import Button, Facts, MailContent, MailContext, when
from shared.language import formats, gettext, mark_in, pgettext
from shared.language.browsers import say_browser

ROLES = {
    "admin": mark_in("role", "Admin"),
    "regular": mark_in("role", "Regular"),
    "member": mark_in("role", "Member"),
    "additional": mark_in("role", "Additional"),
    "read_only": mark_in("role", "Read-Only"),
    "support": mark_in("role", "Support"),
    "billing": mark_in("role", "Billing"),
}


def sign_in(secret: Facts) -> MailContent:
    """D19: a link, and a code for other browsers."""
    return MailContent(
        subject=gettext("Your sign-in link and code"),
        preview=gettext("Good for 10 minutes, and once."),
        heading=gettext("Sign in"),
        paragraphs=(gettext("Open the link in the browser in which you asked for it, or type this code there."),),
        code=secret["code"],
        button=Button(gettext("Sign in"), secret["link"]),
        note=gettext("Link and code are good for 10 minutes, and once. We never ask for the code by phone or chat."),
        reason=gettext(
            "You get this because somebody, most likely you, asked to sign in with this address. If it was not you, "
            "nothing has happened and there is nothing to do."
        ),
    )


def invitation(secret: Facts) -> MailContent:
    """L9: the subject of the first mail is prescribed. The reminder says until when the invitation is open."""
    return _reminder(secret) if secret.get("reminder") else _welcome(secret)


def _welcome(secret: Facts) -> MailContent:
    names = {"inviter": secret["inviter"], "workspace": secret["workspace_name"]}
    invites = _invites(secret)
    return MailContent(
        subject=gettext("Welcome to the Customer Portal"),
        preview=invites,
        heading=gettext("Welcome to the Customer Portal"),
        paragraphs=(
            invites,
            gettext(
                "See all services in one place, order new ones, and look after invoices and contacts. There is no "
                "password: you sign in by mail."
            ),
        ),
        rows=tuple(_facts(secret)),
        button=Button(gettext("Accept the invitation"), secret["link"]),
        note=gettext("The link is good for 7 days. Before it lets anybody in, we send a code to this mailbox."),
        reason=gettext(
            "You get this because %(inviter)s entered your address for %(workspace)s. If you do not know why, ignore "
            "it: without you nothing happens.",
            **names,
        ),
    )


def _facts(secret: Facts) -> Iterator[tuple[str, str]]:
    """What the invitation is for: some locations and not the whole workspace, and the role there."""
    if locations := secret.get("locations"):
        named, more = ", ".join(locations), secret.get("more_locations", 0)
        text = gettext("%(named)s and %(more)s more", named=named, more=more) if more else named
        yield gettext("Only these locations"), text
    if (role := secret.get("role")) in ROLES:
        yield gettext("Your role"), pgettext("role", ROLES[role])


def _reminder(secret: Facts) -> MailContent:
    until = formats.stamp(datetime.fromisoformat(secret["expires_at"]))
    invites = _invites(secret)
    return MailContent(
        subject=gettext("Reminder: your invitation to the Customer Portal"),
        preview=invites,
        heading=gettext("Your invitation is still open"),
        paragraphs=(invites, gettext("Nobody has accepted it yet. It expires on %(until)s.", until=until)),
        rows=(*_facts(secret), (gettext("Expires"), until)),
        button=Button(gettext("Accept the invitation"), secret["link"]),
        note=gettext(
            "The link of the first mail works, too. Before it lets anybody in, we send a code to this mailbox."
        ),
        reason=gettext(
            "You get this because %(inviter)s entered your address for %(workspace)s. We remind you this once. If you "
            "do not know why, ignore it: without you nothing happens.",
            inviter=secret["inviter"],
            workspace=secret["workspace_name"],
        ),
    )


def _invites(secret: Facts) -> str:
    """Who invites to where. The inviter's company is named where it is another."""
    inviter, workspace, company = secret["inviter"], secret["workspace_name"], secret.get("inviter_company")
    if not company or company == workspace:
        return gettext("%(inviter)s invites you to %(workspace)s.", inviter=inviter, workspace=workspace)
    return gettext(
        "%(inviter)s of %(company)s invites you to %(workspace)s.",
        inviter=inviter,
        company=company,
        workspace=workspace,
    )


def new_browser(facts: Facts, context: MailContext) -> MailContent:
    browser = say_browser(facts.get("browser_name"), facts.get("operating_system"), otherwise=facts["browser"])
    return MailContent(
        subject=gettext("Sign-in from a new browser: %(browser)s", browser=browser),
        preview=gettext("If it was you, there is nothing to do."),
        heading=gettext("You signed in from a new browser"),
        paragraphs=(
            gettext("If it was you, there is nothing to do."),
            gettext(
                "If it was not, somebody can read this mailbox. Sign that browser out, and change the password of your "
                "mail account."
            ),
        ),
        rows=(
            (gettext("Browser"), browser),
            (gettext("IP address"), facts["ip"] or gettext("unknown")),
            (gettext("When"), when(facts)),
        ),
        button=Button(gettext("See where you are signed in"), f"{context.public_url}/sessions"),
        reason=gettext(
            "You get this because somebody signed in with your address in a browser that we have not seen before."
        ),
    )


def mailbox_test(facts: Facts, context: MailContext) -> MailContent:
    """Of a mailbox that somebody released, or of the mail server."""
    return _test_of_mailbox(context) if facts.get("by") else _test_of_mail_server(facts, context)


def _test_of_mail_server(facts: Facts, context: MailContext) -> MailContent:
    return MailContent(
        subject=gettext("Test mail from your portal"),
        preview=gettext("This is the test mail that you asked for."),
        heading=gettext("Your mail server takes our mails"),
        paragraphs=(
            gettext("This is the test mail that you asked for. The mail server took it, and it has reached you."),
            gettext("If it lies among junk mails, look at the records that the portal lists below the test."),
        ),
        rows=((gettext("Asked for"), when(facts)),),
        button=Button(gettext("Go on setting up"), f"{context.public_url}/provider/{context.workspace.slug}/setup"),
        reason=gettext("You get this because you asked for a test mail in the portal."),
    )


def _test_of_mailbox(context: MailContext) -> MailContent:
    return MailContent(
        subject=gettext("Mails reach you again"),
        preview=gettext("This is the test mail that you asked for."),
        heading=gettext("Mails reach you again"),
        paragraphs=(
            gettext("This is the test mail that you asked for. If you read it, your mailbox takes our mails again."),
            gettext(
                "What was not sent meanwhile is in the list of your mails. You can have each sent again from there."
            ),
        ),
        button=Button(gettext("See your mails"), f"{context.public_url}/me/mails"),
        reason=gettext("You get this because you asked in the portal to try again whether mails reach you."),
    )
