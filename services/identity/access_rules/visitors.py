"""A bill group's visitors: their grants, from the sign-in that an access rule admits until the rule ends or the portal
closes."""

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.access_rules.models import AccessRule
from services.identity.access_rules.refusals import NotAdmitted
from services.identity.access_rules.values import domain_of
from services.identity.bill_groups.models import BillGroup
from services.identity.bill_groups.service import find_bill_group
from services.identity.grants.locks import lock_person, lock_workspace
from services.identity.grants.models import VISITOR, Grant
from services.identity.grants.service import give_grant, revoke_grant
from services.identity.people.models import User
from services.identity.people.preferences import Preferences
from services.identity.people.service import actor_of, lock_address, register
from services.identity.portals.service import closed, is_open
from services.identity.sessions.models import BrowserSession
from services.identity.sessions.service import end_session
from services.identity.settings import Settings
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import set_actor
from shared.addresses import address_key
from shared.events import Actor
from shared.outbox import cause_of
from shared.scope import acting_in

BETWEEN_WORDS = re.compile(r"[._+-]+")


async def find_rule(session: AsyncSession, bill_group_id: UUID, address: str) -> AccessRule | None:
    """The rule of a bill group that admits the address, or None: they do not overlap."""
    key = address_key(address)
    by_domain = and_(AccessRule.kind == "domain", AccessRule.value == domain_of(key))
    by_address = and_(AccessRule.kind == "address", AccessRule.value == key)
    asked = select(AccessRule).where(AccessRule.bill_group_id == bill_group_id, or_(by_domain, by_address))
    return await session.scalar(asked.execution_options(populate_existing=True))


async def is_admitted(
    session: AsyncSession, settings: Settings, workspace_id: UUID, bill_group_id: UUID, address: str
) -> bool:
    """Whether the portal is open to the address now."""
    async with acting_in(session, workspace_id):
        group = await find_bill_group(session, workspace_id, bill_group_id)
        return is_open(group, settings) and await find_rule(session, bill_group_id, address) is not None


async def admit(
    session: AsyncSession,
    settings: Settings,
    workspace_id: UUID,
    bill_group_id: UUID,
    address: str,
    preferences: Preferences,
    now: datetime,
) -> tuple[User, Grant]:
    """Make or find the visitor who has proven ``address``, and their grant. Decided under the lock that the end of a
    rule takes. Raises `PortalClosed` or `NotAdmitted`."""
    await lock_address(session, address)
    async with acting_in(session, workspace_id):
        workspace = await lock_workspace(session, workspace_id)
        group = await find_bill_group(session, workspace_id, bill_group_id)
        if not is_open(group, settings):
            raise closed()
        rule = await find_rule(session, group.id, address)
        if rule is None:
            raise NotAdmitted("Your address has no access to this portal any more. Ask whoever gave you the link.")
        user = await register(session, address, name_of(address), workspace, now, preferences)
        await lock_person(session, user.id)
        set_actor(session, actor_of(user))
        mine = select(Grant).where(Grant.user_id == user.id, Grant.bill_group_id == group.id, Grant.source == VISITOR)
        grant = await session.scalar(mine)
        if grant is None:
            grant = await give_grant(
                session, user.id, workspace, "billing", VISITOR, now, group.id, rule.id, let_in_by=rule.added_by
            )
        return user, grant


def name_of(address: str) -> str:
    """A name for somebody of whom nothing is known but the address, until they enter their own."""
    words = [word for word in BETWEEN_WORDS.split(address.partition("@")[0]) if word]
    return " ".join(word[0].upper() + word[1:] for word in words) or address


async def lock_visitors(session: AsyncSession, which: ColumnElement[bool]) -> list[Grant]:
    """The visitors' grants that ``which`` names, after locking their people, in the one order. Requires the lock of the
    workspace, which keeps new ones out, and its scope."""
    people = select(Grant.user_id).where(Grant.source == VISITOR, which).distinct().order_by(Grant.user_id)
    for user_id in list(await session.scalars(people)):
        await lock_person(session, user_id)
    found = select(Grant).where(Grant.source == VISITOR, which).order_by(Grant.user_id)
    return list(await session.scalars(found.execution_options(populate_existing=True)))


async def end_visits(session: AsyncSession, customer: Workspace, visits: list[Grant], real_now: datetime) -> None:
    """Revoke visitors' grants and end the sessions that came through them. Grants given in other ways stay. Requires
    the locks of the visitors and the customer's scope."""
    for grant in visits:
        await revoke_grant(session, grant, customer)
    entered = select(BrowserSession).where(BrowserSession.entry_grant_id.in_([grant.id for grant in visits]))
    actor = cause_of(session).actor
    set_actor(session, Actor())  # the session may act in another company, whose log does not name the seller's staff
    for browser in list(await session.scalars(entered.where(BrowserSession.ended_at.is_(None)))):
        await end_session(session, browser, "revoked", real_now)
    set_actor(session, actor)


async def close_portal(
    session: AsyncSession, settings: Settings, workspace_id: UUID, bill_group_id: UUID, real_now: datetime
) -> None:
    """Let the visitors of a portal go that is not open any more. Requires the workspace's scope."""
    customer = await lock_workspace(session, workspace_id)
    group = await find_bill_group(session, workspace_id, bill_group_id)
    if not is_open(group, settings):
        await end_visits(session, customer, await lock_visitors(session, Grant.bill_group_id == group.id), real_now)
    same = BillGroup.id == group.id, BillGroup.version == group.version  # newer news may have closed it again
    await session.execute(update(BillGroup).where(*same).values(visitors_leave=False))
