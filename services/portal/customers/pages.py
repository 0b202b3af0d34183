"""The Customers page: who accepted an invitation (P2), with the columns that the viewer's role shows (D10)."""

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.customers import CustomerSort
from services.portal.customers.lists import list_in
from services.portal.errors import see_other
from services.portal.forms import Form, read_form
from services.portal.rendering import page, part, wants_part
from services.portal.security import local_path
from services.portal.viewer import InWorkspace, section

router = APIRouter()

Base = Literal["partner", "provider"]
PAGE_SIZE = 50


@router.get("/{base}/{slug}/customers")
async def customers(
    request: Request, viewer: InWorkspace, base: Base, q: str = "", sort: CustomerSort = "name",
    descending: bool = False, hide_inactive: bool = False, cursor: str = "",
) -> Response:  # fmt: skip
    found = await section(
        viewer,
        "customer.list",
        lambda: viewer.services.identity.customers(
            status="connected", q=q, sort=sort, descending=descending, hide_inactive=hide_inactive,
            cursor=cursor, limit=PAGE_SIZE,
        ),
    )  # fmt: skip
    filters = {"q": q, "sort": sort, "descending": descending, "hide_inactive": hide_inactive}
    context = {"customers": found, "base": base, "cursor": cursor, "filters": filters}
    if wants_part(request):
        return part(request, "partials/customers/table.html", **context)
    return page(request, "pages/customers/list.html", **context)


@router.post("/{base}/{slug}/customers/{customer}/view")
async def work_on_behalf(request: Request, viewer: InWorkspace, base: Base, customer: str) -> Response:
    """Opens the customer's own portal with the rights of the link; one customer at a time (P25, P26)."""
    form = await read_form(request)
    await viewer.services.identity.work_on_behalf(customer)
    return see_other(local_path(form.value("return_to"), f"/w/{customer}/"))


@router.get("/{base}/{slug}/customers/new")
async def new_customer(request: Request, viewer: InWorkspace, base: Base) -> Response:
    return page(request, "pages/customers/new.html", form=Form(), base=base)


@router.post("/{base}/{slug}/customers/new")
async def add_customer(request: Request, viewer: InWorkspace, base: Base) -> Response:
    """A new customer is Not Connected until somebody there accepts an invitation (L6)."""
    form = await read_form(request)
    try:
        added = await viewer.services.identity.add_customer(display_name=form.value("display_name"), key=form.key)
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        return page(request, "pages/customers/new.html", refusal.status, form=form.refused(refusal), base=base)
    added_at = f"{added.display_name} is added, at /w/{added.slug}/."
    browser_of(request).say(f"{added_at} Put an address on file to invite it.")
    return see_other(list_in(base, viewer.workspace.slug, "invitations").contact(added.id))
