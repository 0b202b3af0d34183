"""What a bill group's invoices say of the buyer besides its address: PO, VAT and registration number."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.billing.groups import bill_group
from services.portal.billing.views import ProfileForm
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.billing import Profile
from services.portal.forms import Form, read_form
from services.portal.rendering import page, see_other
from services.portal.viewer import InWorkspace
from shared.language import gettext as _

router = APIRouter()

PATH = "/w/{slug}/billing/{group_id}/profile"
FIELDS = tuple(Profile.model_fields)


@router.get(PATH)
async def edit_profile(request: Request, viewer: InWorkspace, group_id: UUID) -> Response:
    group = await bill_group(viewer, group_id)
    return page(request, ProfileForm(group, Form({name: str(getattr(group, name)) for name in FIELDS})))


@router.post(PATH)
async def change_profile(request: Request, viewer: InWorkspace, group_id: UUID) -> Response:
    form = await read_form(request)
    try:
        profile = Profile(**{name: form.value(name) for name in FIELDS})
        await viewer.services.billing.change_profile(group_id, profile)
    except Refused as refusal:
        if refusal.status != 422:
            raise
        return page(request, ProfileForm(await bill_group(viewer, group_id), form.refused(refusal)), 422)
    browser_of(request).say(_("The billing details are saved."))
    return see_other(viewer.path(f"billing?group={group_id}"))
