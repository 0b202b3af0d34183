from typing import Annotated, Literal
from uuid import UUID

import orjson
from fastapi import Query, Response

from services.identity.customers import service
from services.identity.customers.overview import ListCriteria, count_inactive, fetch_customers, fetch_totals
from services.identity.customers.schemas import (
    ContactOnFile,
    CustomerCreate,
    CustomerInvite,
    CustomerRead,
    CustomerSort,
    CustomersPage,
    OnFileRead,
)
from services.identity.invitations.models import Invitation
from services.identity.invitations.schemas import InvitationRead
from services.identity.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now, RealNow
from shared.db import Session
from shared.idempotency import Once
from shared.pages import Cursor, Limit
from shared.reads import Reader

router = Router("identity", "customers")


@router.get("", guard=allow("customer.list", own=True), response_model=CustomersPage)
async def list_customers(
    access: CurrentAccess,
    read: Reader,
    now: Now,
    status: Literal["connected", "not_connected"] = "connected",
    q: Annotated[str | None, Query(max_length=100)] = None,
    sort: CustomerSort = "name",
    descending: bool = False,
    hide_inactive: bool = False,
    totals: bool = True,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The customers that the caller may see, with revenue, services and activity. ``totals=false`` omits the totals,
    which read every customer."""
    criteria = ListCriteria(status, q, sort, descending, hide_inactive, now)
    items, following = await fetch_customers(read, access, criteria, cursor, limit)
    page = {
        "items": items,
        "next": following,
        "totals": await fetch_totals(read, access, criteria) if totals else None,
        "inactive_hidden": await count_inactive(read, access, criteria),
    }
    return Response(orjson.dumps(page, default=str), media_type="application/json")


@router.post("", guard=allow("customer.invite"), status_code=201)
async def add_customer(
    body: CustomerCreate, access: CurrentAccess, session: Session, now: Now, once: Once
) -> CustomerRead:
    """Add a customer below this workspace. It is not connected yet."""  # (P1, L6)

    async def work() -> CustomerRead:
        row = await service.add_workspace(session, access, "customer", body.display_name, now)
        return CustomerRead.of_new(row)

    return await once(body, CustomerRead, work)


@router.put("/{customer_id}/contact", guard=allow("customer.invite"))
async def put_contact(customer_id: UUID, body: ContactOnFile, access: CurrentAccess, session: Session) -> OnFileRead:
    """Set the address on file, to which an invitation is sent."""  # (L10)
    await service.put_contact(session, access, customer_id, body.address, body.display_name)
    return OnFileRead(address=body.address, display_name=body.display_name)


@router.post("/{customer_id}/invite", guard=allow("customer.invite"), status_code=201)
async def invite_customer(
    customer_id: UUID, body: CustomerInvite, access: CurrentAccess, session: Session, settings: CurrentSettings,
    real_now: RealNow, once: Once,
) -> InvitationRead:  # fmt: skip
    """Send the welcome mail to the address on file. Sending again invalidates the previous link."""  # (L8, L9)

    async def work() -> Invitation:
        return await service.invite_customer(session, settings, access, customer_id, body.role, real_now)

    return await once(body, InvitationRead, work)
