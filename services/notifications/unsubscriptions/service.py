"""Switches a topic of one recipient off and on again, by the link of a mail. A person's own preference changes; the
switches of contacts are identity's, which is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.preferences.service import switch, wants
from services.notifications.topic_rows import Channel
from services.notifications.topics import RecipientKind
from services.notifications.unsubscriptions.links import Subscription
from services.notifications.unsubscriptions.models import Unsubscription
from shared.errors import TooManyRequests
from shared.events.notifications import ContactPreferenceChanged
from shared.one_at_a_time import one_at_a_time
from shared.outbox import emit
from shared.scope import acting_in

MOST_A_DAY = 10
"""Changes by one recipient's links about one topic. Beyond them it is only switched off."""


class TooManySwitches(TooManyRequests):
    """The links about this topic have switched it on and off too often today. It stays off until tomorrow; whoever
    signs in can still switch it on."""

    title = "Switched too often"


async def is_wanted(session: AsyncSession, link: Subscription) -> bool:
    """Whether mails that the link is about are sent, as far as it is known here."""
    async with _acting_for(session, link):
        return await _is_wanted(session, link)


async def switch_by_link(session: AsyncSession, link: Subscription, wanted: bool, now: datetime) -> None:
    """Switch it. ``now`` is real time. Idempotent. Raises `TooManySwitches`."""
    await one_at_a_time(session, f"unsubscribe {link.recipient.id} {link.topic}")
    async with _acting_for(session, link):
        if await _is_wanted(session, link) is wanted:
            return
        await _count(session, link, wanted, now)
        if link.recipient.kind is RecipientKind.user:
            changes = {(link.topic, Channel.mail): wanted}
            await switch(session, link.recipient.id, link.workspace_id, changes, by_link=True)
        else:
            about = {"contact_id": link.recipient.id, "topic": link.topic, "wanted": wanted}
            await emit(session, ContactPreferenceChanged(workspace_id=link.workspace_id, **about))


@asynccontextmanager
async def _acting_for(session: AsyncSession, link: Subscription) -> AsyncIterator[None]:
    """In the recipient's own scope, and no other."""
    person = link.recipient.id if link.recipient.kind is RecipientKind.user else None
    async with acting_in(session, link.workspace_id, person):
        yield


async def _is_wanted(session: AsyncSession, link: Subscription) -> bool:
    """Of a contact, to whom a mail was sent, what the link did last."""
    if link.recipient.kind is RecipientKind.user:
        return await wants(session, link.recipient.id, link.topic, Channel.mail)
    done = await session.get(Unsubscription, (link.recipient.id, link.topic))
    return done is None or done.wanted


async def _count(session: AsyncSession, link: Subscription, wanted: bool, now: datetime) -> None:
    done = await session.get(Unsubscription, (link.recipient.id, link.topic))
    if done is None:
        named = {"recipient_id": link.recipient.id, "topic": link.topic, "workspace_id": link.workspace_id}
        session.add(Unsubscription(**named, wanted=wanted, day=now.date(), changes=1))
        return
    changes = done.changes + 1 if done.day == now.date() else 1
    if wanted and changes > MOST_A_DAY:
        raise TooManySwitches("It was switched too often today.", retry_after=3600)
    done.wanted, done.day, done.changes = wanted, now.date(), changes
