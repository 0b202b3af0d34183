"""What a campaign looks like: the mail as it is sent, from the provider, to a made-up reader."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.brands.service import provider_brand
from services.notifications.campaigns.schemas import CampaignPreviewAsk, CampaignPreviewRead
from services.notifications.deliveries.letterheads import letterhead_of
from services.notifications.mails.content import MailContext
from services.notifications.mails.contents import CONTENTS
from services.notifications.mails.rendering import Choice, render
from services.notifications.news.campaigns import news_in, openings
from shared.copies import WorkspaceCopy
from shared.language import Localisation, localised_for

READER, ADDRESS = "Jonas Keller", "jonas@northwind.example"


async def preview(
    session: AsyncSession, body: CampaignPreviewAsk, provider: WorkspaceCopy, public_url: str
) -> CampaignPreviewRead:
    """The mail in a language."""
    brand = await provider_brand(session)
    written = body.model_dump(mode="json")
    texts = {language: text for language, text in written["texts"].items() if text is not None}
    facts = {"campaign_id": "", "texts": openings(texts)}
    with localised_for(Localisation(body.locale)):
        context = MailContext(public_url, provider, news=news_in(texts, body.button_url, body.locale))
        content = CONTENTS[body.topic](facts, context)
        choice = Choice(f"{public_url}/me/notifications", f"{public_url}/me/notifications")
        mail = render(content, ADDRESS, READER, letterhead_of(provider, brand), choice=choice)
        return CampaignPreviewRead(
            subject=mail.subject, preview=content.preview, sender_name=mail.sender_name, html=mail.html_alone,
            text=mail.text,
        )  # fmt: skip
