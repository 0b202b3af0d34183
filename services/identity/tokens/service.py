"""Access tokens: what a session is worth right now, signed for 60 seconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import OKPKey
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.models import Grant
from services.identity.grants.service import lock_person, memberships_of
from services.identity.keys.service import signing_key
from services.identity.on_behalf.service import derived_grants
from services.identity.sessions.models import BrowserSession
from services.identity.sessions.presence import NOTED_EVERY, note_presence
from services.identity.sessions.service import SessionOver, end_session, find_live_session
from services.identity.settings import Settings
from services.identity.tokens.schemas import ChoiceRead, NoticeRead, TokenRead
from services.identity.users.models import User
from services.identity.users.schemas import PersonRead
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.schemas import WorkspaceRead
from shared.auth.permissions import permissions_of
from shared.auth.tokens import AUDIENCE, ISSUER, LIFETIME_SECONDS
from shared.db import set_scope
from shared.events import Via


@dataclass(frozen=True)
class Standing:
    """A live session, whose it is, and by which grants it works where."""

    browser: BrowserSession
    user: User
    held: list[Grant]
    memberships: list[Grant]
    workspaces: dict[UUID, Workspace]

    @property
    def workspace(self) -> Workspace:
        return self.workspaces[self.browser.acting_workspace_id]

    @property
    def home(self) -> Workspace | None:
        """Where somebody who works on behalf comes from: the parent of where they are."""
        parent_id = self.workspace.parent_workspace_id
        return self.workspaces.get(parent_id) if parent_id and self.via == Via.on_behalf else None

    @property
    def via(self) -> Via:
        return Via.on_behalf if self.browser.on_behalf_id else Via.own


async def make_token(
    session: AsyncSession, settings: Settings, secret: str, now: datetime, real_now: datetime
) -> TokenRead:
    """Trade a session for an access token. The grants are looked at anew each time (D29)."""
    browser = await find_live_session(session, secret, real_now)
    standing = await _stand(session, browser, real_now)
    await _note_presence(session, standing, now, real_now)
    notice = _take_notice(browser)
    key = await signing_key(session, settings.key_secret, real_now)
    return _answer(standing, _sign(standing, key, real_now), notice, real_now)


async def _stand(session: AsyncSession, browser: BrowserSession, real_now: datetime) -> Standing:
    user = await session.get_one(User, browser.user_id, populate_existing=True)
    await set_scope(session, workspace_id=browser.acting_workspace_id, user_id=user.id)
    memberships = await memberships_of(session, user.id)
    held = await _held(session, browser, memberships)
    if not held:
        held = await _go_home(session, browser, user, memberships, real_now)
    ids = {grant.workspace_id for grant in (*memberships, *held)}
    found = await session.scalars(select(Workspace).where(Workspace.id.in_(ids)))
    return Standing(browser, user, held, memberships, {workspace.id: workspace for workspace in found})


async def _held(session: AsyncSession, browser: BrowserSession, memberships: list[Grant]) -> list[Grant]:
    if browser.on_behalf_id:
        derived = await derived_grants(session, browser.user_id, browser.acting_workspace_id)
        return [grant for grant in derived if grant.session_id == browser.id]
    return [grant for grant in memberships if grant.workspace_id == browser.acting_workspace_id]


async def _go_home(
    session: AsyncSession, browser: BrowserSession, user: User, memberships: list[Grant], real_now: datetime
) -> list[Grant]:
    """The person does not belong any more to the workspace that they worked in: on in another of theirs, with a word
    why, or the session is over (D14)."""
    if not memberships:
        await lock_person(session, user.id)
        await end_session(session, browser, "revoked", real_now)
        await session.commit()  # the session stays ended, though the answer is a refusal
        raise SessionOver("You do not belong to any workspace any more. Ask an admin to invite you.")
    left = await session.get_one(Workspace, browser.acting_workspace_id)
    browser.notice_reason, browser.notice_workspace_name = "revoked", left.display_name
    default = [grant for grant in memberships if grant.workspace_id == user.default_workspace_id]
    browser.acting_workspace_id = (default or memberships)[0].workspace_id
    await session.flush()
    await set_scope(session, workspace_id=browser.acting_workspace_id, user_id=user.id)
    return [grant for grant in memberships if grant.workspace_id == browser.acting_workspace_id]


async def _note_presence(session: AsyncSession, standing: Standing, now: datetime, real_now: datetime) -> None:
    """Keep the session from idling out, and note that the person is there."""
    if standing.via == Via.own:
        await note_presence(session, standing.held[0], now)
    if real_now - standing.browser.last_seen_at >= NOTED_EVERY:
        standing.browser.last_seen_at = real_now
        await session.flush()


def _take_notice(browser: BrowserSession) -> NoticeRead | None:
    if browser.notice_reason is None or browser.notice_workspace_name is None:
        return None
    notice = NoticeRead(reason="revoked", workspace_display_name=browser.notice_workspace_name)
    browser.notice_reason = browser.notice_workspace_name = None
    return notice


def _sign(standing: Standing, key: OKPKey, real_now: datetime) -> str:
    parent = standing.workspace.parent_workspace_id
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": int(real_now.timestamp()),
        "exp": int(real_now.timestamp()) + LIFETIME_SECONDS,
        "sub": str(standing.user.id),
        "adr": standing.user.address,
        "sid": str(standing.browser.id),
        "ws": str(standing.workspace.id),
        "wk": standing.workspace.kind,
        "pws": str(parent) if parent else None,
        "via": standing.via.value,
        "gv": standing.user.grants_version,
    }
    return jwt.encode({"alg": "Ed25519", "kid": key.kid}, claims, key, algorithms=["Ed25519"])


def _answer(standing: Standing, token: str, notice: NoticeRead | None, real_now: datetime) -> TokenRead:
    roles = sorted({grant.role for grant in standing.held})
    return TokenRead(
        access_token=token,
        expires_at=real_now.replace(microsecond=0) + timedelta(seconds=LIFETIME_SECONDS),
        user=PersonRead.model_validate(standing.user),
        workspace=WorkspaceRead.model_validate(standing.workspace),
        home_workspace=WorkspaceRead.model_validate(standing.home) if standing.home else None,
        via=standing.via,
        roles=roles,
        permissions=permissions_of(roles, standing.workspace.kind),
        workspaces=_choices(standing),
        ended=notice,
    )


def _choices(standing: Standing) -> list[ChoiceRead]:
    own = [standing.workspaces[id_] for id_ in dict.fromkeys(g.workspace_id for g in standing.memberships)]
    return [
        ChoiceRead(
            id=workspace.id,
            slug=workspace.slug,
            display_name=workspace.display_name,
            kind=workspace.kind,
            default=workspace.id == standing.user.default_workspace_id,
        )
        for workspace in own
    ]
