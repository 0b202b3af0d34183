"""Every mail as it would be sent, about made-up events, so that staff can see what their customers get."""

import base64
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.brands.models import Brand
from services.notifications.deliveries.letterheads import letterhead_of
from services.notifications.deliveries.sending import safe_filename
from services.notifications.mail_samples.cases import CASES, USUAL, Case, case_of
from services.notifications.mail_samples.events import ADDRESS, CUSTOMER, NAME, sample_context, sample_facts
from services.notifications.mail_samples.schemas import MailCaseRead, MailSampleRead, MailSampleSummaryRead
from services.notifications.mails.contents import CONTENTS, SECRET_CONTENTS
from services.notifications.mails.rendering import Mail, render
from services.notifications.titles import TITLES
from services.notifications.topics import POLICIES, Topic
from shared.copies import WorkspaceCopy, workspace_of
from shared.errors import NotFound, NotYetKnown
from shared.language import Localisation, gettext, localised_for, mark

WHO_SIGNS_IN, BILLING_CONTACT = mark("Whoever signs in"), mark("The billing contact of the bill group")
PAYER = mark("The person who began the payment")
ASKER = mark("The person who asked for access")
ASKED_TO_ORDER = mark("The person who asked for the order")
READERS = {
    Topic.sign_in: WHO_SIGNS_IN,
    Topic.invitation: mark("The person who is invited"),
    Topic.new_browser: WHO_SIGNS_IN,
    Topic.access_requested: mark("The admins of the workspace"),
    Topic.access_approved: ASKER,
    Topic.access_denied: ASKER,
    Topic.workspace_renamed: mark("The admins of the workspace"),
    Topic.ordered_on_behalf: mark("The admins of the customer"),
    Topic.order_requested: mark("The admins and regular users of the customer"),
    Topic.order_approved: ASKED_TO_ORDER,
    Topic.order_refused: ASKED_TO_ORDER,
    Topic.order_submitted: mark("The admins and regular users of the provider"),
    Topic.order_confirmed: mark("The person who ordered"),
    Topic.order_returned: mark("The person who ordered"),
    Topic.change_approved: ASKED_TO_ORDER,
    Topic.renewal_refused: mark("The person who ordered"),
    Topic.service_changed: mark("The person who ordered"),
    Topic.change_failed: mark("The person who ordered"),
    Topic.service_cancelled: mark("The admins of the customer"),
    Topic.service_suspended: mark("The admins of the customer"),
    Topic.service_resumed: mark("The admins of the customer"),
    Topic.credentials_reset: mark("The admins of the customer"),
    Topic.service_provisioned: mark("Admin contacts of the customer and of its partner or provider"),
    Topic.provisioning_failed: mark("The person who ordered"),
    Topic.subscription_expiring: mark("The admins of the customer"),
    Topic.subscription_renewed: mark("The admins of the customer"),
    Topic.subscription_ended: mark("The admins of the customer"),
    Topic.invoice_issued: BILLING_CONTACT,
    Topic.invoice_paid: BILLING_CONTACT,
    Topic.payment_received: PAYER,
    Topic.payment_failed: PAYER,
    Topic.charge_failed: BILLING_CONTACT,
    Topic.payment_returned: BILLING_CONTACT,
    Topic.method_expiring: BILLING_CONTACT,
    Topic.methods_changed: BILLING_CONTACT,
    Topic.invoice_overdue: BILLING_CONTACT,
    Topic.invoice_long_overdue: mark("Admin contacts of the provider"),
}


def list_samples(tag: str) -> list[MailSampleSummaryRead]:
    """Every mail, described in a language."""
    with localised_for(Localisation(tag)):
        return [MailSampleSummaryRead(**_described(topic)) for topic in TITLES]


async def find_provider(session: AsyncSession, workspace_id: UUID) -> WorkspaceCopy:
    """The provider's workspace, whose mails these are; a nameless one until its event has arrived."""
    try:
        return await workspace_of(session, workspace_id)
    except NotYetKnown:
        return replace(CUSTOMER, id=workspace_id, kind="provider", slug="", display_name="")


def make_sample(
    topic: Topic, name: str, tag: str, public_url: str, provider: WorkspaceCopy, brand: Brand | None = None
) -> MailSampleRead:
    """The mail of a topic, in the case of that name, in a language, rendered as real mails are. Raises `NotFound`."""
    case = case_of(topic, name)
    if case is None:
        raise NotFound("There is no such case of this mail.")
    facts = case.facts_from(sample_facts(topic, provider))
    context = case.context_from(sample_context(topic, public_url, provider))
    with localised_for(Localisation(tag)):
        content = SECRET_CONTENTS[topic](facts) if topic in SECRET_CONTENTS else CONTENTS[topic](facts, context)
        mail = render(content, ADDRESS, NAME, letterhead_of(provider, brand))
        return MailSampleRead(
            **_described(topic),
            subject=mail.subject,
            preview=content.preview,
            sender_name=mail.sender_name,
            reply_to=mail.reply_to,
            html=_with_logo(mail),
            text=mail.text,
            attachment=safe_filename(facts["number"]) if context.attached else None,
            case=name,
            facts=facts,
        )


def _with_logo(mail: Mail) -> str:
    """The HTML with the logo in it, for readers who do not have the mail's parts."""
    if mail.logo is None:
        return mail.html
    return mail.html.replace("cid:logo", f"data:image/png;base64,{base64.b64encode(mail.logo).decode()}")


def _described(topic: Topic) -> dict[str, Any]:
    return {
        "topic": topic,
        "title": gettext(TITLES[topic]),
        "reader": gettext(READERS[topic]),
        "policy": POLICIES[topic],
        "cases": [_named("", USUAL), *(_named(*each) for each in CASES.get(topic, {}).items())],
    }


def _named(name: str, case: Case) -> MailCaseRead:
    return MailCaseRead(name=name, title=gettext(case.title))
