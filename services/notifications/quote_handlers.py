"""The events of quotes that notifications listens to. They cause mails, to one side or the other, without prices."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.letterheads import provider_id
from services.notifications.deliveries.queueing import fact_of, notify, notify_users
from services.notifications.document_handlers import router
from services.notifications.notices.keeping import end_notices
from services.notifications.topics import Recipient, RecipientKind, Topic
from shared.auth.permissions import ROLES, level
from shared.events import Event
from shared.events.billing import (
    QuoteAccepted,
    QuoteDeclined,
    QuoteEvent,
    QuoteExpiring,
    QuoteMessageWritten,
    QuoteOffered,
    QuoteRequested,
    QuoteWithdrawn,
)
from shared.events.provisioning import QuoteOrderRefused

__all__ = ["router"]

MAY_QUOTE = [role for role in ROLES if level("quote.manage", role, "provider") == "all"]


@router.on(QuoteRequested)
async def email_who_prices(session: AsyncSession, event: QuoteRequested) -> None:
    if not event.by_seller:
        await _email_staff(session, Topic.quote_requested, event)


@router.on(QuoteOffered)
async def email_that_there_is_an_offer(session: AsyncSession, event: QuoteOffered) -> None:
    await end_notices(session, event)
    await _email_customer(session, Topic.quote_offered, event)


@router.on(QuoteExpiring)
async def email_that_an_offer_ends_soon(session: AsyncSession, event: QuoteExpiring) -> None:
    await _email_customer(session, Topic.quote_expiring, event)


@router.on(QuoteWithdrawn)
async def email_that_the_seller_withdrew_a_quote(session: AsyncSession, event: QuoteWithdrawn) -> None:
    await end_notices(session, event)
    if event.by == "seller":
        await _email_customer(session, Topic.quote_withdrawn, event)


@router.on(QuoteMessageWritten)
async def email_the_other_side(session: AsyncSession, event: QuoteMessageWritten) -> None:
    if event.by == "seller":
        await _email_customer(session, Topic.quote_message, event)
    else:
        await _email_staff(session, Topic.quote_message_to_staff, event)


@router.on(QuoteAccepted)
async def email_that_an_offer_was_accepted(session: AsyncSession, event: QuoteAccepted) -> None:
    await end_notices(session, event)
    await _email_staff(session, Topic.quote_accepted, event)


@router.on(QuoteDeclined)
async def email_that_an_offer_was_declined(session: AsyncSession, event: QuoteDeclined) -> None:
    await _email_staff(session, Topic.quote_declined, event)


@router.on(QuoteOrderRefused)
async def email_that_a_quote_was_not_ordered(session: AsyncSession, event: QuoteOrderRefused) -> None:
    await _email_staff(session, Topic.quote_not_ordered, event)


async def _email_customer(session: AsyncSession, topic: Topic, event: QuoteEvent) -> None:
    """Whoever asked for the quote, and the admins."""
    await notify_users(session, event, topic, "admin")
    if event.requested_by is not None:
        await notify(session, fact_of(session, topic, event), Recipient(RecipientKind.user, event.requested_by))


async def _email_staff(session: AsyncSession, topic: Topic, event: Event) -> None:
    await notify_users(session, event, topic, *MAY_QUOTE, of=await provider_id(session))
