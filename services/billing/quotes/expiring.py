"""Offers whose last day comes, in business time where the selling entity is."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.quotes.models import Quote, QuoteState
from services.billing.quotes.service import described, lock_quote, moved
from shared.events.billing import QuoteExpired, QuoteExpiring
from shared.outbox import emit

REMINDED_BEFORE = timedelta(days=7)

Found = Sequence[tuple[UUID, UUID]]
"""Ids of quotes, each with its workspace."""


async def over(session: AsyncSession, *, today: date, limit: int) -> Found:
    """Offers whose last day is over."""
    due = select(Quote.id, Quote.workspace_id).where(Quote.state == QuoteState.offered, Quote.valid_until < today)
    return [(row.id, row.workspace_id) for row in await session.execute(due.order_by(Quote.valid_until).limit(limit))]


async def expire(session: AsyncSession, workspace_id: UUID, quote_id: UUID, *, today: date) -> bool:
    """Whether it was due: it may have been answered meanwhile."""
    quote = await lock_quote(session, workspace_id, quote_id)
    if quote.state != QuoteState.offered or quote.valid_until is None or quote.valid_until >= today:
        return False
    await moved(session, quote, QuoteState.expired)
    about = {"offer_version": quote.offer_version, "valid_until": quote.valid_until}
    await emit(session, QuoteExpired.model_validate(described(quote) | about))
    return True


async def ending(session: AsyncSession, *, today: date, limit: int) -> Found:
    """Offers that end within a week, of which nobody was reminded."""
    soon = Quote.valid_until.between(today, today + REMINDED_BEFORE)
    due = select(Quote.id, Quote.workspace_id).where(Quote.state == QuoteState.offered, soon, ~Quote.reminded)
    return [(row.id, row.workspace_id) for row in await session.execute(due.order_by(Quote.valid_until).limit(limit))]


async def remind(session: AsyncSession, workspace_id: UUID, quote_id: UUID, *, today: date) -> bool:
    """Tell once of an offer that ends soon, if it was offered for longer than that."""
    quote = await lock_quote(session, workspace_id, quote_id)
    if quote.state != QuoteState.offered or quote.reminded or quote.valid_until is None:
        return False
    if not today <= quote.valid_until <= today + REMINDED_BEFORE:
        return False
    quote.reminded = True
    quote.version += 1
    await session.flush()
    about = {"offer_version": quote.offer_version, "valid_until": quote.valid_until}
    await emit(session, QuoteExpiring.model_validate(described(quote) | about))
    return True
