"""Health checks for operators."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

router = APIRouter()


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Whether the process is alive."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """Ready also while services are down, since pages say which one is; not ready without the front-end files, or once
    the process was told to stop."""
    if getattr(request.app.state, "leaving", False):
        return JSONResponse({"status": "this process stops"}, 503)
    if request.app.state.static_files.complete:
        return JSONResponse({"status": "ok"})
    return JSONResponse({"status": "assets are missing: python -m services.portal.assets"}, 503)
