"""Offering a draft: its prices become plans of this customer alone, and its document is printed once. Nothing of an
offer changes any more."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.invoices.checks import MOST_MINOR
from services.billing.invoices.parties import buyer_of, seller_now
from services.billing.plans.models import Plan, PlanVersion
from services.billing.plans.schemas import PlanCreate
from services.billing.plans.service import publish_for
from services.billing.quotes.document import Said, template_data
from services.billing.quotes.expiring import REMINDED_BEFORE
from services.billing.quotes.models import Quote, QuoteLine, QuoteOffer, QuoteState
from services.billing.quotes.pricing import LineAmounts, amounts_of, numbers_in, totals_of
from services.billing.quotes.service import BillGroupClosed, described, lock_quote, moved, require_state
from services.billing.quoting.models import QuoteDraft
from services.billing.quoting.schemas import LineWrite
from services.billing.quoting.service import DraftChanged, workspace_of
from services.billing.settings import Settings
from shared.auth import Access
from shared.db import run_sql
from shared.errors import Conflict
from shared.events.billing import QuoteOffered
from shared.origin import Origin
from shared.outbox import cause_of, emit
from shared.sellers import acting_for
from shared.waking import wake

LONGEST = timedelta(days=366)
_BUYER = """
SELECT g.is_closed, g.po_number, g.vat_number, g.registration_number, w.display_name AS workspace_name,
       w.account_number, w.locale, c.display_name AS contact_name, c.company, c.street, c.postal_code, c.city, c.country
  FROM bill_groups g JOIN workspace_copies w ON w.id = g.workspace_id
  LEFT JOIN bill_group_contacts c ON c.bill_group_id = g.bill_group_id AND c.kind = 'billing'
 WHERE g.bill_group_id = $1
