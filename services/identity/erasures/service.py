"""A person asks for their account and their data to be deleted, and takes that back within a week."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.erasures.models import Erasure, ErasureState
from services.identity.erasures.refusals import ErasureOpen, NotYourAddress, SignInFirst
from services.identity.erasures.schemas import ErasureRead, LeftWorkspaceRead, Obstacle, OwnErasureRead
from services.identity.grants.locks import lock_person
from services.identity.grants.models import MEMBER_SOURCES, Grant
from services.identity.holders.refusals import HolderStays
from services.identity.holders.slots import keep_holder
from services.identity.people.models import User
from services.identity.sessions.models import BrowserSession
from services.identity.users.service import LastAdmin, keep_an_admin
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import get_workspace
from shared.addresses import address_key
from shared.auth import Access
from shared.errors import NotFound
from shared.events import Via
from shared.events.identity import ErasureRequested, ErasureWithdrawn
from shared.field_errors import field_error
from shared.outbox import emit
from shared.own_accounts import OnlyInPerson
from shared.scope import acting_in

WAIT = timedelta(days=7)
"""How long it can be taken back, in real time."""
FRESH = timedelta(minutes=15)
"""How old the sign-in may be by which the mailbox was proven."""
MOST = 200


async def request_erasure(session: AsyncSession, access: Access, address: str, real_now: datetime) -> Erasure:
    """Ask for the caller's account to be deleted in a week. All of it is checked again then.

    Raises `OnlyInPerson`, `NotYourAddress`, `SignInFirst`, `ErasureOpen`, `HolderStays` or `LastAdmin`."""
    refuse_others(access)
    user = await lock_person(session, access.user_id)
    if address_key(address) != user.address_key:
        wrong = [field_error("/address", "not_your_address", "is not your address")]
        raise NotYourAddress("This is not the address of your account.", errors=wrong)
    if not await is_fresh(session, access, real_now):
        raise SignInFirst("Sign in again, so that we know that this mailbox is still yours.")
    if await _open_of(session, user) is not None:
        raise ErasureOpen("Your account will be deleted already. You can take that back.")
    for grant, _ in await memberships(session, user):
        await refuse_if_needed(session, grant, real_now)
    erasure = Erasure(user_id=user.id, requested_at=real_now, due_at=real_now + WAIT)
    session.add(erasure)
    await session.flush()
    workspace = await home(session, user)
    said = {"user_id": user.id, "erasure_id": erasure.id, "due_at": erasure.due_at}
    await emit(session, ErasureRequested(**workspace_fields(workspace), **said))
    return erasure


async def withdraw_erasure(session: AsyncSession, access: Access, real_now: datetime) -> None:
    """Keep the caller's account. Raises `OnlyInPerson`, or `NotFound` where no request is open."""
    refuse_others(access)
    user = await lock_person(session, access.user_id)
    erasure = await _open_of(session, user)
    if erasure is None:
        raise NotFound("You have not asked for your account to be deleted.")
    erasure.state, erasure.ended_at = ErasureState.withdrawn, real_now
    await session.flush()
    workspace = await home(session, user)
    await emit(session, ErasureWithdrawn(**workspace_fields(workspace), user_id=user.id, erasure_id=erasure.id))


async def read_own(session: AsyncSession, access: Access, real_now: datetime) -> OwnErasureRead:
    """The open request, and each workspace with what keeps the account from being deleted."""
    user = await session.get_one(User, access.user_id)
    erasure = await _open_of(session, user)
    left = [
        LeftWorkspaceRead(
            id=workspace.id, slug=workspace.slug, display_name=workspace.display_name, role=grant.role,
            obstacle=await _obstacle(session, grant, real_now),
        )
        for grant, workspace in await memberships(session, user)
    ]  # fmt: skip
    return OwnErasureRead(
        erasure=ErasureRead.model_validate(erasure) if erasure else None,
        workspaces=left,
        signed_in_lately=await is_fresh(session, access, real_now),
    )


async def memberships(session: AsyncSession, user: User) -> list[tuple[Grant, Workspace]]:
    """What the person is a user of, in the order in which the workspaces are locked."""
    joined = select(Grant, Workspace).join(Workspace, Workspace.id == Grant.workspace_id)
    mine = joined.where(Grant.user_id == user.id, Grant.source.in_(MEMBER_SOURCES))
    async with acting_in(session, None, user.id):
        return [(grant, there) for grant, there in await session.execute(mine.order_by(Workspace.id).limit(MOST))]


async def refuse_if_needed(session: AsyncSession, grant: Grant, real_now: datetime) -> None:
    """Raise `HolderStays` or `LastAdmin` where the workspace of a membership needs its person."""
    async with acting_in(session, grant.workspace_id, grant.user_id):
        await keep_holder(session, grant, real_now)
        if grant.role == "admin":
            await keep_an_admin(session, grant)


async def home(session: AsyncSession, user: User) -> Workspace:
    """The default workspace, whose log has what is about the person."""
    async with acting_in(session, user.default_workspace_id, user.id):
        return await get_workspace(session, user.default_workspace_id)


async def is_fresh(session: AsyncSession, access: Access, real_now: datetime) -> bool:
    """Whether the caller has proven their mailbox lately."""
    browser = await session.get(BrowserSession, access.session_id)
    return browser is not None and browser.created_at > real_now - FRESH


async def _obstacle(session: AsyncSession, grant: Grant, real_now: datetime) -> Obstacle | None:
    try:
        await refuse_if_needed(session, grant, real_now)
    except HolderStays:
        return "holder"
    except LastAdmin:
        return "last_admin"
    return None


async def _open_of(session: AsyncSession, user: User) -> Erasure | None:
    mine = select(Erasure).where(Erasure.user_id == user.id, Erasure.state == ErasureState.requested)
    return await session.scalar(mine.execution_options(populate_existing=True))


def refuse_others(access: Access) -> None:
    """Raise `OnlyInPerson` for who works on behalf, and in a preview."""
    if access.via != Via.own:
        raise OnlyInPerson("Only the person themselves decides about their account, in their own name.")
