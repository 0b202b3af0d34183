from fastapi import Response

from services.provisioning.catalogue import listing, service
from services.provisioning.catalogue.schemas import (
    CatalogueProductRead,
    CatalogueState,
    CatalogueSummaryRead,
    ProductStateRead,
)
from services.provisioning.products.models import Product
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session
from shared.pages import Cursor, Limit, Page, json_response, page_response
from shared.reads import Reader

router = Router("provisioning", "catalogue")


@router.get("", guard=allow("catalogue.edit"), response_model=Page[CatalogueSummaryRead])
async def list_catalogue(
    read: Reader, state: CatalogueState | None = None, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """The products for staff, by name, with their state. Without ``state``: all but retired ones."""
    rows = await listing.list_catalogue(read, state=state, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("display_name", "id"))


@router.get("/{key}", guard=allow("catalogue.edit"), response_model=CatalogueProductRead)
async def get_catalogue_product(key: str, read: Reader) -> Response:
    """All of one product, with its driver and how many services there are of it."""
    return json_response(await listing.read_catalogue_product(read, key))


@router.post("/{key}/withdraw", guard=allow("catalogue.edit"), response_model=ProductStateRead)
async def withdraw_product(key: str, session: Session, access: CurrentAccess, now: Now) -> Product:
    """Offer a product no more. Services and orders that exist go on. Changes nothing if it was withdrawn already."""
    return await service.withdraw_product(session, key, provider_id=access.workspace_id, now=now)


@router.post("/{key}/offer", guard=allow("catalogue.edit"), response_model=ProductStateRead)
async def offer_product(key: str, session: Session, access: CurrentAccess) -> Product:
    """Offer a withdrawn product again. Changes nothing if it is offered."""
    return await service.offer_product(session, key, provider_id=access.workspace_id)
