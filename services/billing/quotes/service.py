"""Quotes: asking for one, writing about it, and what every change of one has in common."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.bill_groups.service import find_group
from services.billing.quotes.models import OPEN, Quote, QuoteMessage, QuoteState
from services.billing.quotes.schemas import QuoteCreate, Wished
from shared.auth import Access
from shared.errors import PRESENT_STATE, Conflict, NotFound
from shared.events.billing import QuoteMessageWritten, QuoteRequested, QuoteWithdrawn
from shared.one_at_a_time import one_at_a_time
from shared.outbox import emit

MOST_OPEN = 30
"""Quotes of a workspace on which nobody has decided. Each is mailed to those who price them."""
MOST_MESSAGES = 200
"""Of one quote."""


class QuoteNotOpen(Conflict):
    """The quote is not in a state in which this is possible, maybe because somebody was faster. ``state`` is its
    current state."""

    title = "The quote has moved on"
    members = PRESENT_STATE


class TooManyQuotes(Conflict):
    """Thirty quotes of the workspace are open. Wait until some are decided, or take one back."""

    title = "Too many quotes are open"


class TooManyMessages(Conflict):
    """A quote has at most two hundred messages."""

    title = "Too many messages"


class BillGroupClosed(Conflict):
    """A closed bill group takes no more subscriptions, so that nothing can be quoted to it."""

    title = "The bill group is closed"


async def request_quote(session: AsyncSession, body: QuoteCreate, *, by: Access, now: datetime) -> Quote:
    """Ask for a quote. Raises what `begin_quote` raises."""
    return await begin_quote(
        session, by.workspace_id, body.bill_group_id, now=now, wish=body.wish, wished=body.wished,
        requested_by=by.user_id, requested_by_address=by.address,
    )  # fmt: skip


async def begin_quote(
    session: AsyncSession, workspace_id: UUID, bill_group_id: UUID | None, *, now: datetime, wish: str = "",
    wished: Wished | None = None, requested_by: UUID | None = None, requested_by_address: str | None = None,
) -> Quote:  # fmt: skip
    """A new quote of a workspace in scope, asked for or begun by staff. Raises `NotFound`, `BillGroupClosed` or
    `TooManyQuotes`."""
    group = await _payer(session, workspace_id, bill_group_id)
    await one_at_a_time(session, f"quotes of {workspace_id}")
    waiting = select(func.count()).where(Quote.workspace_id == workspace_id, Quote.state.in_(OPEN))
    if (await session.scalar(waiting) or 0) >= MOST_OPEN:
        raise TooManyQuotes(f"{MOST_OPEN} quotes are open. Wait until some are decided.")
    quote = Quote(
        id=uuid4(), workspace_id=workspace_id, bill_group_id=group.id, currency=group.currency,
        state=QuoteState.requested if requested_by else QuoteState.draft, wish=wish,
        wished=wished.model_dump(mode="json") if wished else None, requested_by=requested_by,
        requested_by_address=requested_by_address, requested_at=now,
    )  # fmt: skip
    session.add(quote)
    await session.flush()
    await emit(session, QuoteRequested(**described(quote), by_seller=requested_by is None))
    return quote


async def _payer(session: AsyncSession, workspace_id: UUID, bill_group_id: UUID | None) -> BillGroup:
    if bill_group_id is not None:
        group = await find_group(session, workspace_id, bill_group_id)
    else:
        default = select(BillGroup).where(BillGroup.workspace_id == workspace_id, BillGroup.is_default)
        found = await session.scalar(default)
        if found is None:
            raise NotFound("The workspace has no bill group.")
        group = found
    if group.is_closed:
        raise BillGroupClosed("Choose an open bill group.")
    return group


def described(quote: Quote) -> dict[str, Any]:
    """The fields of `QuoteEvent`."""
    names = ("workspace_id", "number", "bill_group_id", "requested_by")
    facts = {name: getattr(quote, name) for name in names}
    return facts | {"quote_id": quote.id, "subject_version": quote.version}


async def lock_quote(session: AsyncSession, workspace_id: UUID, quote_id: UUID) -> Quote:
    """First of all that a change locks: of two decisions the first counts. Raises `NotFound`."""
    mine = select(Quote).where(Quote.id == quote_id, Quote.workspace_id == workspace_id)
    quote = await session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if quote is None:
        raise NotFound("There is no such quote.")
    return quote


def require_state(quote: Quote, states: Sequence[QuoteState], what: str) -> None:
    """Raises `QuoteNotOpen`."""
    if quote.state not in states:
        raise QuoteNotOpen(f"{quote.number} is {quote.state}: {what}", state=quote.state)


async def moved(session: AsyncSession, quote: Quote, state: QuoteState) -> None:
    """Note the next state of a locked quote, before its event."""
    quote.state = state
    quote.version += 1
    await session.flush()


async def withdraw_request(session: AsyncSession, quote_id: UUID, *, by: Access, now: datetime) -> Quote:
    """Take a wish back before anything is offered. Raises `NotFound` or `QuoteNotOpen`."""
    quote = await lock_quote(session, by.workspace_id, quote_id)
    require_state(quote, (QuoteState.requested, QuoteState.draft), "only what is not offered yet can be taken back.")
    await end_unaccepted(session, quote, "customer", "", now=now)
    return quote


async def end_unaccepted(session: AsyncSession, quote: Quote, by: str, reason: str, *, now: datetime) -> None:
    """Withdraw a locked quote."""
    quote.reason, quote.ended_at = reason or None, now
    await moved(session, quote, QuoteState.withdrawn)
    await emit(session, QuoteWithdrawn.model_validate(described(quote) | {"by": by, "reason": reason}))


async def write_message(
    session: AsyncSession, workspace_id: UUID, quote_id: UUID, body: str, *, by: Access, from_seller: bool,
    now: datetime,
) -> QuoteMessage:  # fmt: skip
    """Add a message of either side, whatever became of the quote. Raises `NotFound` or `TooManyMessages`."""
    quote = await lock_quote(session, workspace_id, quote_id)
    written = select(func.count()).where(QuoteMessage.quote_id == quote.id)
    if (await session.scalar(written) or 0) >= MOST_MESSAGES:
        raise TooManyMessages(f"A quote has at most {MOST_MESSAGES} messages.")
    message = QuoteMessage(
        id=uuid4(), quote_id=quote.id, workspace_id=workspace_id, bill_group_id=quote.bill_group_id,
        from_seller=from_seller, written_by=by.user_id, written_by_address=by.address, written_at=now, body=body,
    )  # fmt: skip
    session.add(message)
    quote.version += 1
    await session.flush()
    about = {"message_id": message.id, "by": "seller" if from_seller else "customer"}
    await emit(session, QuoteMessageWritten.model_validate(described(quote) | about))
    return message
