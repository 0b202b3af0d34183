"""What a seller changes of a customer's bill groups: plain forms, each with one effect."""

from contextlib import suppress
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.accounts.pages import group_page
from services.portal.accounts.views import GroupForm
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.customers.account_paths import PROVIDER_ACCOUNT, PROVIDER_GROUP, account_path, group_path
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.rendering import page, see_other
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _
from shared.language import mark

router = APIRouter()

Act = Literal["close", "open", "default"]
DONE = {
    "close": mark("The bill group %(name)s is closed. It takes no more subscriptions."),
    "open": mark("The bill group %(name)s is open again."),
    "default": mark("%(name)s is the default bill group now."),
}


@router.get(PROVIDER_ACCOUNT + "/bill-groups/new")
async def new_group(request: Request, viewer: InWorkspace, customer_id: UUID) -> Response:
    return await _form(request, viewer, customer_id, None, Form())


@router.post(PROVIDER_ACCOUNT + "/bill-groups/new")
async def create_group(request: Request, viewer: InWorkspace, customer_id: UUID) -> Response:
    form = await read_form(request)
    terms = _days(form)
    if terms is None and form.value("terms_days"):
        return await _form(request, viewer, customer_id, None, _no_number(form), 422)
    name, currency = form.value("display_name"), form.value("currency").upper()
    try:
        made = await viewer.services.billing.create_group(
            customer_id, display_name=name, currency=currency, terms_days=terms, key=form.key
        )
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        return await _form(request, viewer, customer_id, None, form.refused(refusal), refusal.status)
    browser_of(request).say(_("The bill group %(name)s is created.", name=name))
    return see_other(group_path(viewer, customer_id, made.id))


@router.get(PROVIDER_GROUP + "/edit")
async def edit_group(request: Request, viewer: InWorkspace, customer_id: UUID, group_id: UUID) -> Response:
    group = await viewer.services.billing.customer_group(customer_id, group_id)
    values = {
        "display_name": group.display_name,
        "terms_days": str(group.terms_days),
        "portal_on": "true" if group.portal_on else "",
        "paying_on": "true" if group.paying_on else "",
        "locations_see_invoices": "true" if group.locations_see_invoices else "",
    }
    return await _form(request, viewer, customer_id, group_id, Form(values))


@router.post(PROVIDER_GROUP + "/edit")
async def change_group(request: Request, viewer: InWorkspace, customer_id: UUID, group_id: UUID) -> Response:
    form = await read_form(request)
    terms = _days(form)
    if terms is None:
        return await _form(request, viewer, customer_id, group_id, _no_number(form), 422)
    on = {name: form.value(name) == "true" for name in ("portal_on", "paying_on", "locations_see_invoices")}
    try:
        await viewer.services.billing.change_group(
            customer_id, group_id, display_name=form.value("display_name"), terms_days=terms, **on
        )
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        return await _form(request, viewer, customer_id, group_id, form.refused(refusal), refusal.status)
    browser_of(request).say(_("The bill group is saved."))
    return see_other(group_path(viewer, customer_id, group_id))


@router.post(PROVIDER_GROUP + "/state/{act}")
async def act_on_group(request: Request, viewer: InWorkspace, customer_id: UUID, group_id: UUID, act: Act) -> Response:
    """Close the group, open it again, or make it the default."""
    form, billing = await read_form(request), viewer.services.billing
    group = await billing.customer_group(customer_id, group_id)
    try:
        if act == "default":
            await billing.change_group(customer_id, group_id, is_default=True)
        else:
            await billing.change_group(customer_id, group_id, is_closed=act == "close")
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        return await group_page(request, viewer, customer_id, group_id, form.refused(refusal), refusal.status)
    browser_of(request).say(_(DONE[act], name=group.display_name))
    return see_other(group_path(viewer, customer_id, group_id))


@router.post(PROVIDER_GROUP + "/subscriptions/{subscription_id}/move")
async def move_subscription(
    request: Request, viewer: InWorkspace, customer_id: UUID, group_id: UUID, subscription_id: UUID
) -> Response:
    form = await read_form(request)
    to = _chosen_group(form)
    if to is None:
        wrong = Form(form.values, message=_("Choose one of the bill groups."))
        return await group_page(request, viewer, customer_id, group_id, wrong, 422)
    try:
        await viewer.services.billing.move_subscription(customer_id, subscription_id, to, form.key)
    except Refused as refusal:
        if refusal.status not in (404, *IN_THE_FORM):
            raise
        return await group_page(request, viewer, customer_id, group_id, form.refused(refusal), refusal.status)
    browser_of(request).say(_("The subscription is moved. Its next invoice goes to the other bill group."))
    return see_other(group_path(viewer, customer_id, group_id))


def _chosen_group(form: Form) -> UUID | None:
    with suppress(ValueError):
        return UUID(form.value("bill_group_id"))
    return None


def _days(form: Form) -> int | None:
    entered = form.value("terms_days")
    return int(entered) if entered.isdecimal() and len(entered) < 10 else None


def _no_number(form: Form) -> Form:
    return form.objected("terms_days", _("Enter a whole number."))


async def _form(
    request: Request, viewer: Viewer, customer_id: UUID, group_id: UUID | None, form: Form, status: int = 200
) -> Response:
    customer = await viewer.services.identity.customer(customer_id)
    return page(request, GroupForm(customer, account_path(viewer, customer_id), group_id, form), status)
