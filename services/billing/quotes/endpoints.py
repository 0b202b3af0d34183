from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import StreamingResponse

from services.billing.invoices.files import store_of
from services.billing.quotes import answering, listing, service
from services.billing.quotes.answering import AnotherOffer, NotOnBehalf, OfferBeingPrinted, OfferHasEnded
from services.billing.quotes.files import OfferNotPrinted, Opened, open_offer
from services.billing.quotes.models import Quote, QuoteMessage, QuoteState
from services.billing.quotes.schemas import (
    MessageCreate,
    MessageRead,
    QuoteAcceptance,
    QuoteCreate,
    QuoteRead,
    QuoteRefusal,
    QuoteSummaryRead,
)
from services.billing.quotes.service import BillGroupClosed, QuoteNotOpen, TooManyMessages, TooManyQuotes
from services.billing.settings import CurrentSettings, Today
from shared.auth import CurrentAccess, Router, allow
from shared.auth.access import WorkspaceIsClosing
from shared.clock import Now
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.pages import Cursor, Limit, Page, json_response, page_response
from shared.reads import Reader
from shared.schemas import Read

router = Router("billing", "quotes")

PDF: dict[int | str, dict[str, Any]] = {
    200: {"description": "The document", "content": {"application/pdf": {"schema": {"type": "string"}}}}
}


class QuoteChanged(Read):
    """A quote that was just changed, by its id."""

    id: UUID
    number: str
    state: QuoteState


@router.get("", guard=allow("quote.view"), response_model=Page[QuoteSummaryRead])
async def list_quotes(
    read: Reader,
    state: Annotated[QuoteState | None, Query(description="only quotes in this state")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The quotes of the workspace, the newest first."""
    rows = await listing.list_quotes(read, state=state, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("requested_at", "id"))


@router.post("", guard=allow("quote.request"), status_code=201, problems=(NotFound, BillGroupClosed, TooManyQuotes))
async def request_quote(
    body: QuoteCreate, session: Session, access: CurrentAccess, now: Now, once: Once
) -> QuoteChanged:
    """Ask for a quote, in words, or with what was configured already. The seller answers with an offer."""
    return await once(body, QuoteChanged, lambda: service.request_quote(session, body, by=access, now=now))


@router.get("/{quote_id}", guard=allow("quote.view"), response_model=QuoteRead)
async def get_quote(quote_id: UUID, read: Reader) -> Response:
    """One quote, with the newest offer and all messages."""
    return json_response(await listing.read_quote(read, quote_id))


@router.get("/{quote_id}/pdf", guard=allow("quote.view"), problems=(OfferNotPrinted,), response_class=Response,
            responses=PDF)  # fmt: skip
async def download_offer(quote_id: UUID, read: Reader, settings: CurrentSettings) -> StreamingResponse:
    """The newest offer as PDF/A-3b, the same bytes each time: it is printed once, within seconds after it was made."""
    return stream(await open_offer(read, store_of(settings), quote_id))


def stream(opened: Opened) -> StreamingResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{opened.number}.pdf"',
        "Content-Length": str(opened.size),
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(opened.pieces, media_type="application/pdf", headers=headers)


@router.post("/{quote_id}/withdraw", guard=allow("quote.request"), problems=(QuoteNotOpen,))
async def withdraw_quote(quote_id: UUID, session: Session, access: CurrentAccess, now: Now) -> QuoteChanged:
    """Take a wish back before anything is offered."""
    return QuoteChanged.model_validate(await service.withdraw_request(session, quote_id, by=access, now=now))


@router.post(
    "/{quote_id}/accept",
    guard=allow("quote.accept"),
    problems=(NotOnBehalf, WorkspaceIsClosing, QuoteNotOpen, AnotherOffer, OfferHasEnded, OfferBeingPrinted),
)
async def accept_quote(
    quote_id: UUID, body: QuoteAcceptance, session: Session, access: CurrentAccess, now: Now, today: Today, once: Once
) -> QuoteChanged:
    """Accept the offer that was seen, not on behalf of the account. Everything of it is ordered then, at its prices, in
    the caller's name. Of two decisions the first counts."""

    async def accept() -> Quote:
        return await answering.accept_offer(session, quote_id, body, by=access, now=now, today=today)

    return await once(body, QuoteChanged, accept)


@router.post("/{quote_id}/decline", guard=allow("quote.accept"), problems=(QuoteNotOpen, AnotherOffer, OfferHasEnded))
async def decline_quote(
    quote_id: UUID, body: QuoteRefusal, session: Session, access: CurrentAccess, now: Now, today: Today
) -> QuoteChanged:
    """Decline the offer that was seen, with a reason for the seller. The seller can make another one. Of two decisions
    the first counts."""
    declined = await answering.decline_offer(session, quote_id, body, by=access, now=now, today=today)
    return QuoteChanged.model_validate(declined)


@router.post("/{quote_id}/messages", guard=allow("quote.request"), status_code=201, problems=(TooManyMessages,))
async def write_message(
    quote_id: UUID, body: MessageCreate, session: Session, access: CurrentAccess, now: Now, once: Once
) -> MessageRead:
    """Write to the seller about a quote."""

    async def write() -> QuoteMessage:
        return await service.write_message(
            session, access.workspace_id, quote_id, body.body, by=access, from_seller=False, now=now
        )

    return await once(body, MessageRead, write)