"""


class NothingToOffer(Conflict):
    """The draft has no lines, or no last day from today on and within a year."""

    title = "The draft cannot be offered yet"


class TooMuchMoney(Conflict):
    """An amount of the offer is larger than an invoice can say."""

    title = "The amounts are too large"


async def offer(
    session: AsyncSession, settings: Settings, quote_id: UUID, draft_version: int, *, by: Access, now: datetime
) -> Quote:
    """Offer the draft that was seen. Raises `NotFound`, `QuoteNotOpen`, `DraftChanged`, `NothingToOffer`,
    `BillGroupClosed` or `TooMuchMoney`."""
    workspace_id, today = await workspace_of(session, quote_id), settings.day_of(now)
    async with acting_for(session, by, workspace_id):
        quote = await lock_quote(session, workspace_id, quote_id)
        require_state(quote, (QuoteState.draft,), "only a draft can be offered.")
        buyer = (await run_sql(session, _BUYER, quote.bill_group_id)).mappings().one()
        seller = await seller_now(session, settings)
    if buyer["is_closed"]:
        raise BillGroupClosed("The bill group of the quote is closed. Open it first.")
    draft = await _sound_draft(session, quote_id, draft_version, today)
    number = f"{quote.number}-{quote.offer_version + 1}"
    lines = await _lines(session, quote, draft, number, settings, provider_id=by.workspace_id, now=now)
    totals = totals_of([(line.interval_months, _amounts(line)) for line in lines], quote.currency)
    assert draft.valid_until is not None, "a sound draft has a last day"
    said = Said(
        number, quote.currency, settings.tax_percent, today, draft.valid_until, draft.terms, seller.details,
        buyer_of(buyer),
    )  # fmt: skip
    async with acting_for(session, by, workspace_id):
        offered = QuoteOffer(
            id=uuid4(), quote_id=quote.id, version=quote.offer_version + 1, workspace_id=workspace_id,
            bill_group_id=quote.bill_group_id, number=number, currency=quote.currency,
            tax_percent=settings.tax_percent, once_net_minor=totals.once_net_minor,
            once_tax_minor=totals.once_tax_minor, recurring=[asdict(each) for each in totals.recurring],
            gross_minor=totals.gross_minor, valid_until=draft.valid_until, terms=draft.terms,
            document=template_data(said, lines, totals), offered_at=now, origin=Origin.of(cause_of(session)),
        )  # fmt: skip
        session.add(offered)
        await session.flush()
        await wake(session, QuoteOffer.__tablename__)
        session.add_all(lines)
        await _note(session, quote, offered, today)
    return quote


async def _note(session: AsyncSession, quote: Quote, offered: QuoteOffer, today: date) -> None:
    """Who is offered something for a week or less is told at once, and not reminded."""
    quote.offer_version, quote.valid_until = offered.version, offered.valid_until
    quote.gross_minor, quote.reminded = offered.gross_minor, offered.valid_until <= today + REMINDED_BEFORE
    await moved(session, quote, QuoteState.offered)
    about = {"offer_version": offered.version, "valid_until": offered.valid_until}
    await emit(session, QuoteOffered.model_validate(described(quote) | about))


async def _sound_draft(session: AsyncSession, quote_id: UUID, version: int, today: date) -> QuoteDraft:
    draft = await session.get(QuoteDraft, quote_id, populate_existing=True)
    if draft is None or not draft.lines:
        raise NothingToOffer("Add a line first.")
    if draft.version != version:
        raise DraftChanged("Somebody else has changed the draft. Look at it again.")
    if draft.valid_until is None or not today <= draft.valid_until <= today + LONGEST:
        raise NothingToOffer("Say until when the offer is valid: from today on, and within a year.")
    return draft


async def _lines(
    session: AsyncSession, quote: Quote, draft: QuoteDraft, number: str, settings: Settings, *, provider_id: UUID,
    now: datetime,
) -> Sequence[QuoteLine]:  # fmt: skip
    """The lines of the draft, each with prices that are published for this customer alone. Raises `TooMuchMoney`."""
    found = []
    for position, stored in enumerate(draft.lines, 1):
        line = LineWrite.model_validate(stored)
        prices = await _prices(session, line, f"{number}/{position}")
        costs = amounts_of(
            prices.model_dump(), numbers_in(line.configuration), line.quantity, quote.currency, settings.tax_percent
        )
        if max(asdict(costs).values()) > MOST_MINOR // len(draft.lines):
            raise TooMuchMoney(f"Line {position} costs more than an invoice can say.")
        plan = await publish_for(session, prices, quote.workspace_id, provider_id=provider_id, now=now)
        found.append(_line(quote, line, plan, prices, costs, position))
    return found


async def _prices(session: AsyncSession, line: LineWrite, name: str) -> PlanCreate:
    """What is agreed, and all else as in the plan of the catalogue that the line names."""
    plan = await session.get_one(PlanVersion, line.plan_version_id)
    product_id = (await session.get_one(Plan, plan.plan_id)).product_id
    kept = ("currency", "interval_months", "billed", "at_term_end", "may_pause", "terms")
    values: dict[str, Any] = {each: getattr(plan, each) for each in kept}
    return PlanCreate(
        product_id=product_id, display_name=name, recurring_minor=line.recurring_minor,
        one_off_minor=line.one_off_minor,
        field_prices=plan.field_prices if line.field_prices is None else line.field_prices,
        term_months=plan.term_months if line.term_months is None else line.term_months, **values,
    )  # fmt: skip


def _line(
    quote: Quote, line: LineWrite, plan: PlanVersion, prices: PlanCreate, costs: LineAmounts, position: int
) -> QuoteLine:
    return QuoteLine(
        id=uuid4(), quote_id=quote.id, version=quote.offer_version + 1, position=position,
        workspace_id=quote.workspace_id, bill_group_id=quote.bill_group_id, product_id=prices.product_id,
        plan_version_id=plan.id, display_name=line.display_name, configuration=line.configuration,
        quantity=line.quantity, currency=quote.currency, interval_months=prices.interval_months,
        billed=prices.billed, term_months=prices.term_months, at_term_end=prices.at_term_end, **asdict(costs),
    )  # fmt: skip


def _amounts(line: QuoteLine) -> LineAmounts:
    return LineAmounts(**{name: getattr(line, name) for name in LineAmounts.__slots__})
