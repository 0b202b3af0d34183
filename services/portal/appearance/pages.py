"""/brand.css, and light or dark."""

from fastapi import APIRouter, Request, Response

from services.portal.errors import see_other
from services.portal.forms import read_form
from services.portal.runtime import runtime_of
from services.portal.security import local_path
from services.portal.vocabulary import THEMES

router = APIRouter()

YEAR_SECONDS = 365 * 24 * 3600


@router.get("/brand.css")
async def brand_css(request: Request) -> Response:
    return Response(
        runtime_of(request).brand.css(), media_type="text/css", headers={"Cache-Control": "public, max-age=300"}
    )


@router.post("/theme")
async def choose_theme(request: Request) -> Response:
    """Light, dark, or as the system says: a plain cookie, so that the page already comes in the right theme."""
    form = await read_form(request)
    response = see_other(local_path(form.value("return_to")))
    theme = form.value("theme")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=YEAR_SECONDS, secure=True, httponly=True, samesite="lax")
    return response
