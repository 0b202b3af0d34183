"""The credentials of the simulated services: made by the first step of a reset, in force from the second one on.

Between the two a password is readable, so that a repeated call hands over the same one. It is erased when the next step
is called, which is only once it is recorded; when the work fails; when newer work begins; and after an hour.
"""

import hashlib
import secrets
import string
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.drivers.models import SimulatedCredentials
from services.provisioning.drivers.port import Credential, Done, Failed, StepOutcome, Task
from services.provisioning.drivers.texts import Code

MADE = 1
"""The step that makes them; the next one puts them in force."""
READABLE = timedelta(hours=1)
LETTERS = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))
"""Without those that look alike: somebody may have to type it."""
LENGTH = 24
"""Characters of a password: 139 random bits."""


class NothingPending(Exception):
    """The password of this work was erased before it came into force."""


class CredentialName(Code):
    user_name = "user_name", "User name"
    password = "password", "Password"


async def renew(session: AsyncSession, task: Task, n: int, outcome: StepOutcome, now: datetime) -> StepOutcome:
    """What a step of a reset does besides taking its time, and what is said of it then. Raises `NothingPending`."""
    found = await _lock(session, task)
    if found.key == task.key:  # a late call: they are in force
        return outcome
    match outcome:
        case Failed() if found.pending_key == task.key:
            await _forget(session, found)
        case Done(message) if n == MADE:
            return Done(message, credentials=await _make(session, task, found, now))
        case Done():
            await _put_in_force(session, task, found)
    return outcome


async def opens(session: AsyncSession, user_name: str, password: str) -> bool:
    """Whether these credentials are in force for a service."""
    known = select(SimulatedCredentials).where(SimulatedCredentials.user_name == user_name)
    found = await session.scalar(known.where(SimulatedCredentials.digest == _digest(password)))
    return found is not None


async def _lock(session: AsyncSession, task: Task) -> SimulatedCredentials:
    """The locked credentials of the service."""
    name = f"{task.kind.replace('_', '-')}-{task.service_id.hex[:8]}"
    row = insert(SimulatedCredentials).values(service_id=task.service_id, user_name=name)
    await session.execute(row.on_conflict_do_nothing())
    return await session.get_one(SimulatedCredentials, task.service_id, with_for_update=True)


async def _make(
    session: AsyncSession, task: Task, found: SimulatedCredentials, now: datetime
) -> tuple[Credential, ...]:  # fmt: skip
    if found.pending_key != task.key:
        found.pending_password = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        found.pending_key, found.pending_since = task.key, now
        await _forget_old(session, now)
    assert found.pending_password is not None, "a constraint: it has a key"
    return (
        Credential(CredentialName.user_name.text(), found.user_name),
        Credential(CredentialName.password.text(), found.pending_password),
    )


async def _put_in_force(session: AsyncSession, task: Task, found: SimulatedCredentials) -> None:
    if found.pending_key != task.key or found.pending_password is None:
        raise NothingPending(f"{task.key} has no password that could come into force.")
    found.key, found.digest = task.key, _digest(found.pending_password)
    await _forget(session, found)


async def _forget(session: AsyncSession, found: SimulatedCredentials) -> None:
    found.pending_key = found.pending_password = found.pending_since = None
    await session.flush()


async def _forget_old(session: AsyncSession, now: datetime) -> None:
    """Of work that came to no end."""
    id_, since = SimulatedCredentials.service_id, SimulatedCredentials.pending_since
    old = select(id_).where(since < now - READABLE).with_for_update(skip_locked=True).scalar_subquery()
    nothing = {"pending_key": None, "pending_password": None, "pending_since": None}
    await session.execute(update(SimulatedCredentials).where(id_.in_(old)).values(nothing))


def _digest(password: str) -> bytes:
    """Random bits as many as these need no slow function."""
    return hashlib.sha256(password.encode()).digest()
