"""A bill group's billing and shipping contact, with the postal data that its invoices carry (O22, O23)."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.billing.groups import bill_group
from services.portal.billing.views import ContactForm
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.billing import BillGroup, Party
from services.portal.forms import Form, read_form
from services.portal.rendering import page, see_other
from services.portal.viewer import InWorkspace
from shared.language import gettext as _
from shared.language import mark

router = APIRouter()

Kind = Literal["billing", "shipping"]
FIELDS = tuple(Party.model_fields)
SAVED = {"billing": mark("The billing contact is saved."), "shipping": mark("The shipping contact is saved.")}


@router.get("/w/{slug}/billing/{group_id}/contacts/{kind}")
async def edit_contact(request: Request, viewer: InWorkspace, group_id: UUID, kind: Kind) -> Response:
    group = await bill_group(viewer, group_id)
    party = group.contacts.get(kind) or Party()
    return _form(request, group, kind, Form({name: str(getattr(party, name)) for name in FIELDS}))


@router.post("/w/{slug}/billing/{group_id}/contacts/{kind}")
async def change_contact(request: Request, viewer: InWorkspace, group_id: UUID, kind: Kind) -> Response:
    form = await read_form(request)
    try:
        party = Party(**{name: form.value(name) for name in FIELDS})
        await viewer.services.billing.change_contact(group_id, kind, party)
    except Refused as refusal:
        if refusal.status != 422:
            raise
        return _form(request, await bill_group(viewer, group_id), kind, form.refused(refusal), 422)
    browser_of(request).say(_(SAVED[kind]))
    return see_other(viewer.path(f"billing?group={group_id}"))


def _form(request: Request, group: BillGroup, kind: Kind, form: Form, status: int = 200) -> Response:
    return page(request, ContactForm(group, kind, form), status)
