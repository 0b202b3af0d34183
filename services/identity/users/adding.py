"""Adding a person who has an account as an additional user, at once. Whether somebody has one is told to those who may
invite, a few times a day, and logged."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import confirm_access, lock_person, lock_workspace
from services.identity.grants.service import find_membership, give_grant
from services.identity.invitations.service import AlreadyMember
from services.identity.people.service import find_user, lock_address
from services.identity.users.models import AccountSearch
from services.identity.users.schemas import UserRead
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from shared.addresses import address_hint
from shared.auth import Access
from shared.errors import Conflict
from shared.events.identity import AccountNotFound, UserAdded
from shared.outbox import emit

ROLE = "additional"
MOST_PER_DAY = 20


class TooManySearches(Conflict):
    """Within a day, whether people have an account is told 20 times per workspace. Invite the person instead."""

    title = "Too many addresses today"


async def add_user(
    session: AsyncSession, access: Access, address: str, now: datetime, real_now: datetime
) -> UserRead | None:
    """Let the person of ``address`` in as an additional user; None: they have no account, which is logged. Raises
    `AlreadyMember` or `TooManySearches`."""
    await lock_address(session, address)
    workspace = await lock_workspace(session, access.workspace_id)
    await _count(session, workspace, real_now)
    user = await find_user(session, address)
    if user is None:
        await confirm_access(session, access, "user.invite")
        await emit(session, AccountNotFound(**workspace_fields(workspace), address_hint=address_hint(address)))
        return None
    await lock_person(session, user.id)
    await confirm_access(session, access, "user.invite")
    if await find_membership(session, user.id, workspace.id) is not None:
        raise AlreadyMember(f"{address} is a user of {workspace.display_name} already.")
    grant = await give_grant(
        session, user.id, workspace, ROLE, "membership", now, door="added", let_in_by=access.user_id
    )  # fmt: skip
    await emit(session, UserAdded(**workspace_fields(workspace), user_id=user.id, role=ROLE))
    return UserRead(
        id=user.id, address=user.address, display_name=user.display_name, role=ROLE,
        last_active_at=grant.last_active_at, mail_returned_at=user.mail_returned_at,
    )  # fmt: skip


async def _count(session: AsyncSession, workspace: Workspace, real_now: datetime) -> None:
    here = AccountSearch.workspace_id == workspace.id, AccountSearch.searched_at > real_now - timedelta(days=1)
    if (await session.scalar(select(func.count()).where(*here)) or 0) >= MOST_PER_DAY:
        raise TooManySearches("Too many addresses were entered today. Invite the person, or try again tomorrow.")
    session.add(AccountSearch(workspace_id=workspace.id, searched_at=real_now))
    await session.flush()
