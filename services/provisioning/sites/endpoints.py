from fastapi import Response

from services.provisioning.sites import service
from services.provisioning.sites.models import Site
from services.provisioning.sites.schemas import SiteCreate, SiteRead, SiteUpdate
from services.provisioning.sites.service import SiteKeyTaken
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.idempotency import Once
from shared.pages import Cursor, Limit, Page, json_response, page_response
from shared.reads import Reader

router = Router("provisioning", "sites")


@router.get("", guard=allow("service.view"), response_model=Page[SiteRead])
async def list_sites(read: Reader, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The sites where services run, by name."""
    rows = await service.list_sites(read, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("display_name", "id"))


@router.get("/{key}", guard=allow("service.view"), response_model=SiteRead)
async def get_site(key: str, read: Reader) -> Response:
    """One site: what it is called, and where it is."""
    return json_response(await service.read_site(read, key))


@router.post("", guard=allow("infrastructure.manage"), status_code=201, problems=(SiteKeyTaken,))
async def add_site(body: SiteCreate, session: Session, access: CurrentAccess, once: Once) -> SiteRead:
    """Add a site. Services run there once it has a host."""

    async def add() -> Site:
        return await service.add_site(session, body, provider_id=access.workspace_id)

    return await once(body, SiteRead, add)


@router.put("/{key}", guard=allow("infrastructure.manage"), response_model=SiteRead)
async def change_site(key: str, body: SiteUpdate, session: Session, access: CurrentAccess) -> Site:
    """Change what a site is called and where it is."""
    return await service.change_site(session, key, body, provider_id=access.workspace_id)
