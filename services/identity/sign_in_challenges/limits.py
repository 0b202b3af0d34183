"""Limits of sign-in mails, counted in the database across all replicas. Known and unknown addresses are counted alike:
a limit that a caller can notice counts only what came from the caller's own network."""

import math
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.settings import Settings
from services.identity.sign_in_challenges.models import ChallengeState, SignInChallenge
from services.identity.sign_in_challenges.networks import UNKNOWN
from shared.errors import TooManyRequests
from shared.one_at_a_time import one_at_a_time

WINDOW = timedelta(minutes=15)
HOUR = timedelta(hours=1)
NETWORK_REMEMBERED = timedelta(days=30)
"""How long a network counts as a person's own after a sign-in from it."""


class TooManySignIns(TooManyRequests):
    """Too many sign-in mails were requested from this network: for this address, or for all addresses together."""

    title = "Too many sign-in mails"


async def refuse_too_many(
    session: AsyncSession, settings: Settings, address_key: str, network: str, real_now: datetime
) -> None:
    """Raise `TooManySignIns` when the network has reached its limit of the last 15 minutes, for this address or for
    all. What others ask for elsewhere does not count: it would lock out whoever has the address."""
    here = SignInChallenge.network == network
    await one_at_a_time(session, f"sign-in {network}")
    await _refuse(session, here, settings.sign_ins_per_network, real_now)
    await one_at_a_time(session, f"sign-in {address_key}")
    mine = here & (SignInChallenge.address_key == address_key)
    await _refuse(session, mine, settings.sign_ins_per_address, real_now)


async def _refuse(session: AsyncSession, same: ColumnElement[bool], limit: int, real_now: datetime) -> None:
    recent = select(func.count(), func.min(SignInChallenge.created_at))
    recent = recent.where(same, SignInChallenge.created_at > real_now - WINDOW)
    count, oldest = (await session.execute(recent)).one()
    if count >= limit:
        wait = math.ceil((oldest + WINDOW - real_now).total_seconds())
        raise TooManySignIns("Too many sign-in mails were asked for. Wait a little.", retry_after=max(wait, 1))


async def has_room(session: AsyncSession, settings: Settings, challenge: SignInChallenge, real_now: datetime) -> bool:
    """Whether the mailbox may get one more mail in this hour. Half of them are kept for its likely owner: for requests
    from a network that this address signed in from before, and of people who hold an invitation sent to it.

    Decided after the answer, which is the same in any case. Mails to one mailbox must be counted one at a time."""
    limit = settings.sign_in_mails_per_hour
    if not await _is_likely_the_owner(session, challenge, real_now):
        limit -= limit // 2
    sent = select(func.count()).where(
        SignInChallenge.address_key == challenge.address_key, SignInChallenge.sent_at > real_now - HOUR
    )
    return (await session.scalar(sent) or 0) < limit


async def _is_likely_the_owner(session: AsyncSession, challenge: SignInChallenge, real_now: datetime) -> bool:
    if challenge.invitation_id is not None:
        return True
    before = select(SignInChallenge.id).where(
        SignInChallenge.address_key == challenge.address_key,
        SignInChallenge.network == challenge.network,
        SignInChallenge.network != UNKNOWN,
        SignInChallenge.state == ChallengeState.used,
        SignInChallenge.created_at > real_now - NETWORK_REMEMBERED,
    )
    return await session.scalar(before.limit(1)) is not None
