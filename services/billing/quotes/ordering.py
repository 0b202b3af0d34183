"""What becomes of an accepted quote: its orders, which provisioning places."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.quotes.models import Quote, QuoteLine, QuoteState
from services.billing.quotes.service import QuoteNotOpen, described, lock_quote, moved, require_state
from shared.events.billing import QuotedLine, QuoteOrdered, QuoteOrderRetried
from shared.events.provisioning import OrderPlaced, QuoteOrderRefused
from shared.outbox import emit


async def to_order(session: AsyncSession, quote: Quote) -> dict[str, Any]:
    """The fields of `QuoteToOrder` of a locked quote that is accepted."""
    lines = tuple(
        QuotedLine(
            line_id=line.id, product_id=line.product_id, plan_version_id=line.plan_version_id,
            configuration=line.configuration, quantity=line.quantity, display_name=line.display_name,
        )
        for line in await _lines(session, quote)
    )  # fmt: skip
    about = {"offer_version": quote.offer_version, "lines": lines, "accepted_by": quote.accepted_by}
    return described(quote) | about


async def order_again(session: AsyncSession, workspace_id: UUID, quote_id: UUID) -> Quote:
    """Have the orders of an accepted quote placed again, which was refused. Raises `NotFound` or `QuoteNotOpen`."""
    quote = await lock_quote(session, workspace_id, quote_id)
    require_state(quote, (QuoteState.accepted,), "only an accepted quote can be ordered.")
    if quote.order_failure is None:
        raise QuoteNotOpen(f"{quote.number} is being ordered.", state=quote.state)
    quote.order_failure, quote.order_tries = None, quote.order_tries + 1
    await moved(session, quote, QuoteState.accepted)
    await emit(session, QuoteOrderRetried(**await to_order(session, quote)))
    return quote


async def note_refusal(session: AsyncSession, event: QuoteOrderRefused) -> None:
    """Keep why an accepted quote could not be ordered, unless it is by now."""
    quote = await lock_quote(session, event.workspace_id, event.quote_id)
    if quote.state == QuoteState.accepted:
        quote.order_failure = event.problem
        quote.version += 1
        await session.flush()


async def note_order(session: AsyncSession, event: OrderPlaced) -> None:
    """Keep the order of a line. When each line has one, the quote is ordered."""
    if event.quote_id is None:
        return
    quote = await lock_quote(session, event.workspace_id, event.quote_id)
    if quote.state != QuoteState.accepted:
        return
    lines = await _lines(session, quote)
    for line in lines:
        if line.plan_version_id == event.plan_version_id:
            line.order_id = event.order_id
    orders = tuple(line.order_id for line in lines if line.order_id)
    await session.flush()
    if len(orders) == len(lines):
        quote.order_failure = None
        await moved(session, quote, QuoteState.ordered)
        await emit(session, QuoteOrdered(**described(quote), orders=orders))


async def _lines(session: AsyncSession, quote: Quote) -> list[QuoteLine]:
    """Of the newest offer."""
    mine = QuoteLine.quote_id == quote.id, QuoteLine.version == quote.offer_version
    return list(await session.scalars(select(QuoteLine).where(*mine).order_by(QuoteLine.position)))
