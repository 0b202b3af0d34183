"""For whoever keeps the process running."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

router = APIRouter()


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """Ready without its services: a page that says which one is down is better than none. Not without its style."""
    if request.app.state.static_files.complete:
        return JSONResponse({"status": "ok"})
    return JSONResponse({"status": "assets are missing: python -m services.portal.assets"}, 503)
