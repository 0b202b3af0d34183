"""Whether a service can become part of another one: as an add-on that is ordered for it, or as what comes along."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.bill_groups.service import BillGroupDoesNotFit
from services.provisioning.operations.refusals import ServiceNotActive
from services.provisioning.orders.part_refusals import (
    AddOnDoesNotFit,
    AddOnOfNothing,
    BroughtNotOrderable,
    BroughtOtherwise,
    TooManyParts,
)
from services.provisioning.orders.refusals import ServiceEnding
from services.provisioning.orders.schemas import OrderCreate
from services.provisioning.parts.service import MOST, count_parts
from services.provisioning.placements.service import check_room
from services.provisioning.plans.models import PlanVersion
from services.provisioning.plans.service import find_offered_by_name
from services.provisioning.products.brings import configured
from services.provisioning.products.configuration import ConfigurationNotValid, ProductNotUsable, check_configuration
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from services.provisioning.states import ServiceState
from shared.field_errors import field_error


@dataclass(frozen=True, slots=True)
class Brought:
    """What comes along with an order."""

    product: Product
    plan: PlanVersion
    configuration: dict[str, Any]
    quantity: int


async def check_whole(session: AsyncSession, body: OrderCreate) -> Service | None:
    """The locked service that an add-on is ordered for, before its product is looked at. Raises `AddOnOfNothing`,
    `ServiceNotActive`, `ServiceEnding`, `TooManyParts` or `BillGroupDoesNotFit`."""
    if body.whole_id is None:
        return None
    whole = await session.get(Service, body.whole_id, with_for_update=True, populate_existing=True)
    if whole is None:
        errors = [field_error("/part_of", "not_offered", "is not a service of this workspace")]
        raise AddOnOfNothing("Choose one of the workspace's services.", errors=errors)
    if whole.state != ServiceState.active or whole.suspended_for:
        state = ServiceState.suspended if whole.suspended_for else whole.state
        raise ServiceNotActive(f"The service is {state}.", state=state)
    if whole.cancelled_by:
        raise ServiceEnding("The service is cancelled. Undo that first.")
    if await count_parts(session, whole.id) >= MOST:
        raise TooManyParts(f"A service has at most {MOST} parts.")
    if body.bill_group_id not in (None, whole.bill_group_id):
        errors = [field_error("/bill_group_id", "does_not_fit", "is not the one that pays for the service")]
        raise BillGroupDoesNotFit("An add-on is paid by the bill group of its service.", errors=errors)
    return whole


async def check_fits(session: AsyncSession, product: Product, whole: Service | None) -> None:
    """Raises `AddOnOfNothing` or `AddOnDoesNotFit`."""
    if whole is None:
        if product.add_on_to:
            errors = [field_error("/product_id", "not_offered", "is an add-on, which is ordered for a service")]
            raise AddOnOfNothing(f"{product.display_name} is ordered for a service.", errors=errors)
        return
    of = await session.get_one(Product, whole.product_id)
    if whole.part_of is not None or of.key not in product.add_on_to:
        errors = [field_error("/part_of", "does_not_fit", "is not a service that this can be added to")]
        raise AddOnDoesNotFit(f"{product.display_name} is no add-on to {of.display_name}.", errors=errors)


async def check_brought(
    session: AsyncSession, product: Product, body: OrderCreate, currency: str | None
) -> Sequence[Brought]:
    """What comes along with an order that fits its product. Raises `BroughtNotOrderable`, `BroughtOtherwise`,
    `ConfigurationNotValid` for what is wrong with copied fields, and `NoRoom`."""
    found = [await _newest(session, brings, body, currency) for brings in product.brings]
    if [each.plan.id for each in found] != body.brought_plan_version_ids:
        raise BroughtOtherwise("Look at what comes along and at its price, and order again.")
    return found


async def check_agreed_brought(session: AsyncSession, product: Product, body: OrderCreate) -> Sequence[Brought]:
    """As `check_brought`, at prices that are agreed, whether or not they are still offered. Raises `BroughtOtherwise`
    if other products come along by now."""
    plans = [await session.get_one(PlanVersion, each) for each in body.brought_plan_version_ids]
    products = [await _lock(session, brings) for brings in product.brings]
    if [plan.product_id for plan in plans] != [each.id for each in products]:
        raise BroughtOtherwise("Other products come along than when it was ordered.")
    along = zip(product.brings, products, plans, strict=True)
    return [await _possible(session, brings, body, each, plan) for brings, each, plan in along]


async def _lock(session: AsyncSession, brings: dict[str, Any]) -> Product:
    locked = select(Product).where(Product.key == brings["product"]).with_for_update(read=True)
    return (await session.scalars(locked)).one()


async def _newest(session: AsyncSession, brings: dict[str, Any], body: OrderCreate, currency: str | None) -> Brought:
    """What comes along at its price of now."""
    product = await _lock(session, brings)
    if not product.is_offered:
        raise BroughtNotOrderable(f"{product.display_name} comes along, and was withdrawn.")
    plan = await find_offered_by_name(session, product.id, brings["plans"], currency)
    if plan is None:
        raise BroughtNotOrderable(f"{product.display_name} comes along, and has no plan in {currency}.")
    return await _possible(session, brings, body, product, plan)


async def _possible(
    session: AsyncSession, brings: dict[str, Any], body: OrderCreate, product: Product, plan: PlanVersion
) -> Brought:
    """Raises what refuses a locked product that comes along, whatever it costs."""
    quantity = brings["quantity"] * body.quantity
    if quantity > product.max_quantity:
        errors = [field_error("/quantity", "too_large", "is too many for what comes along", _most(product, brings))]
        raise ConfigurationNotValid(f"At most {product.max_quantity} of {product.display_name}.", errors=errors)
    configuration = configured(brings, body.configuration)
    _check_configuration(product, brings, configuration, plan)
    await check_room(session, product, configuration, quantity, None)
    return Brought(product, plan, configuration, quantity)


def _most(product: Product, brings: dict[str, Any]) -> int:
    return int(product.max_quantity // brings["quantity"])


def _check_configuration(
    product: Product, brings: dict[str, Any], configuration: dict[str, Any], plan: PlanVersion
) -> None:
    """What is wrong with a copied field is said of the field that it was copied from."""
    try:
        check_configuration(product.configuration_schema, configuration, plan.terms, plan.priced_fields)
    except ProductNotUsable as refusal:
        raise BroughtNotOrderable(f"{product.display_name} comes along. {refusal.detail}") from None
    except ConfigurationNotValid as refusal:
        from_where = {f"/configuration/{name}": f"/configuration/{source}" for name, source in brings["copied"].items()}
        errors: list[dict[str, Any]] = refusal.extra["errors"]
        known = [each | {"pointer": from_where[each["pointer"]]} for each in errors if each["pointer"] in from_where]
        if len(known) < len(errors):
            raise BroughtNotOrderable(
                f"{product.display_name} comes along, and cannot be configured so. Ask support."
            ) from None
        raise ConfigurationNotValid("Correct the entries named in errors.", errors=known) from None
