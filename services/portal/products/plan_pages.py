"""The plans of a product, for the provider's staff: their prices over time, new ones, withdrawal and return."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.catalogue import CatalogueProduct
from services.portal.clients.plans import PlanHistory
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.product_fields import PREFIX, properties_of
from services.portal.products.pages import PATH, products_path
from services.portal.products.plan_entries import (
    NEW,
    charged_fields,
    entered,
    form_name,
    values_of,
    written_terms,
)
from services.portal.products.views import PlanForm, PlanPage, PlanWithdrawal, VersionRow
from services.portal.rendering import page, see_other
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _

router = APIRouter()

PLANS = PATH + "/{product_key}/plans"


@router.get(PLANS + "/new")
async def new_plan(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    product = await viewer.services.provisioning.catalogue_product(product_key)
    return _form(request, viewer, product, Form(dict(NEW)))


@router.post(PLANS + "/new")
async def publish_plan(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    product = await viewer.services.provisioning.catalogue_product(product_key)
    form = await read_form(request)
    names = [plan.display_name for plan in await viewer.services.billing.plan_histories(product.id)]
    if form.value("display_name") in names:
        taken = _("The product has a plan of this name. Publish new prices of that one, or choose another name.")
        return _form(request, viewer, product, form.objected("display_name", taken), 409)
    refused = await _published(viewer, product, form, None)
    if refused:
        return _form(request, viewer, product, refused[0], refused[1])
    browser_of(request).say(_("The plan is published. Orders can choose it."))
    return see_other(products_path(viewer, product.key))


@router.get(PLANS + "/{plan_id}")
async def plan(request: Request, viewer: InWorkspace, product_key: str, plan_id: UUID) -> Response:
    product, found = await _read(viewer, product_key, plan_id)
    return _page(request, viewer, product, found, Form(values_of(found)))


@router.post(PLANS + "/{plan_id}")
async def publish_prices(request: Request, viewer: InWorkspace, product_key: str, plan_id: UUID) -> Response:
    """New prices are a new version. Subscriptions that exist keep theirs."""
    product, found = await _read(viewer, product_key, plan_id)
    refused = await _published(viewer, product, await read_form(request), found)
    if refused:
        return _page(request, viewer, product, found, refused[0], refused[1])
    browser_of(request).say(_("The new prices are published. They are for orders from now on."))
    return see_other(f"{products_path(viewer, product.key)}/plans/{plan_id}")


@router.get(PLANS + "/{plan_id}/withdraw")
async def ask_to_withdraw_plan(request: Request, viewer: InWorkspace, product_key: str, plan_id: UUID) -> Response:
    """Names the effect before anything happens."""
    product, found = await _read(viewer, product_key, plan_id)
    return page(request, PlanWithdrawal(found, f"{products_path(viewer, product.key)}/plans/{plan_id}"))


@router.post(PLANS + "/{plan_id}/withdraw")
async def withdraw_plan(request: Request, viewer: InWorkspace, product_key: str, plan_id: UUID) -> Response:
    await viewer.services.billing.withdraw_plan(plan_id)
    browser_of(request).say(_("The plan is withdrawn. Orders cannot choose it any more."))
    return see_other(f"{products_path(viewer, product_key)}/plans/{plan_id}")


@router.post(PLANS + "/{plan_id}/offer")
async def offer_plan(request: Request, viewer: InWorkspace, product_key: str, plan_id: UUID) -> Response:
    await viewer.services.billing.offer_plan(plan_id)
    browser_of(request).say(_("Orders can choose the plan again."))
    return see_other(f"{products_path(viewer, product_key)}/plans/{plan_id}")


async def _published(
    viewer: Viewer, product: CatalogueProduct, form: Form, plan: PlanHistory | None
) -> tuple[Form, int] | None:
    """The form with what is wrong, and the status; None when it is published."""
    name = plan.display_name if plan else None
    entry, errors = entered(form, product.id, product.configuration_schema or {}, name)
    if errors:
        return Form(form.values, errors), 422
    try:
        await viewer.services.billing.publish_plan(entry, form.key)
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        for error in refusal.errors:
            if name := form_name(error.pointer):
                return form.objected(name, error.text), refusal.status
        return form.refused(refusal), refusal.status
    return None


async def _read(viewer: Viewer, product_key: str, plan_id: UUID) -> tuple[CatalogueProduct, PlanHistory]:
    product = await viewer.services.provisioning.catalogue_product(product_key)
    plans = await viewer.services.billing.plan_histories(product.id)
    found = next((each for each in plans if each.id == plan_id), None)
    if found is None:
        raise Refused(404, "not_found", _("Not found"), _("It does not exist, or you may not see it."))
    return product, found


def _fields(product: CatalogueProduct) -> list[str]:
    """The names of the fields that terms can name."""
    return [name.removeprefix(PREFIX) for name in properties_of(product.configuration_schema or {})]


def _form(request: Request, viewer: Viewer, product: CatalogueProduct, form: Form, status: int = 200) -> Response:
    path = products_path(viewer, product.key)
    charged = charged_fields(product.configuration_schema or {})
    return page(request, PlanForm(product, form, _fields(product), charged, f"{path}/plans/new", path), status)


def _page(
    request: Request, viewer: Viewer, product: CatalogueProduct, plan: PlanHistory, form: Form, status: int = 200
) -> Response:
    path = products_path(viewer, product.key)
    rows = [VersionRow(version, written_terms(version.terms)) for version in plan.versions]
    charged = charged_fields(product.configuration_schema or {})
    shown = PlanPage(product, form, _fields(product), charged, f"{path}/plans/{plan.id}", path, plan, rows)
    return page(request, shown, status)
