"""The page on which a holder closes the account of their company, or keeps it."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.closing.views import CloseAccount
from services.portal.forms import Form, new_key, read_form
from services.portal.rendering import page
from services.portal.sending import send_button, send_form
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter(prefix="/w/{slug}/close")

SHOWN = 20
"""Services by name; of the others the page says how many."""


@router.get("")
async def close_account(request: Request, viewer: InWorkspace) -> Response:
    return await _page(request, viewer, Form(key=new_key()))


@router.post("")
async def ask_for_closing(request: Request, viewer: InWorkspace) -> Response:
    """It is done in 30 days. Until then the page offers to keep the account."""
    form = await read_form(request)
    return await send_form(
        request, form, viewer.services.identity.ask_for_closing(form.value("account_number"), form.key),
        refused=lambda wrong, status: _page(request, viewer, wrong, status),
        said=lambda _done: _("The account will be closed in 30 days. All admins get a mail."),
        path=viewer.path("close"),
    )  # fmt: skip


@router.post("/keep")
async def keep_account(request: Request, viewer: InWorkspace) -> Response:
    keep = viewer.services.identity.keep_account
    said = _("The account stays. All admins get a mail.")
    return await send_button(request, lambda _key: keep(), said, viewer.path("close"), (409,))


async def _page(request: Request, viewer: Viewer, form: Form, status: int = 200) -> Response:
    viewer.require("workspace.close")
    provisioning = viewer.services.provisioning
    found, services, invoices = await asyncio.gather(
        section(viewer, "workspace.close", viewer.services.identity.own_closing),
        section(viewer, "service.view", lambda: provisioning.services(count=True, limit=SHOWN)),
        section(viewer, "money.view", lambda: _open_invoices(viewer)),
    )
    return page(request, CloseAccount(found, services, invoices, form), status)


async def _open_invoices(viewer: Viewer) -> int:
    billing = viewer.services.billing
    opened, begun = await asyncio.gather(
        billing.invoices(status="open", count=True, limit=1),
        billing.invoices(status="partially_paid", count=True, limit=1),
    )
    return (opened.count or 0) + (begun.count or 0)
