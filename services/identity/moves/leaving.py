"""What ends with a seller: all by which its people see or change something of a customer that leaves it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.access_rules.models import AccessRule
from services.identity.access_rules.service import end_rule
from services.identity.access_rules.values import domain_of
from services.identity.grants.derived import end_derived
from services.identity.grants.models import MEMBER_SOURCES, VISITOR, Grant
from services.identity.invitations.models import Invitation, InvitationSecret, InvitationState, RevokedBecause
from services.identity.invitations.service import close_pending
from services.identity.invitations.status import refresh_status
from services.identity.links.service import close_link
from services.identity.people.models import User
from services.identity.workspaces.models import Workspace
from shared.auth import Access
from shared.scope import acting_in


async def lock_people(session: AsyncSession, access: Access, customer: Workspace, seller_id: UUID) -> list[UUID]:
    """Whom to lock before any of this ends, in the one order. Requires the customer's lock, which keeps new ones out,
    and its scope."""
    inside = {grant.user_id for grant in await _grants(session, customer, seller_id)}
    inviting = {sent.invited_by for sent in await _invitations(session, customer, seller_id)}
    rules = [rule.id for rule in await _rules(session, access, customer, seller_id)]
    visiting = select(Grant.user_id).where(Grant.source == VISITOR, Grant.access_rule_id.in_(rules))
    return sorted(inside | inviting | set(await session.scalars(visiting)))


async def say_goodbye(
    session: AsyncSession, access: Access, customer: Workspace, seller_id: UUID, real_now: datetime
) -> None:
    """End the links of the seller's people with their work on behalf, the invitations that they sent, and the access
    rules of portals that admit one of them. Requires the locks of `lock_people` and the customer's scope."""
    for grant in await _grants(session, customer, seller_id):
        if grant.source == "link":
            await close_link(session, grant, customer, "moved")
    for work in await _grants(session, customer, seller_id):  # of admins, who need no link
        await end_derived(session, work, "revoked")
    for invitation in await _invitations(session, customer, seller_id):
        await close_pending(session, customer, invitation, RevokedBecause.inviter_lost_access)
    await refresh_status(session, customer)
    for rule in await _rules(session, access, customer, seller_id):
        await end_rule(session, customer, rule, real_now)


async def _grants(session: AsyncSession, customer: Workspace, seller_id: UUID) -> Sequence[Grant]:
    """The links and the work on behalf of the seller's people."""
    mine = Grant.workspace_id == customer.id, Grant.parent_workspace_id == seller_id
    which = select(Grant).where(*mine, Grant.source.in_(("link", "on_behalf"))).order_by(Grant.user_id, Grant.id)
    return (await session.scalars(which.execution_options(populate_existing=True))).all()


async def _invitations(session: AsyncSession, customer: Workspace, seller_id: UUID) -> Sequence[Invitation]:
    sent = select(InvitationSecret.invitation_id).where(InvitationSecret.invited_from == seller_id)
    mine = Invitation.workspace_id == customer.id, Invitation.state == InvitationState.pending
    which = select(Invitation).where(*mine, Invitation.id.in_(sent)).order_by(Invitation.id)
    return (await session.scalars(which.execution_options(populate_existing=True))).all()


async def _rules(
    session: AsyncSession, access: Access, customer: Workspace, seller_id: UUID
) -> Sequence[AccessRule]:  # fmt: skip
    """The access rules that admit one of the seller's own users."""
    async with acting_in(session, seller_id, access.user_id):
        own = Grant.workspace_id == seller_id, Grant.source.in_(MEMBER_SOURCES)
        keys = set(await session.scalars(select(User.address_key).join(Grant, Grant.user_id == User.id).where(*own)))
    admits = or_(
        and_(AccessRule.kind == "address", AccessRule.value.in_(keys)),
        and_(AccessRule.kind == "domain", AccessRule.value.in_({domain_of(key) for key in keys})),
    )
    which = select(AccessRule).where(AccessRule.workspace_id == customer.id, admits).order_by(AccessRule.id)
    return (await session.scalars(which)).all()
