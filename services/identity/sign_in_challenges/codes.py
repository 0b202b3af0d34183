"""Checking the code of a challenge. Wrong codes count per challenge, and per address and day over all challenges."""

from datetime import datetime, timedelta

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.proofs import code_digest
from services.identity.settings import Settings
from services.identity.sign_in_challenges.models import ChallengeState, SignInChallenge
from services.identity.sign_in_challenges.networks import TERMINAL
from shared.errors import FIELD_ERRORS, Conflict, Invalid
from shared.field_errors import field_error
from shared.one_at_a_time import one_at_a_time

WRONG_CODES_ALLOWED = 5
DAY = timedelta(days=1)


class WrongCode(Invalid):
    """The code is not the one from the mail. Five wrong codes lock the challenge."""

    title = "This is not the code"
    members = FIELD_ERRORS | {"attempts_left": {"type": "integer", "minimum": 0}}


class ChallengeLocked(Conflict):
    """Five wrong codes were entered. Request a new mail."""

    title = "Too many wrong codes"


class CodesClosed(Conflict):
    """Too many wrong codes were entered for this address within a day, over all mails. Codes work again a day after the
    wrong ones. The link in the mail still works in the browser that requested it."""

    title = "Codes are closed for today"


async def check_code(
    session: AsyncSession, settings: Settings, challenge: SignInChallenge, code: str, real_now: datetime
) -> None:
    """Raise `CodesClosed` where codes are closed, and `WrongCode` or `ChallengeLocked` where this one is wrong."""
    await refuse_if_closed(session, settings, challenge, real_now)
    counted = await _count_if_wrong(session, challenge, code)
    if counted is None:
        return
    left_today = settings.wrong_codes_per_day - await _wrong_within_a_day(session, challenge, real_now)
    await session.commit()  # the attempt must count although the request fails
    if counted >= WRONG_CODES_ALLOWED:
        raise locked()
    if left_today <= 0:
        raise _closed()
    left = min(WRONG_CODES_ALLOWED - counted, left_today)
    wrong_field = [field_error("/code", "not_the_code", "is not the code from the mail")]
    tries = "1 more try" if left == 1 else f"{left} more tries"
    raise WrongCode(f"This is not the code. You have {tries}.", errors=wrong_field, attempts_left=left)


async def refuse_if_closed(
    session: AsyncSession, settings: Settings, challenge: SignInChallenge, real_now: datetime
) -> None:
    """Raise `CodesClosed` after too many wrong codes for this address within a day. A printed proof is not closed:
    without it nobody would get in while others guess."""
    await one_at_a_time(session, f"sign-in codes of {challenge.address_key}")  # so that all concurrent guesses count
    if challenge.network == TERMINAL:
        return
    if await _wrong_within_a_day(session, challenge, real_now) >= settings.wrong_codes_per_day:
        raise _closed()


async def _count_if_wrong(session: AsyncSession, challenge: SignInChallenge, code: str) -> int | None:
    """How many wrong codes the challenge has now, or None if this one is right. One statement compares, counts and
    locks."""
    tries = SignInChallenge.wrong_codes + 1
    wrong = (
        update(SignInChallenge)
        .where(SignInChallenge.id == challenge.id, SignInChallenge.state == ChallengeState.issued)
        .where(SignInChallenge.code_digest != code_digest(challenge.id, code))
        .values(
            wrong_codes=tries,
            state=case((tries >= WRONG_CODES_ALLOWED, ChallengeState.locked), else_=ChallengeState.issued),
        )
        .returning(SignInChallenge.wrong_codes)
    )
    counted: int | None = await session.scalar(wrong.execution_options(synchronize_session=False))
    return counted


async def _wrong_within_a_day(session: AsyncSession, challenge: SignInChallenge, real_now: datetime) -> int:
    total = select(func.coalesce(func.sum(SignInChallenge.wrong_codes), 0)).where(
        SignInChallenge.address_key == challenge.address_key, SignInChallenge.created_at > real_now - DAY
    )
    return int(await session.scalar(total) or 0)


def locked() -> ChallengeLocked:
    return ChallengeLocked("Five wrong codes were entered. Ask for a new mail.")


def _closed() -> CodesClosed:
    return CodesClosed(
        "Too many wrong codes were entered for this address in the last day, so codes do not work for now. Open the"
        " link in the mail instead, in the browser that asked for it."
    )
