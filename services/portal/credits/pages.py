"""The credit of a customer's bill group, for the provider's staff: how it came about, and paying it back."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.billing.amounts import minor_of
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.credits.views import CreditPage
from services.portal.customers.account_paths import PROVIDER_GROUP, group_path
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.rendering import page, see_other
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _

router = APIRouter()
PATH = PROVIDER_GROUP + "/credit"


@router.get(PATH)
async def credit(request: Request, viewer: InWorkspace, customer_id: UUID, group_id: UUID) -> Response:
    return await _page(request, viewer, customer_id, group_id, Form())


@router.post(PATH)
async def refund(request: Request, viewer: InWorkspace, customer_id: UUID, group_id: UUID) -> Response:
    """Pays back by the way that the money came."""
    form = await read_form(request)
    found = await viewer.services.billing.credit_of(customer_id, group_id)
    minor = minor_of(form.value("amount"), found.currency)
    if minor is None:
        wrong = Form(form.values, {"amount": _("Enter an amount, such as 12.50.")}, key=form.key)
        return await _page(request, viewer, customer_id, group_id, wrong, 422)
    try:
        await viewer.services.billing.refund_credit(customer_id, group_id, minor, form.key)
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        refused = form.refused(refusal)
        return await _page(request, viewer, customer_id, group_id, refused, refusal.status)
    browser_of(request).say(_("It is being paid back. Its outcome appears here."))
    return see_other(group_path(viewer, customer_id, group_id) + "/credit")


async def _page(
    request: Request, viewer: Viewer, customer_id: UUID, group_id: UUID, form: Form, status: int = 200
) -> Response:
    found = await viewer.services.billing.credit_of(customer_id, group_id)
    return page(request, CreditPage(group_path(viewer, customer_id, group_id), found, form), status)
