import asyncio
from typing import Annotated

from fastapi import Path, Request, Response

from services.identity.branding import service
from services.identity.branding.images import NotALogo, make_logo
from services.identity.branding.schemas import BrandRead, BrandUpdate, ShownBrandRead
from services.identity.branding.shown import LOGO, brand_of, shown
from shared.auth import CurrentAccess, Router, allow, public
from shared.db import Session
from shared.errors import BodyTooLarge, NotFound
from shared.pages import json_response
from shared.reads import Pool

router = Router("identity", "branding")

PNG = {"type": "string", "format": "binary"}
MINUTE, FOREVER = "public, max-age=60", "public, max-age=31536000, immutable"
Hash = Annotated[str, Path(pattern="^[0-9a-f]{64}$", max_length=64, description="SHA-256 of the logo")]
_decoding = asyncio.Semaphore(1)
"""Decoding an image takes a processor and some memory: one at a time in each process."""


@router.get("", guard=allow("branding.edit"))
async def get_branding(access: CurrentAccess, session: Session) -> BrandRead:
    """What this workspace has said of its looks."""
    return service.read(await service.get_brand(session, access))


@router.put("", guard=allow("branding.edit"))
async def change_branding(body: BrandUpdate, access: CurrentAccess, session: Session) -> BrandRead:
    """Set name, colour, sender name and legal links, all at once. The logo stays as it is."""
    return service.read(await service.change_brand(session, access, body.model_dump()))


@router.put("/logo", guard=allow("branding.edit"), problems=(NotALogo, BodyTooLarge), openapi_extra={
    "requestBody": {"required": True, "content": {"application/octet-stream": {
        "schema": {"type": "string", "format": "binary"}}}},
})  # fmt: skip
async def change_logo(request: Request, access: CurrentAccess, session: Session) -> BrandRead:
    """Set the logo: the body is a PNG, JPEG or WebP image of 16 to 4,096 pixels on each side, whatever its content
    type says. It is made smaller and written anew as a PNG without metadata."""
    upload = await request.body()
    async with _decoding:
        logo = await asyncio.to_thread(make_logo, upload)
    return service.read(await service.change_logo(session, access, logo))


@router.delete("/logo", guard=allow("branding.edit"))
async def remove_logo(access: CurrentAccess, session: Session) -> BrandRead:
    """Take the logo away."""
    return service.read(await service.change_logo(session, access, None))


@router.get("/provider", guard=public("strangers see it on the sign-in page"), response_model=ShownBrandRead)
async def get_provider_brand(pool: Pool) -> Response:
    """The looks of the provider, for sign-in pages. All null before the installation has one."""
    return _cached(shown(await pool.fetchrow(brand_of("NULL::uuid"))))


@router.get("/logos/{hash}", guard=public("a logo is for everybody who sees a page or a mail"), problems=(NotFound,),
            response_class=Response, responses={200: {"content": {"image/png": {"schema": PNG}}}})  # fmt: skip
async def get_logo(hash: Hash, pool: Pool) -> Response:
    """A logo that is used now, by its hash. It never changes, and may be kept for a year."""
    logo = await pool.fetchval(LOGO, hash)
    if logo is None:
        raise NotFound("There is no such logo.")
    return Response(logo, media_type="image/png", headers={"Cache-Control": FOREVER})


def _cached(found: dict[str, object]) -> Response:
    response = json_response(found)
    response.headers["Cache-Control"] = MINUTE
    return response
