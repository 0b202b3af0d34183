"""How products belong together: what an add-on is added to, and what a product brings along."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.plans.models import PlanVersion
from services.provisioning.products.configuration import ConfigurationNotValid, ProductNotUsable, check_configuration
from services.provisioning.products.documents import Document
from services.provisioning.products.models import Product
from shared.errors import Invalid
from shared.field_errors import Code, field_error
from shared.one_at_a_time import one_at_a_time
from shared.schemas import Body, Name

ProductKey = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
FieldName = Annotated[str, Field(min_length=1, max_length=300)]
MOST_BROUGHT, MOST_WHOLES, MOST_PLANS = 5, 20, 10
TURN = "how products belong together"
UNCERTAIN = {"against_a_rule", "does_not_fit"}
"""What rules between fields say while some of them are not known yet."""


def _each_once(keys: list[str]) -> list[str]:
    if len(set(keys)) < len(keys):
        raise PydanticCustomError("only_one", "must name each product once")
    return keys


Wholes = Annotated[list[ProductKey], Field(max_length=MOST_WHOLES), AfterValidator(_each_once)]


class Brings(Body):
    """A product that is ordered along with another one, as a service of its own that is part of it."""

    product: ProductKey
    """The key of the product that comes along. It brings nothing itself."""
    plans: Annotated[list[Name], Field(min_length=1, max_length=MOST_PLANS)]
    """The names of its plans by which it is paid: the first one in the currency of the order."""
    configuration: Document = Field(default_factory=dict)
    """What is always configured."""
    copied: Annotated[dict[FieldName, FieldName], Field(max_length=100)] = Field(default_factory=dict)
    """Fields of its configuration, each with the field of the bringing product's configuration that says its value."""
    quantity: int = Field(1, ge=1, le=100)
    """How many of it come along with each one that is ordered."""


class PartsNotUsable(Invalid):
    """The products cannot belong together like this: each has to be in the catalogue, parts have no parts themselves,
    and what comes along needs plans of its own and a configuration that fits its product."""

    title = "The products cannot belong together like this"


def configured(brings: Mapping[str, Any], configuration: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration of what comes along with a service of this ``configuration``."""
    copied = {name: configuration[source] for name, source in brings["copied"].items() if source in configuration}
    return {**brings["configuration"], **copied}


async def check_relations(
    session: AsyncSession, key: str, schema: Mapping[str, Any], add_on_to: Sequence[str], brings: Sequence[Brings]
) -> None:
    """Raise `PartsNotUsable` for a product of this ``key`` that could not belong to others like this. Products are
    published one after the other, so that two cannot make a circle together."""
    await one_at_a_time(session, TURN)
    named = {*add_on_to, *(each.product for each in brings)}
    found = {each.key: each for each in await session.scalars(select(Product).where(Product.key.in_(named)))}
    errors = [
        error
        for n, each in enumerate(add_on_to)
        if (error := _whole_error(f"/add_on_to/{n}", key, found.get(each))) is not None
    ]
    if add_on_to and await session.scalar(select(Product.id).where(Product.add_on_to.contains([key])).limit(1)):
        errors.append(_error("/add_on_to", "does_not_fit", "cannot be, because it has add-ons itself"))
    if brings and add_on_to:
        errors.append(_error("/brings", "does_not_fit", "must be empty, because an add-on brings nothing"))
    elif brings and await session.scalar(_bringing(key).limit(1)):
        errors.append(_error("/brings", "does_not_fit", "must be empty, because it comes along with another product"))
    for n, each in enumerate(brings):
        errors += await _brought_errors(session, f"/brings/{n}", key, schema, each, found.get(each.product))
    if errors:
        raise PartsNotUsable("Correct which products belong together, and publish again.", errors=errors[:50])


def _bringing(key: str) -> Any:
    return select(Product.display_name).where(Product.brings.contains([{"product": key}]))


def _error(pointer: str, code: Code, detail: str) -> dict[str, Any]:
    return field_error(pointer, code, detail)


def _whole_error(pointer: str, key: str, whole: Product | None) -> dict[str, Any] | None:
    if whole is None or whole.key == key:
        return _error(pointer, "not_offered", "is not another product of the catalogue")
    if whole.add_on_to:
        return _error(pointer, "does_not_fit", "is an add-on itself")
    return None


async def _brought_errors(
    session: AsyncSession, at: str, key: str, schema: Mapping[str, Any], brings: Brings, product: Product | None
) -> list[dict[str, Any]]:
    if product is None or product.key == key:
        return [_error(f"{at}/product", "not_offered", "is not another product of the catalogue")]
    if product.brings:
        return [_error(f"{at}/product", "does_not_fit", "brings others itself")]
    of_all = PlanVersion.product_id == product.id, PlanVersion.offered_to.is_(None)
    plans = set(await session.scalars(select(PlanVersion.display_name).where(*of_all)))
    errors = [
        _error(f"{at}/plans/{n}", "not_offered", "is not a plan of this product")
        for n, name in enumerate(brings.plans)
        if name not in plans
    ]
    if brings.quantity > product.max_quantity:
        errors.append(field_error(f"{at}/quantity", "too_large", "is too many", product.max_quantity))
    return errors + _copied_errors(at, schema, brings, product) + _configuration_errors(at, brings, product)


def _copied_errors(at: str, schema: Mapping[str, Any], brings: Brings, product: Product) -> list[dict[str, Any]]:
    theirs, required = product.configuration_schema.get("properties", {}), product.configuration_schema.get("required")
    errors = []
    for name, source in brings.copied.items():
        pointer = f"{at}/copied/{name.replace('~', '~0').replace('/', '~1')}"
        if name not in theirs:
            errors.append(_error(pointer, "unknown_field", "is not a field of the product that comes along"))
        elif source not in schema.get("properties", {}):
            errors.append(_error(pointer, "unknown_field", "names no field of this product"))
        elif name in (required or ()) and source not in schema.get("required", ()) and name not in brings.configuration:
            errors.append(_error(pointer, "required", "has to be a field that orders always fill in"))
    return errors


def _configuration_errors(at: str, brings: Brings, product: Product) -> list[dict[str, Any]]:
    """What is wrong with what is fixed, whatever is copied. Orders are checked as a whole."""
    try:
        check_configuration(product.configuration_schema, brings.configuration)
    except ProductNotUsable:
        return [_error(f"{at}/product", "does_not_fit", "cannot be configured; publish it again first")]
    except ConfigurationNotValid as refusal:
        copied = {f"/configuration/{name}" for name in brings.copied}
        return [
            error | {"pointer": at + error["pointer"]}
            for error in refusal.extra["errors"]
            if error["pointer"] not in copied and not (copied and error["code"] in UNCERTAIN)
        ]
    return []
