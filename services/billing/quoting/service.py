"""The seller's side of quotes: beginning, drafting, revising and withdrawing them, and notes among colleagues."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.plans.models import Plan, PlanVersion
from services.billing.quotes.models import Quote, QuoteState
from services.billing.quotes.service import (
    TooManyMessages,
    begin_quote,
    described,
    end_unaccepted,
    lock_quote,
    moved,
    require_state,
)
from services.billing.quoting.models import QuoteDraft, QuoteNote
from services.billing.quoting.schemas import DraftWrite
from shared.auth import Access
from shared.errors import Conflict, Invalid, NotFound
from shared.events.billing import QuoteDrafted, QuoteNoteWritten, QuoteRevised
from shared.field_errors import field_error
from shared.outbox import emit
from shared.sellers import acting_for

MOST_NOTES = 200
"""Of one quote."""
DRAFTED = (QuoteState.requested, QuoteState.draft)


class DraftChanged(Conflict):
    """Somebody else has changed the draft since it was opened. Look at it again."""

    title = "The draft was changed meanwhile"


class PlanNotQuotable(Invalid):
    """A line names a plan that is not one of the catalogue, or has another currency than the quote."""

    title = "A plan does not fit the quote"


async def workspace_of(session: AsyncSession, quote_id: UUID) -> UUID:
    """The customer of a quote, in the provider's scope. Raises `NotFound`."""
    found = await session.scalar(select(Quote.workspace_id).where(Quote.id == quote_id))
    if found is None:
        raise NotFound("There is no such quote.")
    return found


async def begin(
    session: AsyncSession, workspace_id: UUID, bill_group_id: UUID | None, *, by: Access, now: datetime
) -> Quote:
    """Begin a quote for a customer. Raises `NotFound`, and what `begin_quote` raises."""
    async with acting_for(session, by, workspace_id):
        return await begin_quote(session, workspace_id, bill_group_id, now=now)


async def put_draft(session: AsyncSession, quote_id: UUID, body: DraftWrite, *, by: Access) -> QuoteDraft:
    """Keep what the next offer will say. Raises `NotFound`, `QuoteNotOpen`, `DraftChanged` or `PlanNotQuotable`."""
    workspace_id = await workspace_of(session, quote_id)
    async with acting_for(session, by, workspace_id):
        quote = await lock_quote(session, workspace_id, quote_id)
        require_state(quote, DRAFTED, "revise it first, or begin another one.")
    await _check_plans(session, body, quote.currency)
    draft = await session.get(QuoteDraft, quote_id)
    if (draft.version if draft else 0) != body.version:
        raise DraftChanged("Somebody else has changed the draft. Look at it again.")
    if draft is None:
        draft = QuoteDraft(quote_id=quote_id, workspace_id=by.workspace_id, version=0)
        session.add(draft)
    draft.lines = [line.model_dump(mode="json") for line in body.lines]
    draft.valid_until, draft.terms = body.valid_until, body.terms
    draft.version += 1
    async with acting_for(session, by, workspace_id):
        await moved(session, quote, QuoteState.draft)
        await emit(session, QuoteDrafted(**described(quote), lines=len(body.lines)))
    return draft


async def _check_plans(session: AsyncSession, body: DraftWrite, currency: str) -> None:
    named = {line.plan_version_id for line in body.lines}
    of_all = select(PlanVersion.id).join(Plan, Plan.id == PlanVersion.plan_id).where(Plan.offered_to.is_(None))
    fitting = of_all.where(PlanVersion.id.in_(named), PlanVersion.currency == currency)
    known = set(await session.scalars(fitting)) if named else set()
    errors = [
        field_error(f"/lines/{at}/plan_version_id", "does_not_fit", f"is not a plan of the catalogue in {currency}")
        for at, line in enumerate(body.lines)
        if line.plan_version_id not in known
    ]
    if errors:
        raise PlanNotQuotable("Choose plans of the catalogue in the currency of the quote.", errors=errors)


async def revise(session: AsyncSession, quote_id: UUID, *, by: Access) -> Quote:
    """Take up again what was offered: its offer is superseded, and a draft begins with what it said. Raises `NotFound`
    or `QuoteNotOpen`."""
    workspace_id = await workspace_of(session, quote_id)
    async with acting_for(session, by, workspace_id):
        quote = await lock_quote(session, workspace_id, quote_id)
        offered = (QuoteState.offered, QuoteState.declined, QuoteState.expired)
        require_state(quote, offered, "only what was offered, and not accepted, can be revised.")
        quote.reason = quote.ended_at = None
        await moved(session, quote, QuoteState.draft)
        await emit(session, QuoteRevised(**described(quote), offer_version=quote.offer_version))
    return quote


async def withdraw(session: AsyncSession, quote_id: UUID, reason: str, *, by: Access, now: datetime) -> Quote:
    """End a quote that nobody has accepted. Raises `NotFound` or `QuoteNotOpen`."""
    workspace_id = await workspace_of(session, quote_id)
    async with acting_for(session, by, workspace_id):
        quote = await lock_quote(session, workspace_id, quote_id)
        require_state(quote, (*DRAFTED, QuoteState.offered), "only what is open can be withdrawn.")
        await end_unaccepted(session, quote, "seller", reason, now=now)
    return quote


async def write_note(session: AsyncSession, quote_id: UUID, body: str, *, by: Access, now: datetime) -> QuoteNote:
    """Add a note, which belongs to the seller's workspace, so that nobody of the customer can read it. Raises
    `NotFound` or `TooManyMessages`."""
    workspace_id = await workspace_of(session, quote_id)
    async with acting_for(session, by, workspace_id):
        quote = await lock_quote(session, workspace_id, quote_id)
    written = select(func.count()).where(QuoteNote.quote_id == quote_id)
    if (await session.scalar(written) or 0) >= MOST_NOTES:
        raise TooManyMessages(f"A quote has at most {MOST_NOTES} notes.")
    note = QuoteNote(
        id=uuid4(), quote_id=quote_id, workspace_id=by.workspace_id, written_by=by.user_id,
        written_by_address=by.address, written_at=now, body=body,
    )  # fmt: skip
    session.add(note)
    await session.flush()
    about = {"subject_version": quote.version, "quote_id": quote_id, "number": quote.number, "note_id": note.id}
    await emit(session, QuoteNoteWritten.model_validate({"workspace_id": by.workspace_id} | about))
    return note
