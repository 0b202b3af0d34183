"""Access tokens: the current state of a session, signed for 60 seconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import OKPKey
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.models import Grant
from services.identity.grants.service import memberships_of
from services.identity.keys.service import signing_key
from services.identity.locks import lock_person
from services.identity.on_behalf.service import derived_grants
from services.identity.sessions.models import BrowserSession
from services.identity.sessions.presence import PRESENCE_INTERVAL, record_presence
from services.identity.sessions.service import SessionOver, end_session, find_live_session
from services.identity.settings import Settings
from services.identity.tokens.schemas import ChoiceRead, NoticeRead, TokenRead
from services.identity.users.models import User
from services.identity.users.schemas import PersonRead
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.schemas import WorkspaceRead
from shared.auth.permissions import permissions_of
from shared.auth.tokens import AUDIENCE, ISSUER, LIFETIME_SECONDS
from shared.events import Via
from shared.scope import acting_in


@dataclass(frozen=True)
class SessionState:
    """A live session with its user, memberships, and the grants in its acting workspace."""

    browser: BrowserSession
    user: User
    acting_grants: list[Grant]
    memberships: list[Grant]
    workspaces: dict[UUID, Workspace]

    @property
    def workspace(self) -> Workspace:
        return self.workspaces[self.browser.acting_workspace_id]

    @property
    def home(self) -> Workspace | None:
        """For work on behalf: the parent workspace, from which the user comes."""
        parent_id = self.workspace.parent_workspace_id
        return self.workspaces.get(parent_id) if parent_id and self.via == Via.on_behalf else None

    @property
    def via(self) -> Via:
        return Via.on_behalf if self.browser.on_behalf_id else Via.own


async def make_token(
    session: AsyncSession, settings: Settings, secret: str, now: datetime, real_now: datetime
) -> TokenRead:
    """Exchange a session for an access token. The grants are read anew each time (D29). Raises `SessionOver`."""
    browser = await find_live_session(session, secret, real_now)
    state = await _load_session_state(session, browser, real_now)
    async with acting_in(session, state.workspace.id, state.user.id):
        await _record_presence(session, state, now, real_now)
    notice = _take_notice(browser)
    key = await signing_key(session, settings.key_secret, real_now)
    return _answer(state, _sign(state, key, real_now), notice, real_now)


async def _load_session_state(session: AsyncSession, browser: BrowserSession, real_now: datetime) -> SessionState:
    user = await session.get_one(User, browser.user_id, populate_existing=True)
    async with acting_in(session, browser.acting_workspace_id, user.id):
        return await _read_state(session, browser, user, real_now)


async def _read_state(session: AsyncSession, browser: BrowserSession, user: User, real_now: datetime) -> SessionState:
    memberships = await memberships_of(session, user.id)
    acting_grants = await _acting_grants(session, browser, memberships)
    if not acting_grants:
        acting_grants = await _fall_back_to_default_workspace(session, browser, user, memberships, real_now)
    ids = {grant.workspace_id for grant in (*memberships, *acting_grants)}
    found = await session.scalars(select(Workspace).where(Workspace.id.in_(ids)))
    return SessionState(browser, user, acting_grants, memberships, {workspace.id: workspace for workspace in found})


async def _acting_grants(session: AsyncSession, browser: BrowserSession, memberships: list[Grant]) -> list[Grant]:
    if browser.on_behalf_id:
        derived = await derived_grants(session, browser.user_id, browser.acting_workspace_id)
        return [grant for grant in derived if grant.session_id == browser.id]
    return [grant for grant in memberships if grant.workspace_id == browser.acting_workspace_id]


async def _fall_back_to_default_workspace(
    session: AsyncSession, browser: BrowserSession, user: User, memberships: list[Grant], real_now: datetime
) -> list[Grant]:
    """The person no longer belongs to the acting workspace: switch to another of theirs and store a notice. Without
    any, end the session and raise `SessionOver` (D14)."""
    if not memberships:
        await lock_person(session, user.id)
        await end_session(session, browser, "revoked", real_now)
        await session.commit()  # the session must stay ended although the request fails
        raise SessionOver("You do not belong to any workspace any more. Ask an admin to invite you.")
    left = await session.get_one(Workspace, browser.acting_workspace_id)
    browser.notice_reason, browser.notice_workspace_name = "revoked", left.display_name
    default = [grant for grant in memberships if grant.workspace_id == user.default_workspace_id]
    browser.acting_workspace_id = (default or memberships)[0].workspace_id
    await session.flush()
    return [grant for grant in memberships if grant.workspace_id == browser.acting_workspace_id]


async def _record_presence(session: AsyncSession, state: SessionState, now: datetime, real_now: datetime) -> None:
    """Extend the session's idle time and record the person's activity."""
    if state.via == Via.own:
        await record_presence(session, state.acting_grants[0], now)
    if real_now - state.browser.last_seen_at >= PRESENCE_INTERVAL:
        state.browser.last_seen_at = real_now
        await session.flush()


def _take_notice(browser: BrowserSession) -> NoticeRead | None:
    if browser.notice_reason is None or browser.notice_workspace_name is None:
        return None
    notice = NoticeRead(reason="revoked", workspace_display_name=browser.notice_workspace_name)
    browser.notice_reason = browser.notice_workspace_name = None
    return notice


def _sign(state: SessionState, key: OKPKey, real_now: datetime) -> str:
    parent = state.workspace.parent_workspace_id
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": int(real_now.timestamp()),
        "exp": int(real_now.timestamp()) + LIFETIME_SECONDS,
        "sub": str(state.user.id),
        "adr": state.user.address,
        "sid": str(state.browser.id),
        "ws": str(state.workspace.id),
        "wk": state.workspace.kind,
        "pws": str(parent) if parent else None,
        "via": state.via.value,
        "gv": state.user.grants_version,
    }
    return jwt.encode({"alg": "Ed25519", "kid": key.kid}, claims, key, algorithms=["Ed25519"])


def _answer(state: SessionState, token: str, notice: NoticeRead | None, real_now: datetime) -> TokenRead:
    roles = sorted({grant.role for grant in state.acting_grants})
    held = [grant.as_role() for grant in state.acting_grants]
    return TokenRead(
        access_token=token,
        expires_at=real_now.replace(microsecond=0) + timedelta(seconds=LIFETIME_SECONDS),
        user=PersonRead.model_validate(state.user),
        workspace=WorkspaceRead.model_validate(state.workspace),
        home_workspace=WorkspaceRead.model_validate(state.home) if state.home else None,
        via=state.via,
        roles=roles,
        permissions=permissions_of(held, state.workspace.kind, state.workspace.holder_control),
        workspaces=_choices(state),
        ended=notice,
    )


def _choices(state: SessionState) -> list[ChoiceRead]:
    own = [state.workspaces[id_] for id_ in dict.fromkeys(g.workspace_id for g in state.memberships)]
    return [
        ChoiceRead(
            id=workspace.id,
            slug=workspace.slug,
            display_name=workspace.display_name,
            kind=workspace.kind,
            default=workspace.id == state.user.default_workspace_id,
        )
        for workspace in own
    ]
