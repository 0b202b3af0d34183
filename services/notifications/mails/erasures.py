"""Mails about the end of a person's own account."""

from datetime import datetime

from services.notifications.mails.content import Button, Facts, MailContent, MailContext, when
from shared.language import formats, gettext


def erasure_requested(facts: Facts, context: MailContext) -> MailContent:
    due = formats.stamp(datetime.fromisoformat(facts["due_at"]))
    return MailContent(
        subject=gettext("Your account will be deleted on %(due)s", due=due),
        preview=gettext("Until then you can keep it."),
        heading=gettext("Your account will be deleted"),
        paragraphs=(
            gettext(
                "You asked us to delete your account and your data. We do that on %(due)s. Until then nothing changes, "
                "and you can keep your account: sign in and choose “Keep my account”.",
                due=due,
            ),
            gettext(
                "If you did not ask for it, somebody can read this mailbox or use your browser. Keep the account, and "
                "change the password of your mail account."
            ),
        ),
        rows=((gettext("Asked"), when(facts)), (gettext("Deleted"), due)),
        button=Button(gettext("Keep my account"), f"{context.public_url}/me/data"),
        reason=gettext("You get this because somebody, most likely you, asked for your account to be deleted."),
    )


def erasure_withdrawn(facts: Facts, context: MailContext) -> MailContent:
    return MailContent(
        subject=gettext("Your account stays"),
        preview=gettext("It is not deleted."),
        heading=gettext("Your account stays"),
        paragraphs=(gettext("You took back that your account is deleted. Everything stays as it is."),),
        rows=((gettext("When"), when(facts)),),
        button=Button(gettext("Your data"), f"{context.public_url}/me/data"),
        reason=gettext("You get this because you had asked for your account to be deleted."),
    )


def account_deleted(secret: Facts) -> MailContent:
    """The last mail to somebody, at an address that is not kept after it."""
    return MailContent(
        subject=gettext("Your account is deleted"),
        preview=gettext("We keep no name and no address of you."),
        heading=gettext("Your account is deleted"),
        paragraphs=(
            gettext(
                "Your account and your data are deleted, as you asked. What you did is still in the logs of the "
                "companies that you worked for, without your name and your address. Issued invoices stay as the law "
                "demands."
            ),
            gettext("This is the last mail of this account. To come back, have yourself invited: you start anew."),
        ),
        button=Button(gettext("Open the portal"), secret["link"]),
        reason=gettext("You get this because you asked for your account to be deleted."),
    )
