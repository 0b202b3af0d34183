"""The access rules of bill groups: the seller says who may sign in to a portal. Decided one at a time
per workspace, under its lock."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.access_rules.models import AccessRule
from services.identity.access_rules.refusals import (
    AddressesInDomain,
    DomainHasAccess,
    RuleExists,
    TooManyRules,
)
from services.identity.access_rules.schemas import AccessRuleCreate, AccessRuleRead
from services.identity.access_rules.values import domain_of
from services.identity.access_rules.visitors import end_visits, lock_visitors
from services.identity.bill_groups.models import BillGroup
from services.identity.bill_groups.service import find_bill_group
from services.identity.grants.locks import confirm_access, lock_child_of
from services.identity.grants.models import Grant
from services.identity.people.models import User
from services.identity.portals.service import find_customer
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import acting_for, workspace_fields
from services.identity.workspaces.service import refuse_closed
from shared.auth import Access
from shared.errors import NotFound
from shared.events.identity import AccessRuleAdded, AccessRuleRemoved
from shared.outbox import emit
from shared.scope import acting_in

MOST = 200
"""Rules of one bill group."""


async def list_rules(
    session: AsyncSession, access: Access, workspace_id: UUID, bill_group_id: UUID
) -> list[AccessRuleRead]:
    """The rules of a bill group, domains first. Raises `NotFound`."""
    customer = await find_customer(session, access, workspace_id)
    async with acting_in(session, customer.id, access.user_id):
        group = await find_bill_group(session, customer.id, bill_group_id)
        return await _read(session, AccessRule.bill_group_id == group.id)


async def add_rule(
    session: AsyncSession,
    access: Access,
    workspace_id: UUID,
    bill_group_id: UUID,
    body: AccessRuleCreate,
    now: datetime,
) -> AccessRuleRead:
    """Let a domain or an address sign in. Raises `RuleExists`, `DomainHasAccess`, `AddressesInDomain` or
    `TooManyRules`, and `WorkspaceIsClosed`."""
    customer = await find_customer(session, access, workspace_id)
    await lock_child_of(session, access, customer.id)
    await confirm_access(session, access, "access_rule.manage")
    refuse_closed(customer)
    async with acting_for(session, access, customer):
        group = await find_bill_group(session, customer.id, bill_group_id)
        rule = AccessRule(workspace_id=customer.id, bill_group_id=group.id, kind=body.kind, value=body.value,
                          domain=domain_of(body.value), added_by=access.user_id, added_at=now)  # fmt: skip
        rule.id = uuid4()
        for address in await _refuse_overlap(session, rule, fold_in=body.fold_in):
            await _fold_in(session, customer, group, address, rule)
        session.add(rule)
        await session.flush()
        await emit(session, AccessRuleAdded(**workspace_fields(customer), **_fields(group, rule)))
        return (await _read(session, AccessRule.id == rule.id))[0]


async def remove_rule(
    session: AsyncSession, access: Access, workspace_id: UUID, bill_group_id: UUID, rule_id: UUID, real_now: datetime
) -> None:
    """End a rule, the access of everybody who came through it, and their sessions. Raises `NotFound`."""
    customer = await find_customer(session, access, workspace_id)
    await lock_child_of(session, access, customer.id)
    async with acting_in(session, customer.id, access.user_id):
        visits = await lock_visitors(session, Grant.access_rule_id == rule_id)
    await confirm_access(session, access, "access_rule.manage")
    async with acting_for(session, access, customer):
        group = await find_bill_group(session, customer.id, bill_group_id)
        own = AccessRule.id == rule_id, AccessRule.bill_group_id == group.id
        rule = await session.scalar(select(AccessRule).where(*own))
        if rule is None:
            raise NotFound("There is no such access rule. It may have been removed already.")
        await _end(session, customer, group, rule, visits, real_now)


async def end_rule(session: AsyncSession, customer: Workspace, rule: AccessRule, real_now: datetime) -> None:
    """End a rule with what came of it. Requires the lock of the workspace, those of the rule's visitors, and the
    workspace's scope."""
    visits = await lock_visitors(session, Grant.access_rule_id == rule.id)
    group = await find_bill_group(session, customer.id, rule.bill_group_id)
    await _end(session, customer, group, rule, visits, real_now)


async def _end(
    session: AsyncSession, customer: Workspace, group: BillGroup, rule: AccessRule, visits: list[Grant],
    real_now: datetime,
) -> None:  # fmt: skip
    await session.delete(rule)
    await _say_removed(session, customer, group, rule, "removed", len(visits))
    await end_visits(session, customer, visits, real_now)


async def _refuse_overlap(session: AsyncSession, rule: AccessRule, *, fold_in: bool) -> list[AccessRule]:
    """The rules for addresses that a rule for a domain takes the place of."""
    of_group = AccessRule.bill_group_id == rule.bill_group_id
    alike = list(await session.scalars(select(AccessRule).where(of_group, AccessRule.domain == rule.domain)))
    if any((each.kind, each.value) == (rule.kind, rule.value) for each in alike):
        raise RuleExists(f"{rule.value} has access already.")
    if rule.kind == "address":
        if any(each.kind == "domain" for each in alike):
            raise DomainHasAccess(f"Everybody at {rule.domain} has access already.", domain=rule.domain)
        alike = []
    elif alike and not fold_in:
        found = sorted(each.value for each in alike)
        raise AddressesInDomain(
            f"Addresses at {rule.domain} have access already. Let the domain take their place.", addresses=found
        )
    count = await session.scalar(select(func.count()).select_from(AccessRule).where(of_group)) or 0
    if count - len(alike) >= MOST:
        raise TooManyRules(f"A bill group has at most {MOST} domains and addresses. Remove one first.")
    return alike


async def _fold_in(
    session: AsyncSession, customer: Workspace, group: BillGroup, address: AccessRule, domain: AccessRule
) -> None:
    """Delete the rule for an address. Its visitor stays, by the rule for the domain, which follows."""
    moving = update(Grant).where(Grant.access_rule_id == address.id).values(access_rule_id=domain.id)
    moved = (await session.execute(moving.returning(Grant.id))).all()
    await session.delete(address)
    await session.flush()
    await _say_removed(session, customer, group, address, "folded_in", len(moved))


async def _say_removed(
    session: AsyncSession,
    customer: Workspace,
    group: BillGroup,
    rule: AccessRule,
    reason: Literal["removed", "folded_in"],
    visitors: int,
) -> None:
    fields = workspace_fields(customer) | _fields(group, rule)
    await emit(session, AccessRuleRemoved(**fields, reason=reason, visitors=visitors, subject_version=2))


def _fields(group: BillGroup, rule: AccessRule) -> dict[str, Any]:
    return {
        "access_rule_id": rule.id,
        "bill_group_id": group.id,
        "bill_group_display_name": group.display_name,
        "kind": rule.kind,
        "value": rule.value,
    }


async def _read(session: AsyncSession, which: ColumnElement[bool]) -> list[AccessRuleRead]:
    visitors = select(func.count()).where(Grant.access_rule_id == AccessRule.id).correlate(AccessRule).scalar_subquery()
    asked = select(AccessRule, User.display_name, visitors).join(User, User.id == AccessRule.added_by).where(which)
    listed = asked.order_by(AccessRule.kind.desc(), AccessRule.value).limit(MOST)
    return [
        AccessRuleRead(
            id=rule.id, kind=rule.kind, value=rule.value, added_by=name, added_at=rule.added_at, visitors=count
        )
        for rule, name, count in await session.execute(listed)
    ]
