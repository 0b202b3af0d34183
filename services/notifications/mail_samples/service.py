"""Every mail as it would be sent, about made-up events, so that staff can see what their customers get."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.brands.models import Brand
from services.notifications.deliveries.gathering import LISTED
from services.notifications.deliveries.letterheads import letterhead_of
from services.notifications.deliveries.sending import safe_filename
from services.notifications.mail_samples.cases import CASES, USUAL, Case, case_of
from services.notifications.mail_samples.events import ADDRESS, CUSTOMER, NAME, sample_context, sample_facts
from services.notifications.mail_samples.news import sample_news
from services.notifications.mail_samples.schemas import MailCaseRead, MailSampleRead, MailSampleSummaryRead
from services.notifications.mails.content import Facts, MailContent, MailContext
from services.notifications.mails.contents import CONTENTS, SECRET_CONTENTS
from services.notifications.mails.floods import FLOODS, Told
from services.notifications.mails.rendering import render
from services.notifications.topics import Topic
from shared.copies import WorkspaceCopy, workspace_of
from shared.errors import NotFound, NotYetKnown
from shared.language import Localisation, gettext, localised_for


def list_samples(tag: str) -> list[MailSampleSummaryRead]:
    """Every mail, described in a language."""
    with localised_for(Localisation(tag)):
        return [MailSampleSummaryRead(**_described(topic)) for topic in Topic]


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
        context.news = sample_news(topic)
        content = _content(topic, case, facts, context)
        mail = render(content, ADDRESS, NAME, letterhead_of(provider, brand))
        return MailSampleRead(
            **_described(topic),
            subject=mail.subject,
            preview=content.preview,
            sender_name=mail.sender_name,
            reply_to=mail.reply_to,
            html=mail.html_alone,
            text=mail.text,
            attachment=safe_filename(facts["number"]) if context.attached else None,
            case=name,
            facts=facts,
        )


def _content(topic: Topic, case: Case, facts: Facts, context: MailContext) -> MailContent:
    if topic in SECRET_CONTENTS:
        return SECRET_CONTENTS[topic](facts)
    if case.count == 1:
        return CONTENTS[topic](facts, context)
    return FLOODS[topic](Told([(facts, context)] * min(case.count, LISTED), case.count, case.of_one_customer))


def _described(topic: Topic) -> dict[str, Any]:
    return {
        "topic": topic,
        "title": gettext(topic.row.title),
        "reader": gettext(topic.row.audience.words),
        "policy": topic.row.policy,
        "cases": [_named("", USUAL), *(_named(*each) for each in CASES.get(topic, {}).items())],
    }


def _named(name: str, case: Case) -> MailCaseRead:
    return MailCaseRead(name=name, title=gettext(case.title))
