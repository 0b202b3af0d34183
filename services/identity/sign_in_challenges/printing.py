"""A sign-in link and its code in a terminal instead of a mail: how whoever runs an installation gets in before there is
a mail server, or while there is none."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.models import MEMBER_SOURCES, Grant
from services.identity.people.models import User
from services.identity.people.service import find_user
from services.identity.proofs import code_digest, digest, new_code, new_token
from services.identity.secret_mail import link_to
from services.identity.sign_in_challenges.models import SignInChallenge
from services.identity.sign_in_challenges.networks import TERMINAL
from services.identity.sign_in_challenges.service import LIFETIME
from services.identity.workspaces.models import Workspace


@dataclass(frozen=True)
class PrintedProof:
    """Only both together sign in: no browser has asked for this link. They work once, until ``expires_at``."""

    user_id: UUID
    link: str
    code: str
    expires_at: datetime


async def print_proof(session: AsyncSession, public_url: str, address: str, real_now: datetime) -> PrintedProof | None:
    """A challenge like any other, for an admin of the provider; None where ``address`` is nobody's who is that."""
    user = await find_user(session, address)
    if user is None or not await _runs_the_installation(session, user):
        return None
    token, code = new_token(), new_code()
    challenge = SignInChallenge(
        id=uuid4(),
        address=user.address,
        address_key=user.address_key,
        network=TERMINAL,
        browser_digest=digest(new_token()),
        token_digest=digest(token),
        created_at=real_now,
        expires_at=real_now + LIFETIME,
        mailed_at=real_now,  # there is nothing to mail
    )
    challenge.code_digest = code_digest(challenge.id, code)
    session.add(challenge)
    await session.flush()
    link = link_to(public_url, "sign-in/verify", c=str(challenge.id), t=token)
    return PrintedProof(user.id, link, code, challenge.expires_at)


async def _runs_the_installation(session: AsyncSession, user: User) -> bool:
    admins = select(Grant.id).join(Workspace, Workspace.id == Grant.workspace_id)
    admins = admins.where(Workspace.kind == "provider", Grant.user_id == user.id)
    admins = admins.where(Grant.role == "admin", Grant.source.in_(MEMBER_SOURCES))
    return await session.scalar(admins.limit(1)) is not None
