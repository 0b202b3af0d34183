"""Jobs: sign-in mails, reminders of invitations, and expiry, in real time."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, and_, delete, exists, literal_column, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.access_requests.deciding import expire as expire_request
from services.identity.access_requests.models import AccessRequest, AccessRequestState, AskedWorkspace
from services.identity.access_rules.visitors import close_portal
from services.identity.bill_groups.models import BillGroup
from services.identity.closings.asking import NEAR, tell_soon
from services.identity.closings.closing import close_account
from services.identity.erasures.erasing import erase, postpone
from services.identity.erasures.models import Erasure, ErasureState
from services.identity.grants.derived import end_derived
from services.identity.grants.locks import lock_person
from services.identity.grants.models import OWN_SOURCES, VISITOR, Grant
from services.identity.grants.service import own_grants_of
from services.identity.holders.changes import OPEN
from services.identity.holders.models import HolderChange
from services.identity.holders.reading import CHECKED_WITHIN
from services.identity.holders.refusals import HolderStays
from services.identity.holders.timed import ask_holders
from services.identity.holders.timed import expire as expire_change
from services.identity.invitations.models import Invitation, InvitationState
from services.identity.invitations.reminding import is_due, remind
from services.identity.invitations.service import expire_invitation
from services.identity.links.expiring import expire_link
from services.identity.location_invitations.people import settle_location
from services.identity.locations.models import Location
from services.identity.moves.answering import expire as expire_move
from services.identity.moves.models import Move, MoveState
from services.identity.people.models import OwnDataDownload
from services.identity.sessions.models import IDLE, BrowserSession
from services.identity.sessions.service import end_session
from services.identity.sign_in_challenges.limits import NETWORK_REMEMBERED
from services.identity.sign_in_challenges.mailing import mail_waiting_challenges
from services.identity.sign_in_challenges.models import ChallengeState, SignInChallenge
from services.identity.users.models import AccountSearch
from services.identity.users.service import LastAdmin
from services.identity.workspaces.models import HOLDERS_SAID, IS_CLOSING, Workspace, WorkspaceSlug
from shared.errors import NotYetKnown
from shared.events import Actor
from shared.jobs import JobContext, Jobs
from shared.outbox import Cause, transaction

jobs = Jobs("identity")

BATCH_SIZE = 50
CHALLENGES_KEPT = timedelta(days=1)
"""As long as their wrong codes count."""
SESSIONS_KEPT = timedelta(days=30)
ASKED_KEPT = timedelta(days=90)
SEARCHES_KEPT = DOWNLOADS_KEPT = timedelta(days=2)
"""Longer than they are counted."""


def _system_cause(job: JobContext) -> Cause:
    return Cause(Actor(), job.now)


async def _each(
    job: JobContext, due: Select[UUID, UUID], act: Callable[[AsyncSession, UUID, UUID], Awaitable[None]]
) -> int:
    """Do it to each row that is due, in the scope of its workspace, one transaction per row. ``due`` selects its id and
    its workspace."""
    async with job.sessions() as session:
        found = (await session.execute(due.limit(BATCH_SIZE))).all()
    for id_, workspace_id in found:
        async with transaction(job.sessions, _system_cause(job), workspace_id=workspace_id) as session:
            await act(session, id_, workspace_id)
    return len(found)


@jobs.every(seconds=5, woken_by=SignInChallenge.__tablename__)
async def mail_challenges(job: JobContext) -> int:
    """Mail the requested links and codes, outside the request (D19)."""
    async with transaction(job.sessions, _system_cause(job)) as session:
        return await mail_waiting_challenges(session, job.settings, job.real_now)


@jobs.every(seconds=20)
async def expire_sessions(job: JobContext) -> int:
    """End sessions that are idle for too long or too old, one transaction per session."""
    idle = BrowserSession.last_seen_at <= job.real_now - IDLE
    due = select(BrowserSession.id, BrowserSession.user_id).where(
        BrowserSession.ended_at.is_(None), or_(BrowserSession.expires_at <= job.real_now, idle)
    )
    async with job.sessions() as session:
        found = (await session.execute(due.limit(BATCH_SIZE))).all()
    for session_id, user_id in found:
        async with transaction(job.sessions, _system_cause(job)) as session:
            await lock_person(session, user_id)
            browser = await session.get_one(BrowserSession, session_id)
            await end_session(session, browser, "expired", job.real_now)
    return len(found)


@jobs.every(seconds=5)
async def expire_previews(job: JobContext) -> int:
    """End previews whose time is over, one transaction per preview. They have shown nothing since."""
    is_due = Grant.source == "preview", Grant.expires_at <= job.real_now
    async with job.sessions() as session:
        found = (await session.execute(select(Grant.id, Grant.user_id).where(*is_due).limit(BATCH_SIZE))).all()
    for grant_id, user_id in found:
        async with transaction(job.sessions, _system_cause(job)) as session:
            await lock_person(session, user_id)
            grant = await session.get(Grant, grant_id)
            if grant is not None:
                await end_derived(session, grant, "expired")
    return len(found)


@jobs.every(seconds=5)
async def expire_links(job: JobContext) -> int:
    """End links whose last day is over, one transaction per link. Nobody has worked by them since (D14)."""
    is_due = Grant.source == "link", Grant.expires_at <= job.real_now
    due = select(Grant.id, Grant.workspace_id).where(*is_due)

    async def expire(session: AsyncSession, link_id: UUID, workspace_id: UUID) -> None:
        await expire_link(session, link_id, workspace_id, job.real_now)

    return await _each(job, due, expire)


@jobs.every(seconds=60)
async def end_sessions_of_nobody(job: JobContext) -> int:
    """End sessions of people who have lost every workspace. They have been refused since."""
    membership = exists().where(Grant.user_id == BrowserSession.user_id, Grant.source.in_(OWN_SOURCES))
    live = select(BrowserSession.id, BrowserSession.user_id).where(BrowserSession.ended_at.is_(None), ~membership)
    async with job.sessions() as session:
        found = (await session.execute(live.limit(BATCH_SIZE))).all()
    for session_id, user_id in found:
        async with transaction(job.sessions, _system_cause(job)) as session:
            await lock_person(session, user_id)
            if not await own_grants_of(session, user_id):
                await end_session(session, await session.get_one(BrowserSession, session_id), "revoked", job.real_now)
    return len(found)


@jobs.every(seconds=5, woken_by=BillGroup.__tablename__)
async def close_portals(job: JobContext) -> int:
    """Let the visitors of portals go that are not open any more, one transaction per bill group (D14). While portals
    are switched off, these are all that have visitors."""
    due = select(BillGroup.id, BillGroup.workspace_id).where(BillGroup.visitors_leave)
    if not job.settings.portals:
        visited = select(Grant.bill_group_id).where(Grant.source == VISITOR)
        due = select(BillGroup.id, BillGroup.workspace_id).where(BillGroup.id.in_(visited))

    async def close(session: AsyncSession, bill_group_id: UUID, workspace_id: UUID) -> None:
        await close_portal(session, job.settings, workspace_id, bill_group_id, job.real_now)

    return await _each(job, due, close)


@jobs.every(seconds=5, woken_by=Location.__tablename__)
async def settle_locations(job: JobContext) -> int:
    """End invitations to former addresses of locations, and the access of closed ones' people, one transaction per
    location."""
    due = select(Location.id, Location.workspace_id).where(Location.to_settle)

    async def settle(session: AsyncSession, location_id: UUID, workspace_id: UUID) -> None:
        await settle_location(session, workspace_id, location_id)

    return await _each(job, due, settle)


@jobs.every(seconds=20)
async def expire_invitations(job: JobContext) -> int:
    """Expire invitations that were not accepted in seven days, one transaction per invitation."""
    due = select(Invitation.id, Invitation.workspace_id).where(
        Invitation.state == InvitationState.pending, Invitation.expires_at <= job.real_now
    )
    return await _each(job, due, lambda session, invitation_id, _: expire_invitation(session, invitation_id))


@jobs.every(seconds=20)
async def remind_invited(job: JobContext) -> int:
    """Remind, once, of invitations that nobody has answered at half of their life, one transaction per invitation."""
    due = select(Invitation.id, Invitation.workspace_id).where(*is_due(job.real_now))
    return await _each(job, due, lambda session, each, _: remind(session, job.settings, each, job.real_now))


@jobs.every(seconds=60)
async def expire_access_requests(job: JobContext) -> int:
    """Expire requests for access that nobody answered in 30 days, one transaction per request."""
    due = select(AccessRequest.id, AccessRequest.workspace_id).where(
        AccessRequest.state == AccessRequestState.pending, AccessRequest.expires_at <= job.real_now
    )
    return await _each(job, due, lambda session, request_id, _: expire_request(session, request_id, job.real_now))


@jobs.every(seconds=60)
async def expire_moves(job: JobContext) -> int:
    """End proposed moves that no admin of the customer answered in 14 days, one transaction per move."""
    due = select(Move.id, Move.workspace_id).where(Move.state == MoveState.proposed, Move.expires_at <= job.real_now)

    async def expire(session: AsyncSession, move_id: UUID, workspace_id: UUID) -> None:
        await expire_move(session, move_id, workspace_id, job.real_now)

    return await _each(job, due, expire)


@jobs.every(seconds=60)
async def expire_holder_changes(job: JobContext) -> int:
    """End changes of holders that nobody answered in seven days, one transaction per change."""
    late = HolderChange.state.in_(OPEN), HolderChange.expires_at <= job.real_now
    due = select(HolderChange.id, HolderChange.workspace_id).where(*late)

    async def expire(session: AsyncSession, change_id: UUID, workspace_id: UUID) -> None:
        await expire_change(session, change_id, workspace_id, job.real_now)

    return await _each(job, due, expire)


@jobs.every(seconds=10)
async def erase_people(job: JobContext) -> int:
    """Delete the accounts whose time has come, one transaction per person. Where somebody holds an account or is its
    last admin by now, a day later."""
    due = select(Erasure.id).where(Erasure.state == ErasureState.requested, Erasure.due_at <= job.real_now)
    async with job.sessions() as session:
        found = list(await session.scalars(due.order_by(Erasure.due_at).limit(BATCH_SIZE)))
    for erasure_id in found:
        try:
            async with transaction(job.sessions, _system_cause(job)) as session:
                await erase(session, job.settings, erasure_id, job.real_now)
        except (HolderStays, LastAdmin):
            async with transaction(job.sessions, _system_cause(job)) as session:
                await postpone(session, erasure_id, job.real_now)
        except NotYetKnown:
            continue  # they came to another workspace meanwhile: next time
    return len(found)


@jobs.every(seconds=60)
async def tell_of_closing_accounts(job: JobContext) -> int:
    """Tell the admins, once, of accounts that are closed in three days, one transaction per workspace."""
    near = text(IS_CLOSING), Workspace.closes_at <= job.real_now + NEAR, Workspace.closing_told_at.is_(None)
    due = select(Workspace.id, Workspace.id).where(*near)
    return await _each(job, due, lambda session, _, workspace_id: tell_soon(session, workspace_id, job.real_now))


@jobs.every(seconds=10)
async def close_accounts(job: JobContext) -> int:
    """Close the accounts whose day has come, one transaction per workspace."""
    due = select(Workspace.id, Workspace.id).where(text(IS_CLOSING), Workspace.closes_at <= job.real_now)
    return await _each(job, due, lambda session, _, workspace_id: close_account(session, workspace_id, job.real_now))


@jobs.every(seconds=600)
async def ask_whether_holders_are_right(job: JobContext) -> int:
    """Once a year, one transaction per workspace."""
    a_year_ago = literal_column(HOLDERS_SAID) <= job.real_now - CHECKED_WITHIN
    is_there = Workspace.connected_at.is_not(None), Workspace.closed_at.is_(None)
    due = select(Workspace.id, Workspace.id).where(*is_there, a_year_ago)
    return await _each(job, due, lambda session, _, workspace_id: ask_holders(session, workspace_id, job.real_now))


@jobs.every(seconds=600)
async def forget_old_secrets(job: JobContext) -> int:
    """Delete old challenges, ended sessions, and what people asked for long ago. Used challenges stay longer: they say
    from where a person signs in."""
    created_at, unused = SignInChallenge.created_at, SignInChallenge.state != ChallengeState.used
    old = or_(created_at < job.real_now - NETWORK_REMEMBERED, and_(unused, created_at < job.real_now - CHALLENGES_KEPT))
    async with transaction(job.sessions, _system_cause(job)) as session:
        await session.execute(delete(SignInChallenge).where(old))
        await session.execute(delete(AskedWorkspace).where(AskedWorkspace.asked_at < job.real_now - ASKED_KEPT))
        await session.execute(delete(AccountSearch).where(AccountSearch.searched_at < job.real_now - SEARCHES_KEPT))
        counted = OwnDataDownload.downloaded_at < job.real_now - DOWNLOADS_KEPT
        await session.execute(delete(OwnDataDownload).where(counted))
        await session.execute(delete(BrowserSession).where(BrowserSession.ended_at < job.real_now - SESSIONS_KEPT))
    return 0


@jobs.every(seconds=600)
async def release_former_urls(job: JobContext) -> int:
    """Let others have the URLs that workspaces gave up a year ago. Until this has run, they lead on."""
    over = delete(WorkspaceSlug).where(WorkspaceSlug.until <= job.real_now).returning(WorkspaceSlug.slug)
    async with transaction(job.sessions, _system_cause(job)) as session:
        return len((await session.execute(over)).all())
