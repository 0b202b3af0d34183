"""All accounts of a person on one page, whichever the session acts in."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.me.accounts import Said, accounts_of, totals_of
from services.portal.me.views import OwnAccounts
from services.portal.rendering import page
from services.portal.viewer import Section, SignedIn, section

router = APIRouter()


@router.get("/me/accounts")
async def own_accounts(request: Request, viewer: SignedIn) -> Response:
    services = viewer.services
    memberships, waiting, orders, money = await asyncio.gather(
        section(viewer, "session.own", services.identity.own_workspaces),
        section(viewer, "session.own", services.identity.own_accounts),
        section(viewer, "session.own", services.provisioning.own_accounts),
        section(viewer, "session.own", services.billing.own_accounts),
    )
    said = Said(_by_workspace(waiting), _by_workspace(orders), _by_workspace(money))
    accounts = accounts_of(memberships.content or [], said)
    return page(request, OwnAccounts(memberships, (waiting, orders), money, accounts, totals_of(accounts)))


def _by_workspace(found: Section[list[Any]]) -> dict[UUID, Any]:
    return {each.workspace_id: each for each in found.content or []}
