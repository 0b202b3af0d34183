"""The lines of a draft: choosing a product, configuring and pricing it as an order would be, and changing or removing
what is drafted."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.numbers import get_currency_precision
from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.billing.amounts import WRITTEN
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.billing import Plan
from services.portal.clients.ordering import Wanted
from services.portal.clients.quotes import DraftLine, QuoteDraft, SellersQuote
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.orders.offers import Offer, read_offer
from services.portal.product_fields import PREFIX, text_of
from services.portal.quotes.staff_pages import ONE, path_of, put_draft
from services.portal.quotes.views import ChangeDraftLine, ChooseProduct, DraftLineForm
from services.portal.rendering import back_with, page, see_other
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()
NEW = ONE + "/lines/new"
LINE = ONE + "/lines/{position}"
CHARGED = "charged."
"""Begins the names of the entries for what is charged for the configuration."""


@router.get(NEW)
async def choose(request: Request, viewer: InWorkspace, quote_id: UUID, cursor: str = "") -> Response:
    found = await viewer.services.billing.sellers_quote(quote_id)
    products = await section(viewer, "service.view", lambda: viewer.services.provisioning.products(cursor=cursor))
    return page(request, ChooseProduct(path_of(viewer, quote_id), found, products, cursor))


@router.get(NEW + "/{product_key}")
async def configure(request: Request, viewer: InWorkspace, quote_id: UUID, product_key: str) -> Response:
    """Begins with what the customer has configured, where that is of this product."""
    found = await viewer.services.billing.sellers_quote(quote_id)
    offer = await read_offer(request, viewer, product_key)
    return _form(request, viewer, found, offer, Form(_wished(found, offer)))


def _wished(quote: SellersQuote, offer: Offer) -> dict[str, str]:
    wished = quote.wished
    if wished is None or wished.plan_version_id not in {plan.plan_version_id for plan in offer.plans.content or ()}:
        return {}
    entries = {f"{PREFIX}{name}": text_of(value) for name, value in wished.configuration.items()}
    return entries | {"plan_version_id": str(wished.plan_version_id), "quantity": str(wished.quantity)}


@router.post(NEW + "/{product_key}")
async def add(request: Request, viewer: InWorkspace, quote_id: UUID, product_key: str) -> Response:
    """What an order would be refused for refuses it here."""
    form = await read_form(request)
    found = await viewer.services.billing.sellers_quote(quote_id)
    offer = await read_offer(request, viewer, product_key)
    wanted, plan = offer.wanted(form), offer.plan(form)
    if isinstance(wanted, Form):
        return _form(request, viewer, found, offer, wanted, 422)
    prices = _prices(form, found.currency, plan.field_prices if plan else ())
    if isinstance(prices, Form):
        return _form(request, viewer, found, offer, prices, 422)
    wanted.bill_group_id = found.bill_group_id
    line = _line(wanted, offer, prices)
    stored = [each.model_dump(mode="json") for each in (found.draft or QuoteDraft()).lines]
    try:
        await viewer.services.provisioning.check_order_of(found.workspace_id, wanted)
        await put_draft(viewer, found, form, lines=[*stored, line])
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        return _form(request, viewer, found, offer, form.refused(refusal), refusal.status)
    browser_of(request).say(_("The line is added to the draft."))
    return see_other(path_of(viewer, quote_id))


def _line(wanted: Wanted, offer: Offer, prices: dict[str, Any]) -> dict[str, Any]:
    named = wanted.display_name or offer.product.display_name
    kept = wanted.model_dump(mode="json", include={"plan_version_id", "configuration", "quantity"})
    return kept | {"display_name": named} | prices


def _prices(form: Form, currency: str, charged: Sequence[str] | dict[str, int]) -> dict[str, Any] | Form:
    """What was entered as prices, or the form with what is wrong."""
    found: dict[str, Any] = {}
    for name in ("recurring", "one_off"):
        minor = _minor(form.value(name) or "0", currency)
        if minor is None:
            return form.objected(name, _("Enter an amount, such as 12.50."))
        found[f"{name}_minor"] = minor
    fields = {}
    for name in charged:
        minor = _minor(form.value(CHARGED + name) or "0", currency)
        if minor is None:
            return form.objected(CHARGED + name, _("Enter an amount, such as 12.50."))
        if minor:
            fields[name] = minor
    return found | {"field_prices": fields if charged else None, "term_months": None}


def _minor(written: str, currency: str) -> int | None:
    """As `amounts.minor_of`, also of nothing at all."""
    if not WRITTEN.fullmatch(written):
        return None
    minor = Decimal(written.replace(",", ".")) * 10 ** get_currency_precision(currency)
    return int(minor) if minor == int(minor) else None


def _form(
    request: Request, viewer: Viewer, quote: SellersQuote, offer: Offer, form: Form, status: int = 200
) -> Response:
    plans: list[Plan] = [plan for plan in offer.plans.content or () if plan.currency == quote.currency]
    names = dict.fromkeys(name for plan in plans for name in plan.field_prices)
    charged = [(CHARGED + name, offer.labels.get(name, name)) for name in names]
    return page(request, DraftLineForm(path_of(viewer, quote.id), quote, offer, form, plans, charged), status)


@router.get(LINE)
async def change(request: Request, viewer: InWorkspace, quote_id: UUID, position: int) -> Response:
    found = await viewer.services.billing.sellers_quote(quote_id)
    line = _at(found, position)
    if line is None:
        return see_other(path_of(viewer, quote_id))
    places = get_currency_precision(found.currency)
    values = {
        "display_name": line.display_name, "quantity": str(line.quantity),
        "recurring": _written(line.recurring_minor, places), "one_off": _written(line.one_off_minor, places),
    }  # fmt: skip
    return page(request, ChangeDraftLine(path_of(viewer, quote_id), found, position, Form(values)))


def _written(minor: int, places: int) -> str:
    return str(Decimal(minor).scaleb(-places))


def _at(quote: SellersQuote, position: int) -> DraftLine | None:
    lines = (quote.draft or QuoteDraft()).lines
    return lines[position] if 0 <= position < len(lines) else None


@router.post(LINE)
async def changed(request: Request, viewer: InWorkspace, quote_id: UUID, position: int) -> Response:
    """Another name, quantity or price. Another configuration is another line."""
    form = await read_form(request)
    found = await viewer.services.billing.sellers_quote(quote_id)
    line, prices = _at(found, position), _prices(form, found.currency, ())
    if line is None:
        return see_other(path_of(viewer, quote_id))
    entered = form.value("quantity", 1)
    if not isinstance(prices, Form) and not (entered.isascii() and entered.isdigit() and len(entered) < 5):
        prices = form.objected("quantity", _("Enter a whole number."))
    if isinstance(prices, Form):
        return page(request, ChangeDraftLine(path_of(viewer, quote_id), found, position, prices), 422)
    new = {name: prices[name] for name in ("recurring_minor", "one_off_minor")}
    new |= {"display_name": form.value("display_name"), "quantity": int(entered)}
    lines = [each.model_dump(mode="json") for each in (found.draft or QuoteDraft()).lines]
    lines[position] |= new
    try:
        await put_draft(viewer, found, form, lines=lines)
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        shown = ChangeDraftLine(path_of(viewer, quote_id), found, position, _at_fields(form, refusal, position))
        return page(request, shown, refusal.status)
    browser_of(request).say(_("The draft is saved."))
    return see_other(path_of(viewer, quote_id))


def _at_fields(form: Form, refusal: Refused, position: int) -> Form:
    """What is wrong with the line at the fields of its form."""
    prefix = f"lines.{position}."
    refused = form.refused(refusal)
    errors = {name.removeprefix(prefix).removesuffix("_minor"): text for name, text in refused.errors.items()}
    return Form(form.values, errors, None if errors else refused.message)


@router.post(LINE + "/remove")
async def remove(request: Request, viewer: InWorkspace, quote_id: UUID, position: int) -> Response:
    form = await read_form(request)
    found = await viewer.services.billing.sellers_quote(quote_id)
    lines = [each.model_dump(mode="json") for each in (found.draft or QuoteDraft()).lines]
    try:
        await put_draft(viewer, found, form, lines=[each for at, each in enumerate(lines) if at != position])
    except Refused as refusal:
        return back_with(request, refusal, path_of(viewer, quote_id), 409)
    browser_of(request).say(_("The line is removed from the draft."))
    return see_other(path_of(viewer, quote_id))
