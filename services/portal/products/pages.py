"""The catalogue for the provider's staff: the list, a product, withdrawing it and offering it again."""

from collections.abc import Sequence
from typing import get_args
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.audit.things import read_thing
from services.portal.browser import browser_of
from services.portal.clients.billing import Plan
from services.portal.clients.catalogue import CatalogueFilter, CatalogueProduct, CatalogueSummary, ProductSummary
from services.portal.clients.http import Page
from services.portal.configuration import Property, fields_section
from services.portal.product_fields import labels_of
from services.portal.products.views import ProductPage, ProductsPage, Withdrawal
from services.portal.products.words import asked, counted, needed, related
from services.portal.rendering import page, see_other
from services.portal.viewer import InWorkspace, Section, Viewer, section
from shared.language import gettext as _

router = APIRouter()

PATH = "/provider/{slug}/products"
PERMISSION = "catalogue.edit"


def products_path(viewer: Viewer, product_key: str = "") -> str:
    return PATH.format(slug=viewer.workspace.slug) + (f"/{product_key}" if product_key else "")


@router.get(PATH)
async def products(request: Request, viewer: InWorkspace, cursor: str = "", state: str = "") -> Response:
    wanted: CatalogueFilter = next((each for each in get_args(CatalogueFilter) if each == state), "")
    found = await _listed(viewer, wanted, cursor)
    shown: Sequence[ProductSummary] = found.content.items if found.content else []
    plans = await read_plans(viewer, [product.id for product in shown])
    offered: dict[UUID, list[Plan]] = {}
    for plan in plans.content or ():
        offered.setdefault(plan.product_id, []).append(plan)
    rows = [(product, offered.get(product.id, [])) for product in shown]
    keeps = viewer.may(PERMISSION)
    return page(request, ProductsPage(found, plans, rows, cursor, wanted, products_path(viewer), keeps))


async def _listed(
    viewer: Viewer, state: CatalogueFilter, cursor: str
) -> Section[Page[CatalogueSummary]] | Section[Page[ProductSummary]]:
    """With their states for those who keep the catalogue; for others what can be ordered."""
    provisioning = viewer.services.provisioning
    if viewer.may(PERMISSION):
        return await section(viewer, PERMISSION, lambda: provisioning.catalogue(state=state, cursor=cursor))
    return await section(viewer, "service.view", lambda: provisioning.products(cursor=cursor))


async def read_plans(viewer: Viewer, product_ids: Sequence[UUID]) -> Section[list[Plan]]:
    return await section(viewer, "money.view", lambda: viewer.services.billing.plans(product_ids))


@router.get(PATH + "/{product_key}")
async def product(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    found = await viewer.services.provisioning.catalogue_product(product_key)
    plans = await section(viewer, PERMISSION, lambda: viewer.services.billing.plan_histories(found.id))
    thing = await read_thing(viewer, PERMISSION, found.id, lambda: _known(found))
    fields = fields_section(request, found)
    about = Section("ready", asked(fields.value)) if fields.ready else Section[list[Property]](fields.state)
    path = products_path(viewer, found.key)
    labels = labels_of(fields.value if fields.ready else ())
    shown = ProductPage(found, about, counted(found), needed(found), related(found), plans, labels, thing.history, path)
    return page(request, shown)


async def _known(product: CatalogueProduct) -> CatalogueProduct:
    return product


@router.get(PATH + "/{product_key}/withdraw")
async def ask_to_withdraw(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    """Names the effect before anything happens."""
    found = await viewer.services.provisioning.catalogue_product(product_key)
    return page(request, Withdrawal(found, products_path(viewer, found.key)))


@router.post(PATH + "/{product_key}/withdraw")
async def withdraw(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    await viewer.services.provisioning.withdraw_product(product_key)
    browser_of(request).say(_("The product is withdrawn. It cannot be ordered any more."))
    return see_other(products_path(viewer, product_key))


@router.post(PATH + "/{product_key}/offer")
async def offer(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    await viewer.services.provisioning.offer_product(product_key)
    browser_of(request).say(_("The product can be ordered again."))
    return see_other(products_path(viewer, product_key))
