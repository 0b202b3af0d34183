"""Identity: who may sign in to the portals of bill groups."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.portal.clients.branding import Branding
from services.portal.clients.http import Answer
from services.portal.clients.links import Linking

RuleKind = Literal["domain", "address"]
Nothing = type(None)


class AccessRule(Answer):
    id: UUID
    kind: RuleKind
    value: str
    added_by: str
    added_at: datetime
    visitors: int


class Portal(Answer):
    """The portal of a bill group, for its seller."""

    bill_group_id: UUID
    bill_group_display_name: str
    link: str
    is_open: bool
    portals_on: bool
    portal_on: bool
    is_closed: bool
    has_contract: bool
    owes: bool


class GroupAccess(Answer):
    """A bill group of a customer, and how far its portal is set up."""

    id: UUID
    display_name: str
    portals_on: bool
    portal_on: bool
    is_open: bool
    rules: int


class PortalLook(Answer):
    """What anybody with the link is told."""

    seller: str
    support_address: str | None
    support_phone: str | None
    is_open: bool
    brand: Branding


@dataclass(frozen=True)
class Admitting(Linking):
    async def look_at_portal(self, portal: str) -> PortalLook:
        return await self.api.post("/portals/look", PortalLook, {"key": portal}, reads=True)

    async def portal(self, workspace_id: UUID, bill_group_id: UUID) -> Portal:
        return await self.api.get(f"/portals/{workspace_id}/{bill_group_id}", Portal)

    async def group_access(self, workspace_id: UUID) -> list[GroupAccess]:
        return await self.api.get(f"/access-rules/{workspace_id}", list[GroupAccess])

    async def access_rules(self, workspace_id: UUID, bill_group_id: UUID) -> list[AccessRule]:
        return await self.api.get(f"/access-rules/{workspace_id}/{bill_group_id}", list[AccessRule])

    async def add_access_rule(
        self, workspace_id: UUID, bill_group_id: UUID, *, kind: RuleKind, value: str, fold_in: bool, key: str
    ) -> AccessRule:
        body = {"kind": kind, "value": value, "fold_in": fold_in}
        return await self.api.post(f"/access-rules/{workspace_id}/{bill_group_id}", AccessRule, body, key=key)

    async def remove_access_rule(self, workspace_id: UUID, bill_group_id: UUID, rule_id: UUID) -> None:
        await self.api.delete(f"/access-rules/{workspace_id}/{bill_group_id}/{rule_id}")
