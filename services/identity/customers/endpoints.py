from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query, Response

from services.identity.customers import listing, managing, service
from services.identity.customers.managing import CustomerHasPeople, CustomerInUse, PartnerHasCustomers
from services.identity.customers.overview import ListCriteria, fetch_customer
from services.identity.customers.schemas import (
    Activity,
    ChildNamed,
    ContactOnFile,
    CustomerCreate,
    CustomerInvite,
    CustomerRead,
    CustomerRename,
    CustomerSort,
    CustomersPage,
    CustomersSummaryRead,
    OnFileRead,
)
from services.identity.customers.service import CustomerConnected, NoAddressOnFile
from services.identity.customers.summary import read_summary
from services.identity.invitations.limits import NotToday, TooManyOpen
from services.identity.invitations.models import Invitation
from services.identity.invitations.schemas import InvitationRead
from services.identity.invitations.service import InvitationNotPending
from services.identity.settings import CurrentSettings
from services.identity.workspaces.renaming import TooManyFormerUrls
from shared.auth import CurrentAccess, Router, allow
from shared.auth.access import WorkspaceIsClosing
from shared.clock import Now, RealNow
from shared.db import Session
from shared.idempotency import Once
from shared.pages import Cursor, Limit, json_response
from shared.reads import Reader

router = Router("identity", "customers")


async def _criteria(
    now: Now,
    status: Literal["connected", "not_connected"] = "connected",
    q: Annotated[str | None, Query(max_length=100)] = None,
    sort: CustomerSort = "name",
    descending: bool = False,
    hide_inactive: bool = False,
    activity: Activity | None = None,
) -> ListCriteria:
    return ListCriteria(status, q, sort, descending, hide_inactive, now, activity)


Criteria = Annotated[ListCriteria, Depends(_criteria)]
"""The filters and the order that a request asks for."""


@router.get("", guard=allow("customer.list", own=True), response_model=CustomersPage)
async def list_customers(
    access: CurrentAccess, read: Reader, criteria: Criteria, totals: bool = True, cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:  # fmt: skip
    """The customers that the caller may see, with revenue, services and activity.

    ``q`` is a part of the name, account number or slug; of one or two letters, the beginning of a word in them. Case,
    accents and signs do not count. It needs a letter or digit. If more than 1,000 customers match, ``too_many_found``
    is true and the list is of 1,000 of them: a longer ``q`` finds the others.

    With ``activity`` only those are listed that are ``inactive``, or ``never`` were active and never ordered.

    Totals are those of all customers that match, whatever the page. They are null with ``totals=false``, and where more
    than 1,000 customers match a search, ``activity`` or ``hide_inactive``."""
    return json_response(await listing.list_customers(read, access, criteria, cursor, limit, totals=totals))


@router.get("/summary", guard=allow("customer.list", own=True), response_model=CustomersSummaryRead)
async def get_summary(access: CurrentAccess, read: Reader, now: Now, real_now: RealNow) -> Response:
    """How many customers the caller sees, how many of them are inactive or were never active, and how many invitations
    are under way."""
    return json_response(await read_summary(read, access, now, real_now))


@router.get("/{customer_id}", guard=allow("customer.list", own=True), response_model=CustomerRead)
async def get_customer(customer_id: UUID, access: CurrentAccess, read: Reader) -> Response:
    """One customer that the caller may see, connected or not."""
    found = await fetch_customer(read, access, customer_id)
    return json_response(found)


@router.post("", guard=allow("customer.invite"), status_code=201, problems=(WorkspaceIsClosing,))
async def add_customer(
    body: CustomerCreate, access: CurrentAccess, session: Session, now: Now, once: Once
) -> CustomerRead:
    """Add a customer below this workspace. It is not connected yet."""  # (P1, L6)

    async def work() -> CustomerRead:
        row = await service.add_workspace(session, access, "customer", body.display_name, now)
        return CustomerRead.of_new(row)

    return await once(body, CustomerRead, work)


@router.patch("/{customer_id}", guard=allow("customer.invite"), problems=(CustomerConnected, TooManyFormerUrls))
async def rename_customer(
    customer_id: UUID, body: CustomerRename, access: CurrentAccess, session: Session, real_now: RealNow
) -> ChildNamed:
    """Give a customer or partner that is not connected another name, and a URL that is made from it."""
    customer = await managing.rename_customer(session, access, customer_id, body.display_name, real_now)
    return ChildNamed.model_validate(customer)


@router.delete(
    "/{customer_id}",
    guard=allow("customer.invite"),
    status_code=204,
    problems=(CustomerConnected, CustomerInUse, CustomerHasPeople, PartnerHasCustomers),
)
async def remove_customer(
    customer_id: UUID, access: CurrentAccess, session: Session, now: Now, real_now: RealNow
) -> None:
    """Remove a customer or partner that is not connected. Its invitation is revoked, and its name in URLs is free."""
    await managing.remove_customer(session, access, customer_id, now, real_now)


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
