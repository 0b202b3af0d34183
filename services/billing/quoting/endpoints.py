from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import StreamingResponse

from services.billing.invoices.files import store_of
from services.billing.quotes import ordering
from services.billing.quotes import service as quotes
from services.billing.quotes.endpoints import PDF, QuoteChanged, stream
from services.billing.quotes.files import OfferNotPrinted, open_offer
from services.billing.quotes.models import Quote, QuoteMessage, QuoteState
from services.billing.quotes.schemas import MessageCreate, MessageRead
from services.billing.quotes.service import BillGroupClosed, QuoteNotOpen, TooManyMessages, TooManyQuotes
from services.billing.quoting import listing, service
from services.billing.quoting.models import QuoteNote
from services.billing.quoting.offering import NothingToOffer, TooMuchMoney, offer
from services.billing.quoting.schemas import (
    DraftRead,
    DraftWrite,
    ListedQuoteRead,
    NoteRead,
    OfferCreate,
    QuoteBegin,
    QuoteWithdrawal,
    SellersQuoteRead,
)
from services.billing.quoting.service import DraftChanged, PlanNotQuotable
from services.billing.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.pages import Cursor, Limit, Page, json_response, page_response
from shared.reads import Reader
from shared.sellers import acting_for

router = Router("billing", "quoting")


@router.get("", guard=allow("bill_group.view"), response_model=Page[ListedQuoteRead])
async def list_all_quotes(
    read: Reader,
    state: Annotated[QuoteState | None, Query(description="only quotes in this state")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The quotes of all customers, the newest first."""
    rows = await listing.list_all(read, state=state, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("requested_at", "id"))


@router.post(
    "/of-customers/{workspace_id}",
    guard=allow("quote.manage"),
    status_code=201,
    problems=(NotFound, BillGroupClosed, TooManyQuotes),
)
async def begin_quote(
    workspace_id: UUID, body: QuoteBegin, session: Session, access: CurrentAccess, now: Now, once: Once
) -> QuoteChanged:
    """Begin a quote for a customer that has not asked for it."""

    async def begin() -> Quote:
        return await service.begin(session, workspace_id, body.bill_group_id, by=access, now=now)

    return await once(body, QuoteChanged, begin)


@router.get("/{quote_id}", guard=allow("bill_group.view"), response_model=SellersQuoteRead)
async def get_quote_of_customer(quote_id: UUID, read: Reader, settings: CurrentSettings) -> Response:
    """One quote of any customer, with its draft and the notes about it, which the customer does not see."""
    return json_response(await listing.read_whole(read, quote_id, settings.tax_percent))


@router.get("/{quote_id}/pdf", guard=allow("bill_group.view"), problems=(OfferNotPrinted,), response_class=Response,
            responses=PDF)  # fmt: skip
async def download_offer_of_customer(quote_id: UUID, read: Reader, settings: CurrentSettings) -> StreamingResponse:
    """The newest offer as PDF/A-3b."""
    inner, _ = await listing.within_customer(read, quote_id)
    return stream(await open_offer(inner, store_of(settings), quote_id))


@router.put("/{quote_id}/draft", guard=allow("quote.manage"), problems=(QuoteNotOpen, DraftChanged, PlanNotQuotable))
async def put_draft(quote_id: UUID, body: DraftWrite, session: Session, access: CurrentAccess) -> DraftRead:
    """Keep what the next offer will say: the whole draft. The customer does not see it."""
    return DraftRead.model_validate(await service.put_draft(session, quote_id, body, by=access))


@router.post(
    "/{quote_id}/offer",
    guard=allow("quote.manage"),
    problems=(QuoteNotOpen, DraftChanged, NothingToOffer, BillGroupClosed, TooMuchMoney),
)
async def offer_quote(
    quote_id: UUID, body: OfferCreate, session: Session, access: CurrentAccess, settings: CurrentSettings, now: Now,
    once: Once,
) -> QuoteChanged:  # fmt: skip
    """Offer the draft that was seen. An offer never changes: revise it to make another one."""

    async def make() -> Quote:
        return await offer(session, settings, quote_id, body.draft_version, by=access, now=now)

    return await once(body, QuoteChanged, make)


@router.post("/{quote_id}/revise", guard=allow("quote.manage"), problems=(QuoteNotOpen,))
async def revise_quote(quote_id: UUID, session: Session, access: CurrentAccess) -> QuoteChanged:
    """Take up again what was offered, declined or has expired. The offer cannot be accepted any more, and a draft
    begins with what it said."""
    return QuoteChanged.model_validate(await service.revise(session, quote_id, by=access))


@router.post("/{quote_id}/withdraw", guard=allow("quote.manage"), problems=(QuoteNotOpen,))
async def withdraw_quote_of_customer(
    quote_id: UUID, body: QuoteWithdrawal, session: Session, access: CurrentAccess, now: Now
) -> QuoteChanged:
    """End a quote that nobody has accepted."""
    return QuoteChanged.model_validate(await service.withdraw(session, quote_id, body.reason, by=access, now=now))


@router.post("/{quote_id}/order-again", guard=allow("quote.manage"), problems=(QuoteNotOpen,))
async def order_quote_again(quote_id: UUID, session: Session, access: CurrentAccess, once: Once) -> QuoteChanged:
    """Have an accepted quote ordered, which was not possible when it was accepted."""

    async def order() -> Quote:
        workspace_id = await service.workspace_of(session, quote_id)
        async with acting_for(session, access, workspace_id):
            return await ordering.order_again(session, workspace_id, quote_id)

    return await once(None, QuoteChanged, order)


@router.post("/{quote_id}/messages", guard=allow("quote.manage"), status_code=201, problems=(TooManyMessages,))
async def write_message_to_customer(
    quote_id: UUID, body: MessageCreate, session: Session, access: CurrentAccess, now: Now, once: Once
) -> MessageRead:
    """Write to the customer about a quote."""

    async def write() -> QuoteMessage:
        workspace_id = await service.workspace_of(session, quote_id)
        async with acting_for(session, access, workspace_id):
            return await quotes.write_message(
                session, workspace_id, quote_id, body.body, by=access, from_seller=True, now=now
            )

    return await once(body, MessageRead, write)


@router.post("/{quote_id}/notes", guard=allow("quote.manage"), status_code=201, problems=(TooManyMessages,))
async def write_note(
    quote_id: UUID, body: MessageCreate, session: Session, access: CurrentAccess, now: Now, once: Once
) -> NoteRead:
    """Write a note about a quote for one's colleagues. Nobody of the customer can read it."""

    async def write() -> QuoteNote:
        return await service.write_note(session, quote_id, body.body, by=access, now=now)

    return await once(body, NoteRead, write)
