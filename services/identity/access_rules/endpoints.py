from uuid import UUID

from services.identity.access_rules import service
from services.identity.access_rules.groups import list_groups
from services.identity.access_rules.refusals import AddressesInDomain, DomainHasAccess, RuleExists, TooManyRules
from services.identity.access_rules.schemas import AccessRuleCreate, AccessRuleRead, GroupAccessRead
from services.identity.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now, RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once

router = Router("identity", "access-rules")


@router.get("/{workspace_id}", guard=allow("access_rule.manage"), problems=(NotFound,))
async def list_group_access(
    workspace_id: UUID, access: CurrentAccess, session: Session, settings: CurrentSettings
) -> list[GroupAccessRead]:
    """The bill groups of a customer, each with how far its portal is set up, closed ones last."""
    return await list_groups(session, settings, access, workspace_id)


@router.get("/{workspace_id}/{bill_group_id}", guard=allow("access_rule.manage"), problems=(NotFound,))
async def list_access_rules(
    workspace_id: UUID, bill_group_id: UUID, access: CurrentAccess, session: Session
) -> list[AccessRuleRead]:
    """Who may sign in to the portal of a customer's bill group: domains, then addresses, at most 200 together."""
    return await service.list_rules(session, access, workspace_id, bill_group_id)


@router.post(
    "/{workspace_id}/{bill_group_id}",
    guard=allow("access_rule.manage"),
    status_code=201,
    problems=(NotFound, AddressesInDomain, DomainHasAccess, RuleExists, TooManyRules),
)
async def add_access_rule(
    workspace_id: UUID, bill_group_id: UUID, body: AccessRuleCreate, access: CurrentAccess, session: Session, now: Now,
    once: Once,
) -> AccessRuleRead:  # fmt: skip
    """Let everybody with a mailbox in a domain, or one address, sign in to the portal of a bill group."""

    async def work() -> AccessRuleRead:
        return await service.add_rule(session, access, workspace_id, bill_group_id, body, now)

    return await once(body, AccessRuleRead, work)


@router.delete(
    "/{workspace_id}/{bill_group_id}/{rule_id}",
    guard=allow("access_rule.manage"),
    status_code=204,
    problems=(NotFound,),
)
async def remove_access_rule(
    workspace_id: UUID, bill_group_id: UUID, rule_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow
) -> None:
    """End an access rule. Everybody who came through it loses this access and is signed out at once; what they were
    granted in other ways stays."""
    await service.remove_rule(session, access, workspace_id, bill_group_id, rule_id, real_now)
