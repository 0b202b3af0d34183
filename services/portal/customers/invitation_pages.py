"""Customers that are Not Connected: an address on file first, then the invitation to it (L4 to L11)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.identity import Customer
from services.portal.customers.pages import Base
from services.portal.errors import see_other
from services.portal.forms import Form, new_key, read_form
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, Viewer, section

router = APIRouter()

FIELDS = ("address", "display_name")


@router.get("/{base}/{slug}/invitations")
async def not_connected(request: Request, viewer: InWorkspace, base: Base, cursor: str = "") -> Response:
    found = await section(
        viewer,
        "customer.invite",
        lambda: viewer.services.identity.customers(status="not_connected", totals="false", cursor=cursor, limit=50),
    )
    return page(request, "pages/customers/invitations.html", customers=found, base=base, cursor=cursor)


@router.get("/{base}/{slug}/invitations/{customer_id}")
async def confirm_invitation(request: Request, viewer: InWorkspace, base: Base, customer_id: UUID) -> Response:
    """The question "Send Invitation?" (L8), to the address on file and no other (L10)."""
    customer = await _customer(viewer, customer_id)
    return page(request, "pages/customers/send_invitation.html", customer=customer, base=base, key=new_key())


@router.post("/{base}/{slug}/invitations/{customer_id}")
async def send_invitation(request: Request, viewer: InWorkspace, base: Base, customer_id: UUID) -> Response:
    form, browser = await read_form(request), browser_of(request)
    try:
        await viewer.services.identity.invite_customer(customer_id, form.key)
        browser.say("The invitation is on its way. An earlier link does not work any more.")
    except Refused as refusal:
        if refusal.status != 409:
            raise
        browser.say(refusal.detail, "bad")
    return see_other(f"/{base}/{viewer.workspace.slug}/invitations")


@router.get("/{base}/{slug}/invitations/{customer_id}/contact")
async def edit_address(request: Request, viewer: InWorkspace, base: Base, customer_id: UUID) -> Response:
    customer = await _customer(viewer, customer_id)
    on_file = customer.contact.model_dump() if customer.contact else {}
    return page(request, "pages/customers/address.html", customer=customer, base=base, form=Form(on_file))


@router.post("/{base}/{slug}/invitations/{customer_id}/contact")
async def put_address_on_file(request: Request, viewer: InWorkspace, base: Base, customer_id: UUID) -> Response:
    form = await read_form(request)
    try:
        body = {name: form.value(name) for name in FIELDS}
        await viewer.services.identity.put_address_on_file(customer_id, body)
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        customer = await _customer(viewer, customer_id)
        return page(
            request, "pages/customers/address.html", refusal.status,
            customer=customer, base=base, form=form.refused(refusal),
        )  # fmt: skip
    browser_of(request).say(f"{form.value('address')} is on file.")
    return see_other(f"/{base}/{viewer.workspace.slug}/invitations")


async def _customer(viewer: Viewer, customer_id: UUID) -> Customer:
    """One of those not connected yet."""
    cursor: str | None = ""
    while cursor is not None:
        found = await viewer.services.identity.customers(
            status="not_connected", totals="false", cursor=cursor, limit=200
        )
        for customer in found.items:
            if customer.id == customer_id:
                return customer
        cursor = found.next
    raise Refused(404, "not_found", "Not found", "There is no such customer waiting for an invitation.")
