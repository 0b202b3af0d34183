"""What belongs to a service besides its summary and its work: its subscription, what happened with it, who may do what
with it (K9)."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.audit.table import own_only
from services.portal.audit.telling import tell
from services.portal.clients.identity import Member
from services.portal.clients.links import PersonOfParent
from services.portal.configuration import find_fields
from services.portal.forms import Form
from services.portal.permissions import what_role_may
from services.portal.product_fields import labels_of
from services.portal.rendering import page
from services.portal.services.views import RoleHere, ServiceAccess, ServiceActivity, ServiceSubscription
from services.portal.viewer import InWorkspace, Section, Viewer, section
from services.portal.vocabulary import ROLES

router = APIRouter()

PATH = "/w/{slug}/services/{service_id}"
ENTRIES = 50
MOST_PEOPLE = 200
OF_SERVICES = ("service.", "subscription.", "credentials.", "licence.", "order.approve")
"""How the permissions begin that are about a service."""


@router.get(PATH + "/subscription")
async def subscription(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    viewer.require("money.view")
    billing = viewer.services.billing
    service, found, groups = await asyncio.gather(
        viewer.services.provisioning.service(service_id),
        section(viewer, "money.view", lambda: billing.subscriptions(service_id=service_id)),
        section(viewer, "money.view", billing.bill_groups),
    )
    one = next(iter(found.content.items), None) if found.content else None
    known = groups.content or []
    payer = next((each for each in known if one and each.id == one.bill_group_id), None)
    fields = await find_fields(request, viewer, service.product) if one and one.priced else None
    labels = labels_of(fields.content or ()) if fields else {}
    return page(request, ServiceSubscription(service, Form(), found, one, payer, labels))


@router.get(PATH + "/activity")
async def activity(request: Request, viewer: InWorkspace, service_id: UUID, cursor: str = "") -> Response:
    viewer.require("audit.view")
    read = viewer.services.audit.entries
    service, found = await asyncio.gather(
        viewer.services.provisioning.service(service_id),
        section(viewer, "audit.view", lambda: read(subject_id=service_id, cursor=cursor, limit=ENTRIES)),
    )
    told = tell(viewer, found.content.items) if found.content else []
    log = viewer.path(f"audit?subject={service_id}")
    return page(request, ServiceActivity(service, Form(), found, told, own_only(viewer), cursor, log))


@router.get(PATH + "/access")
async def access(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    viewer.require("user.list")
    identity = viewer.services.identity
    service, members, of_parent = await asyncio.gather(
        viewer.services.provisioning.service(service_id),
        section(viewer, "user.list", lambda: identity.users(sort="name", limit=MOST_PEOPLE)),
        _people_of_parent(viewer),
    )
    people, others = members.content.items if members.content else [], of_parent.content or []
    return page(request, ServiceAccess(service, Form(), members, of_parent, _by_role(viewer, people, others)))


async def _people_of_parent(viewer: Viewer) -> Section[list[PersonOfParent]]:
    """Nobody is above the provider."""
    if viewer.workspace.kind == "provider":
        return Section("ready", [])
    return await section(viewer, "user.list", viewer.services.identity.people_of_parent)


def _by_role(viewer: Viewer, people: Sequence[Member], others: Sequence[PersonOfParent]) -> list[RoleHere]:
    """The roles that somebody has, those that may do most first."""
    kind, taken = viewer.workspace.kind, {each.role for each in people} | {each.role for each in others}
    return [
        RoleHere(
            role,
            what_role_may(role, kind, OF_SERVICES),
            [each for each in people if each.role == role],
            [each for each in others if each.role == role],
        )
        for role in ROLES
        if role in taken
    ]
