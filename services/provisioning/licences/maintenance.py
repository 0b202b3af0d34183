"""Until when a licence entitles to new releases: until its contract's term ends, or as long as the contract runs."""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.licences.models import Licence
from shared.events.billing import BillingStarted, SubscriptionChanged, SubscriptionExpiring, SubscriptionRenewed

TermEvent = BillingStarted | SubscriptionChanged | SubscriptionExpiring | SubscriptionRenewed
DAY = timedelta(days=1)


async def follow_contract(session: AsyncSession, event: TermEvent) -> None:
    """Keep what the newest event says of the term. A contract that goes on after its term has no end that is known. The
    end of the contract deletes the service, and so ends the licence."""
    if event.at_term_end is None and event.term_ends_on is None:
        return  # older than these fields
    open_ended = event.term_ends_on is None or event.at_term_end == "continue"
    until = None if open_ended or event.term_ends_on is None else event.term_ends_on - DAY
    older = Licence.service_id == event.service_id, Licence.contract_version < event.subject_version
    changed = {"maintenance_until": until, "contract_version": event.subject_version, "version": Licence.version + 1}
    await session.execute(update(Licence).where(*older).values(changed))
