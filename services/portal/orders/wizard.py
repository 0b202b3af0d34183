"""Ordering in three pages: product, configuration, review. The server stores nothing between them: the form carries the
entries, also back."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused, ServiceDown
from services.portal.clients.billing import Plan
from services.portal.clients.provisioning import Product
from services.portal.configuration import configuration_of, describe, fields_of
from services.portal.errors import see_other
from services.portal.forms import Form, read_form
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, Section, Viewer, section

router = APIRouter()


@router.get("/w/{slug}/orders/new")
async def catalogue(request: Request, viewer: InWorkspace) -> Response:
    products = await section(viewer, "service.view", viewer.services.provisioning.products)
    return page(request, "pages/orders/catalogue.html", products=products)


@router.get("/w/{slug}/orders/new/{product_key}")
async def configure(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    product, plans = await _offer(viewer, product_key)
    return _configure(request, product, plans, Form())


@router.post("/w/{slug}/orders/new/{product_key}")
async def order(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    """One form with three buttons: back to the configuration, on to the review, place the order."""
    form = await read_form(request)
    product, plans = await _offer(viewer, product_key)
    if not plans.ready:
        return _configure(request, product, plans, form, 503 if plans.state == "down" else 403)
    step = form.value("step", "review")
    plan = next((each for each in plans.value if str(each.plan_version_id) == form.value("plan_version_id")), None)
    if step == "configure" or plan is None:
        form = form if step == "configure" else form.objected("plan_version_id", "Choose a plan.")
        return _configure(request, product, plans, form, 422 if form.failed else 200)
    if step == "place":
        return await _place(request, viewer, product, plans, plan, form)
    return _review(request, product, plan, form)


async def _place(
    request: Request, viewer: Viewer, product: Product, plans: Section[list[Plan]], plan: Plan, form: Form
) -> Response:
    try:
        placed = await viewer.services.provisioning.place_order(
            product_id=product.id,
            plan_version_id=plan.plan_version_id,
            configuration=configuration_of(form, product.configuration_schema),
            display_name=form.value("display_name") or None,
            key=form.key,
        )
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        return _configure(request, product, plans, form.refused(refusal), refusal.status)
    except ServiceDown:
        # With the same key: if the order was placed after all, sending the form again finds it.
        kept = Form(form.values, message="The order could not be confirmed. Send it again; it is placed once only.",
                    key=form.key)  # fmt: skip
        return _review(request, product, plan, kept, 503)
    browser_of(request).say(f"Order {placed.number} is placed.")
    return see_other(viewer.path(f"orders/{placed.id}"))


async def _offer(viewer: Viewer, product_key: str) -> tuple[Product, Section[list[Plan]]]:
    product = await viewer.services.provisioning.product(product_key)
    return product, await section(viewer, "money.view", lambda: viewer.services.billing.plans(product.id))


def _configure(
    request: Request, product: Product, plans: Section[list[Plan]], form: Form, status: int = 200
) -> Response:
    fields = fields_of(product.configuration_schema)
    return page(request, "pages/orders/configure.html", status, product=product, plans=plans, fields=fields, form=form)


def _review(request: Request, product: Product, plan: Plan, form: Form, status: int = 200) -> Response:
    configuration = describe(configuration_of(form, product.configuration_schema), product.configuration_schema)
    return page(
        request, "pages/orders/review.html", status, product=product, plan=plan, configuration=configuration, form=form
    )
