"""The customer's answer to an offer. Of an answer, a revision, a withdrawal and the end of its last day, whichever
locks the quote first counts."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.quotes.files import RETRY_AFTER
from services.billing.quotes.models import Quote, QuoteOffer, QuoteState
from services.billing.quotes.ordering import to_order
from services.billing.quotes.schemas import QuoteAcceptance, QuoteRefusal
from services.billing.quotes.service import described, lock_quote, moved, require_state
from services.billing.subscriptions.closing import refuse_closing
from shared.auth import Access
from shared.errors import WAIT, Conflict, Forbidden
from shared.events import Via
from shared.events.billing import QuoteAccepted, QuoteDeclined
from shared.outbox import emit


class AnotherOffer(Conflict):
    """The seller has made another offer since the page was opened. Look at it, and answer that one."""

    title = "There is another offer"


class OfferHasEnded(Conflict):
    """The last day of the offer is over. Ask the seller for another one."""

    title = "The offer is not valid any more"


class NotOnBehalf(Forbidden):
    """Only the account's own people accept an offer. Whoever works on behalf of the account may be one of those who
    made it."""

    title = "Not on behalf of the account"


class OfferBeingPrinted(Conflict):
    """The PDF of the offer is made within seconds after it was offered, and only what is printed can be accepted.
    ``Retry-After`` says when to try again."""

    title = "The document is being made"
    members = WAIT


async def accept_offer(
    session: AsyncSession, quote_id: UUID, body: QuoteAcceptance, *, by: Access, now: datetime, today: date
) -> Quote:
    """Accept the newest offer, which is ordered then. Keeps who, when, and which document. Raises `NotFound`,
    `NotOnBehalf`, `WorkspaceIsClosing`, `QuoteNotOpen`, `AnotherOffer`, `OfferHasEnded` or `OfferBeingPrinted`."""
    if by.via != Via.own:
        raise NotOnBehalf("Only people of the account accept an offer, in their own name.")
    await refuse_closing(session, by.workspace_id)
    quote = await _lock_offered(session, quote_id, body.offer_version, by=by, today=today)
    newest = QuoteOffer.quote_id == quote.id, QuoteOffer.version == quote.offer_version
    offer = (await session.scalars(select(QuoteOffer).where(*newest))).one()
    if offer.due_at is not None and offer.sha256 is None:
        raise OfferBeingPrinted("The document is being made. Try again in a moment.", retry_after=RETRY_AFTER)
    quote.accepted_by, quote.accepted_by_address = by.user_id, by.address
    quote.accepted_name, quote.po_number = body.name, body.po_number
    quote.accepted_at, quote.accepted_sha256, quote.order_tries = now, offer.sha256, 1
    await moved(session, quote, QuoteState.accepted)
    await emit(session, QuoteAccepted(**await to_order(session, quote), document_sha256=offer.sha256))
    return quote


async def decline_offer(
    session: AsyncSession, quote_id: UUID, body: QuoteRefusal, *, by: Access, now: datetime, today: date
) -> Quote:
    """Decline the newest offer. Raises `NotFound`, `QuoteNotOpen`, `AnotherOffer` or `OfferHasEnded`."""
    quote = await _lock_offered(session, quote_id, body.offer_version, by=by, today=today)
    quote.reason, quote.ended_at = body.reason, now
    await moved(session, quote, QuoteState.declined)
    about = {"offer_version": quote.offer_version, "reason": body.reason}
    await emit(session, QuoteDeclined.model_validate(described(quote) | about))
    return quote


async def _lock_offered(session: AsyncSession, quote_id: UUID, seen: int, *, by: Access, today: date) -> Quote:
    quote = await lock_quote(session, by.workspace_id, quote_id)
    require_state(quote, (QuoteState.offered,), "only an offer can be answered.")
    if quote.offer_version != seen:
        raise AnotherOffer(f"Offer {quote.offer_version} is the newest one. Look at it first.")
    assert quote.valid_until is not None, "what is offered has a last day"
    if today > quote.valid_until:
        raise OfferHasEnded(f"The offer was valid until {quote.valid_until}.")
    return quote
