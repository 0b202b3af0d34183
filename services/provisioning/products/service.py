"""Publishing products of the catalogue."""

from datetime import datetime
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from services.provisioning.drivers import DRIVERS
from services.provisioning.products.brings import check_relations
from services.provisioning.products.configuration_schema import check_schema
from services.provisioning.products.models import Product
from services.provisioning.products.needs import check_needs
from services.provisioning.products.schemas import ProductCreate, ProductUpdate
from shared.errors import Conflict, Invalid, NotFound
from shared.events.provisioning import ProductPublished
from shared.field_errors import field_error, of_pydantic
from shared.outbox import emit

BILLING_DELAY_DAYS = {"port": 15}


class ProductKeyTaken(Conflict):
    """Another product has this key."""

    title = "The key is taken"


async def publish_product(session: AsyncSession, body: ProductCreate, *, provider_id: UUID, now: datetime) -> Product:
    """Add a product to the catalogue. Billing receives the event. Raises `ProductKeyTaken` and what
    `check_product` raises."""
    await check_product(session, body.key, body.driver, body)
    values = body.model_dump() | {"billing_delay_days": _billing_delay(body.kind, body), "published_at": now}
    made = insert(Product).values(values).on_conflict_do_nothing(index_elements=["key"]).returning(Product)
    product = (await session.scalars(made)).one_or_none()
    if product is None:
        raise ProductKeyTaken(f"There is a product {body.key!r} already; change that one, or choose another key.")
    await _publish(session, product, provider_id)
    return product


async def change_product(session: AsyncSession, key: str, body: ProductUpdate, *, provider_id: UUID) -> Product:
    """Change a product. Existing orders keep their configuration."""
    driver = await session.scalar(select(Product.driver).where(Product.key == key))
    if driver is None:
        raise NotFound(f"There is no product {key!r} in the catalogue.")
    await check_product(session, key, driver, body)
    product = (await session.scalars(select(Product).where(Product.key == key).with_for_update())).one()
    changes = body.model_dump() | {"billing_delay_days": _billing_delay(product.kind, body)}
    for name, value in changes.items():
        setattr(product, name, value)
    flag_modified(product, "configuration_schema")  # a schema with its fields in another order is equal to it
    product.version += 1
    await _publish(session, product, provider_id)
    return product


async def check_product(session: AsyncSession, key: str, driver: str, body: ProductUpdate) -> None:
    """Raises `SchemaNotUsable`, `NeedsNotUsable`, `DriverNotUsable` or `PartsNotUsable` for what could not be
    published."""
    check_schema(body.configuration_schema)
    check_needs(body.needs, body.configuration_schema)
    _check_driver(driver, body)
    await check_relations(session, key, body.configuration_schema, body.add_on_to, body.brings)


class DriverNotUsable(Invalid):
    """There is no such driver, or the options are not valid for it."""

    title = "The driver cannot be used like this"


def _check_driver(name: str, body: ProductUpdate) -> None:
    if name not in DRIVERS:
        errors = [field_error("/driver", "not_a_choice", f"must be one of: {', '.join(sorted(DRIVERS))}")]
        raise DriverNotUsable(f"There is no driver {name!r}.", errors=errors)
    try:
        DRIVERS[name].options.model_validate(body.driver_options)
    except ValidationError as error:
        errors = of_pydantic(error.errors(), "driver_options")
        raise DriverNotUsable(f"The driver {name!r} does not take these options.", errors=errors) from None


def _billing_delay(kind: str, body: ProductUpdate) -> int:
    return BILLING_DELAY_DAYS.get(kind, 0) if body.billing_delay_days is None else body.billing_delay_days


async def _publish(session: AsyncSession, product: Product, provider_id: UUID) -> None:
    published = ProductPublished.model_validate(
        {
            "workspace_id": provider_id,
            "subject_version": product.version,
            "product_id": product.id,
            "key": product.key,
            "display_name": product.display_name,
            "kind": product.kind,
            "billing_delay_days": product.billing_delay_days,
        }
    )
    await emit(session, published)
