from typing import Annotated

from fastapi import Query, Request

from services.notifications.brands.models import Brand
from services.notifications.mail_samples import service
from services.notifications.mail_samples.schemas import MailSampleRead, MailSampleSummaryRead
from services.notifications.topics import Topic
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.language import DEFAULT_TAG
from shared.language.fields import Locale
from shared.pages import Page

router = Router("notifications", "mail-samples")

InLocale = Annotated[Locale, Query(description="the language, with a region")]
InCase = Annotated[str, Query(max_length=50, description="the name of one of its `cases`; empty: the usual one")]


@router.get("", guard=allow("mail.preview"))
async def list_mail_samples(locale: InLocale = DEFAULT_TAG) -> Page[MailSampleSummaryRead]:
    """Every mail that is sent, with who gets it. They are few, and on one page."""
    return Page[MailSampleSummaryRead](items=service.list_samples(locale))


@router.get("/{topic}", guard=allow("mail.preview"))
async def get_mail_sample(
    topic: Topic,
    request: Request,
    session: Session,
    access: CurrentAccess,
    locale: InLocale = DEFAULT_TAG,
    case: InCase = "",
) -> MailSampleRead:
    """One mail as it is sent, from this workspace to a made-up customer, about made-up data."""
    public_url = request.app.state.runtime.settings.public_url.rstrip("/")
    provider = await service.find_provider(session, access.workspace_id)
    brand = await session.get(Brand, access.workspace_id)
    return service.make_sample(topic, case, locale, public_url, provider, brand)
