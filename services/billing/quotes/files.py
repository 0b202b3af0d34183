"""The PDF of an offer: printed once after it was made, like that of an invoice, and kept with its SHA-256."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.brands.service import logo_of, looks_for
from services.billing.invoices.files import BATCH, LEASE, RETRY, Stored, is_intact, print_and_store
from services.billing.printing import NotPrinted
from services.billing.quotes.document import with_looks
from services.billing.quotes.models import QuoteOffer
from shared.errors import WAIT, Conflict, NotFound
from shared.files import Files
from shared.jobs import JobContext
from shared.leases import Claim, GivenUp, claim
from shared.reads import ScopedReads
from shared.scope import begin_in

log = structlog.get_logger()

RETRY_AFTER = 2
_FILE = """
SELECT o.number, o.key, o.sha256, o.size, o.failure FROM quotes q
  JOIN quote_offers o ON o.quote_id = q.id AND o.version = q.offer_version
 WHERE q.workspace_id = $1 AND q.id = $2
"""


class OfferNotPrinted(Conflict):
    """The PDF of the offer is not there: it is being made, could not be made, or is lost. ``Retry-After`` says when to
    ask again."""

    title = "The document is not there"
    members = WAIT


@dataclass(frozen=True, slots=True)
class Opened:
    number: str
    size: int
    pieces: AsyncIterator[bytes]


async def claim_offers(job: JobContext, session: AsyncSession) -> Sequence[Claim[QuoteOffer]]:
    """The next offers to print."""
    return await claim(session, QuoteOffer, RETRY, now=job.real_now, lease=LEASE, limit=BATCH)


async def print_offer(job: JobContext, row: QuoteOffer) -> Stored | NotPrinted:
    """Print a claimed offer and put it into the store. No connection is held meanwhile."""
    async with begin_in(job.sessions, row.workspace_id) as session:
        said = (await session.scalars(select(QuoteOffer.document).where(QuoteOffer.id == row.id))).one()
        document = with_looks(said, (await looks_for(session, [row.workspace_id]))[row.workspace_id])
        logo = await logo_of(session, document["logo"]) if document["logo"] else None
    if document["logo"] and logo is None:
        return NotPrinted("no_logo", document["logo"])
    return await print_and_store(job, document, row.offered_at, logo, number=row.number, at=f"quotes/{row.id}")


async def record_offer(
    job: JobContext, session: AsyncSession, row: QuoteOffer, outcome: Stored | NotPrinted | GivenUp
) -> None:
    """In the transaction that gives the lease back."""
    row.due_at = RETRY.next_try(row, job.real_now) if isinstance(outcome, NotPrinted) else None
    if isinstance(outcome, Stored):
        row.key, row.sha256, row.size = outcome.key, outcome.sha256, outcome.size
    elif row.due_at is None:
        row.failure = outcome.reason if isinstance(outcome, NotPrinted) else "died"
        log.error("offer.given_up", number=row.number, reason=row.failure)


async def open_offer(read: ScopedReads, files: Files, quote_id: UUID) -> Opened:
    """The PDF of the newest offer, after a look whether it still is what was printed. Raises `NotFound` or
    `OfferNotPrinted`."""
    found = await read.fetchrow(_FILE, read.access.workspace_id, quote_id)
    if found is None:
        raise NotFound("There is no such offer.")
    if found["key"] is None or not await is_intact(files, found["key"], found["sha256"]):
        raise OfferNotPrinted("The document is not there. Ask again in a moment.", retry_after=RETRY_AFTER)
    return Opened(found["number"], found["size"], await files.open(found["key"]))
