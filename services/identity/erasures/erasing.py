"""Deletes a person's account when its time has come: all access ends, and nothing of them is left but their id.

All locks come first, in the one order: the mailbox, the workspaces, the person.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.access_requests.closing import close
from services.identity.access_requests.models import AccessRequest, AccessRequestState
from services.identity.access_rules.models import AccessRule
from services.identity.access_rules.service import end_rule
from services.identity.erasures.forgetting import forget
from services.identity.erasures.models import Erasure, ErasureState
from services.identity.erasures.service import home, memberships, refuse_if_needed
from services.identity.grants.derived import end_derived
from services.identity.grants.locks import lock_person, lock_workspace
from services.identity.grants.models import Grant
from services.identity.grants.service import revoke_grant
from services.identity.holders.changes import end, is_open
from services.identity.holders.models import HolderChange, HolderChangeState
from services.identity.invitations.ending import end_invitations_of
from services.identity.invitations.models import Invitation, RevokedBecause
from services.identity.invitations.service import close_pending, pending_of
from services.identity.invitations.status import refresh_status
from services.identity.people.models import User
from services.identity.people.service import lock_address
from services.identity.secret_mail import SecretMailContent, send_secret_mail
from services.identity.sessions.models import BrowserSession
from services.identity.sessions.service import end_session
from services.identity.settings import Settings
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import set_actor, workspace_fields
from services.identity.workspaces.service import get_workspace
from shared.auth.access import DERIVED
from shared.errors import NotYetKnown
from shared.events import Actor, Via
from shared.events.identity import UserErased
from shared.outbox import emit
from shared.scope import acting_in

LAST_MAIL = timedelta(days=3)
"""For how long the last mail is tried, in real time."""
AGAIN = timedelta(days=1)


async def erase(session: AsyncSession, settings: Settings, erasure_id: UUID, real_now: datetime) -> None:
    """Do what was requested, if its time has come and it was not taken back. Raises `HolderStays` or `LastAdmin` where
    the person is needed, and `NotYetKnown` where something changed while the locks were waited for."""
    erasure = await session.get_one(Erasure, erasure_id)
    user = await session.get_one(User, erasure.user_id)
    await lock_address(session, user.address)
    places = {each.id: each for each in [await _lock(session, id_) for id_ in await _concerned(session, user)]}
    user = await lock_person(session, user.id)
    await session.refresh(erasure)
    if erasure.state != ErasureState.requested or erasure.due_at > real_now:
        return
    for grant, _ in await memberships(session, user):
        await refuse_if_needed(session, grant, real_now)
    if not set(await _concerned(session, user)) <= places.keys():
        raise NotYetKnown("a workspace that the person has come to meanwhile")
    await _say_goodbye(session, settings, user, erasure.id)
    for place in places.values():
        await _end_what_waits(session, place, user, real_now)
    await _end_access(session, user, real_now)
    set_actor(session, Actor())
    await forget(session, user, list(places), real_now)
    erasure.state, erasure.ended_at = ErasureState.done, real_now
    await session.flush()
    there = await home(session, user)
    await emit(session, UserErased(**workspace_fields(there), user_id=user.id, subject_version=user.version))


async def postpone(session: AsyncSession, erasure_id: UUID, real_now: datetime) -> None:
    """Look again in a day: a workspace cannot do without the person yet."""
    erasure = await session.get_one(Erasure, erasure_id, with_for_update=True)
    if erasure.state == ErasureState.requested and erasure.due_at <= real_now:
        erasure.due_at = real_now + AGAIN


async def _concerned(session: AsyncSession, user: User) -> list[UUID]:
    """The workspaces that have something of the person to end or to forget, in the order of locks."""
    mailbox = AccessRule.kind == "address", AccessRule.value == user.address_key
    asked = (
        select(Grant.workspace_id).where(Grant.user_id == user.id),
        select(AccessRule.workspace_id).where(*mailbox),
        select(Invitation.workspace_id).where(Invitation.address_key == user.address_key),
        select(Invitation.workspace_id).where(Invitation.invited_by == user.id),
        select(HolderChange.workspace_id).where(HolderChange.new_user_id == user.id, is_open()),
        select(AccessRequest.workspace_id).where(AccessRequest.user_id == user.id),
    )
    return sorted({id_ for each in asked for id_ in await session.scalars(each)})


async def _lock(session: AsyncSession, workspace_id: UUID) -> Workspace:
    async with acting_in(session, workspace_id):
        return await lock_workspace(session, workspace_id)


async def _say_goodbye(session: AsyncSession, settings: Settings, user: User, erasure_id: UUID) -> None:
    """The last mail, which has the address with it: afterwards nobody knows it."""
    there = await home(session, user)
    content = SecretMailContent(user.address, user.display_name, settings.public_url, there.display_name)
    await send_secret_mail(
        session, settings, "account_deleted", content, message_id=erasure_id, workspace_id=there.id,
        locale=user.locale, time_zone=user.time_zone, ttl=LAST_MAIL,
    )  # fmt: skip


async def _end_what_waits(session: AsyncSession, place: Workspace, user: User, real_now: datetime) -> None:
    """End what is open in a workspace and is for the person alone. Requires its lock."""
    async with acting_in(session, place.id, user.id):
        asked = select(AccessRequest).where(
            AccessRequest.workspace_id == place.id, AccessRequest.user_id == user.id,
            AccessRequest.state == AccessRequestState.pending,
        )  # fmt: skip
        for request in list(await session.scalars(asked.with_for_update())):
            await close(session, place, request, AccessRequestState.withdrawn, real_now)
        proposed = select(HolderChange).where(HolderChange.workspace_id == place.id, is_open())
        for change in list(await session.scalars(proposed.where(HolderChange.new_user_id == user.id))):
            await end(session, place, change, HolderChangeState.withdrawn, real_now)
        for invitation in list(await session.scalars(pending_of(place.id, user.address_key).with_for_update())):
            await close_pending(session, place, invitation, RevokedBecause.revoked)
        await refresh_status(session, place)
        named = AccessRule.workspace_id == place.id, AccessRule.kind == "address", AccessRule.value == user.address_key
        for rule in list(await session.scalars(select(AccessRule).where(*named))):
            await end_rule(session, place, rule, real_now)


async def _end_access(session: AsyncSession, user: User, real_now: datetime) -> None:
    """End the person's sessions, with what they do on behalf, and all grants. Links to customers end as from here."""
    live = select(BrowserSession).where(BrowserSession.user_id == user.id, BrowserSession.ended_at.is_(None))
    for browser in list(await session.scalars(live)):
        await end_session(session, browser, "revoked", real_now)
    for grant in list(await session.scalars(select(Grant).where(Grant.user_id == user.id).order_by(Grant.id))):
        via = Via.parent if grant.source == "link" else Via.own
        set_actor(session, Actor(kind="user", user_id=user.id, via=via))
        if grant.source in DERIVED:
            await end_derived(session, grant, "revoked")
            continue
        async with acting_in(session, grant.workspace_id, user.id):
            await revoke_grant(session, grant, await get_workspace(session, grant.workspace_id))
    await end_invitations_of(session, None, user.id, real_now)
