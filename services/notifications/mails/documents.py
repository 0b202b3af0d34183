"""The mail about a new document of an account."""

from services.notifications.mails.content import Button, Facts, MailContent, MailContext, when
from shared.language import gettext, mark

KINDS = {
    "contract": mark("Contract"),
    "statement": mark("Statement"),
    "other": mark("Other document"),
}


def document_added(facts: Facts, context: MailContext) -> MailContent:
    """For admins, who see all documents. It has the title, and not the document."""
    customer, kind = context.workspace.display_name, KINDS.get(facts["kind"], KINDS["other"])
    return MailContent(
        subject=gettext("New document for %(customer)s: %(title)s", customer=customer, title=facts["title"]),
        preview=gettext("Download it in the portal."),
        heading=gettext("You have a new document"),
        paragraphs=(gettext("“%(title)s” is with the documents of your account.", title=facts["title"]),),
        rows=(
            (gettext("Customer"), customer),
            (gettext("Kind"), gettext(kind)),
            (gettext("When"), when(facts)),
        ),
        button=Button(gettext("See your documents"), context.page("documents")),
        reason=gettext("You get this because you are an admin of %(customer)s.", customer=customer),
    )
