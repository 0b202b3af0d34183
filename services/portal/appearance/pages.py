"""The seller's colour and logo, and light or dark."""

import re
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from services.portal.brand import COLOR
from services.portal.browser import set_plain_cookie
from services.portal.forms import read_form
from services.portal.rendering import see_other
from services.portal.runtime import runtime_of, services_for
from services.portal.security import local_path
from services.portal.static_files import FOREVER
from services.portal.vocabulary import THEMES

router = APIRouter()

DIGEST = re.compile("[0-9a-f]{64}")


@router.get("/brand-sample.css")
async def brand_sample_css(request: Request, v: str = "") -> Response:
    """For a colour, which is all that it depends on; the portal's own without one."""
    own, color = runtime_of(request).brand, f"#{v.lower()}"
    brand = replace(own, color=color) if COLOR.fullmatch(color) else own
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(brand.preview_css(), media_type="text/css", headers=headers)


@router.get("/logo/{digest}.png")
async def logo(request: Request, digest: str) -> Response:
    """A seller's logo, which its address says the content of."""
    if not DIGEST.fullmatch(digest):
        raise HTTPException(404)
    async with services_for(request).identity.logo(digest) as answer:
        content = b"".join([piece async for piece in answer.pieces])
    return Response(content, media_type="image/png", headers={"Cache-Control": FOREVER})


@router.post("/theme")
async def choose_theme(request: Request) -> Response:
    """Light, dark, or as the system says: a plain cookie, so that the page already comes in the right theme."""
    form = await read_form(request)
    response = see_other(local_path(form.value("return_to")))
    theme = form.value("theme")
    if theme in THEMES:
        set_plain_cookie(response, "theme", theme)
    return response
