"""Rate limits for sign-in mails, counted in the database across all replicas."""

import math
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.settings import Settings
from services.identity.sign_in_challenges.models import SignInChallenge
from shared.errors import TooManyRequests

WINDOW = timedelta(minutes=15)

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:who, 0))")


class TooManySignIns(TooManyRequests):
    """Too many sign-in mails were requested from this IP address or for this address."""

    title = "Too many sign-in mails"


async def refuse_too_many(
    session: AsyncSession, settings: Settings, address_key: str, ip: str, real_now: datetime
) -> None:
    """Raise `TooManySignIns` when the address or the IP has reached its limit of the last 15 minutes. Known and unknown
    addresses are counted alike."""
    await _refuse(session, SignInChallenge.ip == ip, ip, settings.sign_ins_per_ip, real_now)
    mine = SignInChallenge.address_key == address_key
    await _refuse(session, mine, address_key, settings.sign_ins_per_address, real_now)


async def _refuse(session: AsyncSession, same: ColumnElement[bool], who: str, limit: int, real_now: datetime) -> None:
    await session.execute(_ONE_AT_A_TIME, {"who": f"sign-in {who}"})
    recent = select(func.count(), func.min(SignInChallenge.created_at))
    recent = recent.where(same, SignInChallenge.created_at > real_now - WINDOW)
    count, oldest = (await session.execute(recent)).one()
    if count >= limit:
        wait = math.ceil((oldest + WINDOW - real_now).total_seconds())
        raise TooManySignIns("Too many sign-in mails were asked for. Wait a little.", retry_after=max(wait, 1))
