from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from services.identity.customers import service
from services.identity.customers.overview import MOST, ListCriteria, fetch_customer, fetch_customers
from services.identity.customers.schemas import (
    ContactOnFile,
    CustomerCreate,
    CustomerInvite,
    CustomerRead,
    CustomerSort,
    CustomersPage,
    OnFileRead,
)
from services.identity.customers.search import search
from services.identity.customers.service import CustomerConnected, NoAddressOnFile
from services.identity.customers.totals import count_inactive, fetch_totals
from services.identity.invitations.limits import NotToday, TooManyOpen
from services.identity.invitations.models import Invitation
from services.identity.invitations.schemas import InvitationRead
from services.identity.invitations.service import InvitationNotPending
from services.identity.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now, RealNow
from shared.db import Session
from shared.idempotency import Once
from shared.pages import Cursor, Limit, json_response
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
    """The customers that the caller may see, with revenue, services and activity.

    ``q`` is a part of the name, account number or slug; of one or two letters, the beginning of a word in them. Case,
    accents and signs do not count. It needs a letter or digit. If more than 1,000 customers match, ``too_many_found``
    is true and the list is of 1,000 of them: a longer ``q`` finds the others.

    Totals are those of all customers that match, whatever the page. They are null with ``totals=false``, and where more
    than 1,000 customers match a search or ``hide_inactive``, or are linked to the caller."""
    criteria = await search(read, access, ListCriteria(status, q, sort, descending, hide_inactive, now))
    items, following = await fetch_customers(read, access, criteria, cursor, limit)
    page = {
        "items": items,
        "next": following,
        "totals": await fetch_totals(read, access, criteria) if totals else None,
        "inactive_hidden": await count_inactive(read, access, criteria),
        "too_many_found": len(criteria.found or ()) > MOST,
    }
    return json_response(page)


@router.get("/{customer_id}", guard=allow("customer.list", own=True), response_model=CustomerRead)
async def get_customer(customer_id: UUID, access: CurrentAccess, read: Reader) -> Response:
    """One customer that the caller may see, connected or not."""
    found = await fetch_customer(read, access, customer_id)
    return json_response(found)


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
    """Set the address on file, to which an invitation is sent. One that was sent to another address is revoked, unless
    the customer is connected."""  # (L10)
    await service.put_contact(session, access, customer_id, body.address, body.display_name)
    return OnFileRead(address=body.address, display_name=body.display_name)


@router.post(
    "/{customer_id}/invite",
    guard=allow("customer.invite"),
    status_code=201,
    problems=(CustomerConnected, NoAddressOnFile, NotToday, TooManyOpen),
)
async def invite_customer(
    customer_id: UUID, body: CustomerInvite, access: CurrentAccess, session: Session, settings: CurrentSettings,
    real_now: RealNow, once: Once,
) -> InvitationRead:  # fmt: skip
    """Send the welcome mail to the address on file. Sending again invalidates the previous link."""  # (L8, L9)

    async def work() -> Invitation:
        return await service.invite_customer(session, settings, access, customer_id, body.role, real_now)

    return await once(body, InvitationRead, work)


@router.post(
    "/{customer_id}/revoke-invitation",
    guard=allow("customer.invite"),
    status_code=204,
    problems=(CustomerConnected, InvitationNotPending),
)
async def revoke_invitation(customer_id: UUID, access: CurrentAccess, session: Session) -> None:
    """Revoke the pending invitation of a customer that is not connected, and its link."""
    await service.take_invitation_back(session, access, customer_id)
