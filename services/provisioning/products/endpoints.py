from collections.abc import Sequence

from services.provisioning.products import service
from services.provisioning.products.models import Product
from services.provisioning.products.schemas import ProductCreate, ProductRead, ProductUpdate
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session
from shared.idempotency import Once

router = Router("provisioning", "products")


@router.get("", guard=allow("service.view"), response_model=list[ProductRead])
async def list_products(session: Session) -> Sequence[Product]:
    """All products of the catalogue."""
    return await service.list_products(session)


@router.get("/{key}", guard=allow("service.view"), response_model=ProductRead)
async def get_product(key: str, session: Session) -> Product:
    """One product, with the JSON Schema (2020-12) of its configuration."""
    return await service.get_product(session, key)


@router.post("", guard=allow("catalogue.edit"), status_code=201)
async def publish_product(
    body: ProductCreate, session: Session, access: CurrentAccess, now: Now, once: Once
) -> ProductRead:
    """Add a product to the catalogue."""

    async def publish() -> Product:
        return await service.publish_product(session, body, provider_id=access.workspace_id, now=now)

    return await once(body, ProductRead, publish)


@router.put("/{key}", guard=allow("catalogue.edit"), response_model=ProductRead)
async def change_product(key: str, body: ProductUpdate, session: Session, access: CurrentAccess) -> Product:
    """Change a product. Its kind, driver and counting rule cannot change, because existing services depend on them."""
    return await service.change_product(session, key, body, provider_id=access.workspace_id)
