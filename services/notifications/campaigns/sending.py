"""Sends a campaign, step by step. A step is one transaction: it makes the messages of one page of people, and says how
far it has come, or does neither. So a worker that dies repeats and skips nobody."""

from datetime import datetime, timedelta

import orjson
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.models import Delivery, DeliveryState
from services.notifications.deliveries.news import end_if_decided
from services.notifications.mails.news import text_in
from services.notifications.news.campaigns import about, facts_of
from services.notifications.news.models import Campaign, CampaignState
from services.notifications.news.segments import Member, Segment, people_of
from services.notifications.own_mails.models import OwnMail, OwnMailState
from shared.db import run_sql
from shared.events.notifications import CampaignStarted
from shared.leases import Claim, Retry, claim
from shared.outbox import emit
from shared.scope import writing_in

PAGE = 1_000
"""People per transaction."""
DRAINED = 1_000
AGAIN = timedelta(seconds=2)
"""After which a stopped campaign looks for mails that were just being sent."""
RETRY = Retry(tries=1_000_000, pauses=(AGAIN,))
"""A step calls nothing outside: what is in its way is put right by whoever runs the installation."""
AS_IT_IS = {"synchronize_session": False}
# The message, its line in the list of the person's own mails, and its delivery, each once (D23). It is filed in the log
# of the workspace by which the person belongs to the segment, in nobody's name: who wrote it is the provider's.
TELL = """
WITH people AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) AS p (user_id, workspace_id, parent_id, about)
), told AS (
    INSERT INTO messages (workspace_id, topic, fact_id, recipient_kind, recipient_id, facts)
    SELECT workspace_id, $5, $6, 'user', user_id, $7::jsonb FROM people
    ON CONFLICT DO NOTHING RETURNING id, workspace_id, recipient_id
), kept AS (
    INSERT INTO own_mails (id, user_id, workspace_id, topic, about, state)
    SELECT t.id, p.user_id, p.workspace_id, $5, p.about, 'waiting'
      FROM told t JOIN people p ON p.user_id = t.recipient_id
)
INSERT INTO deliveries (workspace_id, message_id, state, campaign_id, gathered, tries, correlation_id, begun_via,
                        parent_workspace_id, traceparent)
SELECT t.workspace_id, t.id, 'queued', $6, 1, 0, $8, 'system', p.parent_id, $9
  FROM told t JOIN people p ON p.user_id = t.recipient_id
"""


async def claim_due_campaigns(session: AsyncSession, *, now: datetime, lease: timedelta) -> list[Claim[Campaign]]:
    """``now`` is real time."""
    return await claim(session, Campaign, RETRY, now=now, lease=lease, limit=1)


async def advance(session: AsyncSession, campaign: Campaign, *, now: datetime) -> None:
    """The next step of a campaign that is due, which the caller has locked. ``now`` is real time."""
    campaign.tries = 0
    if campaign.state == CampaignState.scheduled:
        campaign.state, campaign.started_at = CampaignState.sending, now
        await emit(session, CampaignStarted(**about(campaign)))
    if campaign.state == CampaignState.sending:
        campaign.due_at = now if await _tell_next(session, campaign) else None
        await end_if_decided(session, campaign, now)
    elif campaign.state == CampaignState.stopped:
        campaign.due_at = await _drain(session, campaign, now)
    else:
        campaign.due_at = None


async def _tell_next(session: AsyncSession, campaign: Campaign) -> bool:
    """Make the messages of the next page of people. Whether there are more."""
    people = await people_of(session, Segment.model_validate(campaign.segment), campaign.reached, PAGE)
    if people:
        campaign.reached = people[-1].user_id
        campaign.recipients += await _tell(session, campaign, people)
    campaign.is_prepared = len(people) < PAGE
    return not campaign.is_prepared


async def _tell(session: AsyncSession, campaign: Campaign, people: list[Member]) -> int:
    """How many of them were not told before."""
    rows = [
        (each.user_id, each.workspace_id, each.parent_workspace_id, text_in(campaign.texts, each.tag)["title"])
        for each in people
    ]
    facts = orjson.dumps(facts_of(campaign)).decode()
    await session.flush()
    async with writing_in(session, {each.workspace_id for each in people}):
        made = await run_sql(session, TELL, *map(list, zip(*rows, strict=True)), campaign.topic, campaign.id, facts,
                             campaign.correlation_id, campaign.traceparent)  # fmt: skip
    return made.rowcount


async def _drain(session: AsyncSession, campaign: Campaign, now: datetime) -> datetime | None:
    """End what still waits of a stopped campaign. When to look again; None once nothing is left. What is being sent
    just now, or recorded, ends by itself: nobody is waited for, since others lock the delivery before the campaign."""
    mine = Delivery.campaign_id == campaign.id
    waits = mine, Delivery.state.in_([DeliveryState.queued, DeliveryState.deferred])
    some = select(Delivery.id).where(*waits).limit(DRAINED).with_for_update(skip_locked=True)
    values = {"state": DeliveryState.suppressed, "reason": "The campaign was stopped.", "ended_at": now, "due_at": None}
    ended = update(Delivery).where(Delivery.id.in_(some.scalar_subquery())).values(values)
    found = list(await session.scalars(ended.returning(Delivery.message_id), execution_options=AS_IT_IS))
    own = update(OwnMail).where(OwnMail.id.in_(found))
    told = own.values(state=OwnMailState.suppressed, why="stopped", ended_at=now)
    await session.execute(told, execution_options=AS_IT_IS)
    campaign.left_out_count += len(found)
    if len(found) == DRAINED:
        return now
    left = await session.scalar(select(func.count()).select_from(Delivery).where(mine, Delivery.due_at.is_not(None)))
    return now + AGAIN if left else None
