from fastapi import Response

from services.provisioning.products import listing, service
from services.provisioning.products.brings import PartsNotUsable
from services.provisioning.products.configuration_schema import SchemaNotUsable
from services.provisioning.products.models import Product
from services.provisioning.products.needs import NeedsNotUsable
from services.provisioning.products.schemas import (
    BroughtRead,
    ProductCreate,
    ProductRead,
    ProductSummaryRead,
    ProductUpdate,
)
from services.provisioning.products.service import DriverNotUsable, ProductKeyTaken
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session
from shared.idempotency import Once
from shared.pages import Cursor, Limit, Page, json_response, page_response
from shared.reads import Reader

router = Router("provisioning", "products")


@router.get("", guard=allow("service.view"), response_model=Page[ProductSummaryRead])
async def list_products(read: Reader, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The products that can be ordered, by name."""
    rows = await listing.list_products(read, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("display_name", "id"))


@router.get("/{key}", guard=allow("service.view"), response_model=ProductRead)
async def get_product(key: str, read: Reader) -> Response:
    """One product, also one that was withdrawn, with the JSON Schema (2020-12) of its configuration."""
    return json_response(await listing.read_product(read, key))


@router.get("/{key}/brought", guard=allow("service.view"), response_model=list[BroughtRead])
async def list_brought(key: str, read: Reader) -> Response:
    """What is ordered along with a product, with the plans by which it is paid."""
    return json_response(await listing.read_brought(read, key))


@router.post(
    "",
    guard=allow("catalogue.edit"),
    status_code=201,
    problems=(ProductKeyTaken, SchemaNotUsable, NeedsNotUsable, DriverNotUsable, PartsNotUsable),
)
async def publish_product(
    body: ProductCreate, session: Session, access: CurrentAccess, now: Now, once: Once
) -> ProductRead:
    """Add a product to the catalogue."""

    async def publish() -> Product:
        return await service.publish_product(session, body, provider_id=access.workspace_id, now=now)

    return await once(body, ProductRead, publish)


@router.put(
    "/{key}",
    guard=allow("catalogue.edit"),
    response_model=ProductRead,
    problems=(SchemaNotUsable, NeedsNotUsable, DriverNotUsable, PartsNotUsable),
)
async def change_product(key: str, body: ProductUpdate, session: Session, access: CurrentAccess) -> Product:
    """Change a product. Its kind, driver and counting rule cannot change, because existing services depend on them."""
    return await service.change_product(session, key, body, provider_id=access.workspace_id)
