from uuid import UUID

from fastapi import Response

from services.identity.customers.endpoints import Criteria
from services.identity.customers.schemas import CustomersPage
from services.identity.invitations.limits import NotToday
from services.identity.partners import service
from services.identity.partners.customers import list_customers_of
from services.identity.partners.overview import fetch_partner, fetch_partners
from services.identity.partners.schemas import PartnerAdded, PartnerCreate, PartnerRead
from services.identity.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now, RealNow
from shared.db import Session
from shared.idempotency import Once
from shared.pages import Cursor, Limit, Page, json_response
from shared.reads import Reader

router = Router("identity", "partners")


@router.get("", guard=allow("customer.list", own=True), response_model=Page[PartnerRead])
async def list_partners(access: CurrentAccess, read: Reader, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The provider's partners that the caller may see, by name, with the totals of their customers. Partners have no
    partners of their own."""
    items, following = await fetch_partners(read, access, cursor, limit)
    return json_response({"items": items, "next": following})


@router.get("/{partner_id}", guard=allow("customer.list", own=True), response_model=PartnerRead)
async def get_partner(partner_id: UUID, access: CurrentAccess, read: Reader) -> Response:
    """One partner that the caller may see, connected or not."""
    found = await fetch_partner(read, access, partner_id)
    return json_response(found)


@router.get("/{partner_id}/customers", guard=allow("customer.list", own=True), response_model=CustomersPage)
async def list_customers_of_partner(
    partner_id: UUID, access: CurrentAccess, read: Reader, criteria: Criteria, totals: bool = True,
    cursor: Cursor = None, limit: Limit = 50,
) -> Response:  # fmt: skip
    """The customers of a partner that the caller may see, to read. What the parameters and the totals mean is said at
    the caller's own customers. Addresses on file are left out. Whose role at the partner hides its numbers sees the
    names alone, sorted by them."""
    found = await list_customers_of(read, access, partner_id, criteria, cursor, limit, totals=totals)
    return json_response(found)


@router.post("", guard=allow("partner.create"), status_code=201, problems=(NotToday,))
async def add_partner(
    body: PartnerCreate, access: CurrentAccess, session: Session, settings: CurrentSettings, now: Now,
    real_now: RealNow, once: Once,
) -> PartnerAdded:  # fmt: skip
    """Add a partner and invite its first admin."""
    return await once(body, PartnerAdded, lambda: service.add_partner(session, settings, access, body, now, real_now))
