"""Styles, scripts, fonts and icons, served from memory under names with a content hash, so that browsers cache them."""

import gzip
import hashlib
import json
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response

log = structlog.get_logger()

ROOT = Path(__file__).parent / "static"
VENDOR = ROOT / "vendor"
STYLES = ROOT / "css"
COMPRESSIBLE = {".css", ".js", ".svg"}
COMMENT = re.compile(rb"/\*.*?\*/\s*", re.DOTALL)
"""A seventh of our style sheet, which the first paint would wait for."""
FOREVER = "public, max-age=31536000, immutable"

router = APIRouter()


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    compressed: bytes | None
    media_type: str


@cache
def vendor_names() -> dict[str, str]:
    """The third-party files' names with a hash, by their own."""
    manifest = VENDOR / "manifest.json"
    found: dict[str, str] = json.loads(manifest.read_text())["files"] if manifest.is_file() else {}
    return found


def vendor_url(name: str) -> str:
    return f"/static/{vendor_names().get(name, name)}"


class StaticFiles:
    """Our own files, and the third-party ones that `python -m services.portal.assets` puts into static/vendor."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}
        self._names: dict[str, str] = {}
        self._add_vendor()
        # The layers' order first. After that no rule depends on the order of the files.
        styles = [STYLES / "layers.css", *sorted(STYLES.glob("*/*.css"))]
        css = b"\n".join(COMMENT.sub(b"", path.read_bytes()) for path in styles)
        self._add("app.css", self._with_asset_urls(css))
        for path in [*(ROOT / "js").glob("*.js"), ROOT / "favicon.svg"]:
            self._add(path.name, path.read_bytes())

    @property
    def complete(self) -> bool:
        """Whether the third-party files are installed."""
        return "tabler.css" in self._names

    def url(self, name: str) -> str:
        return f"/static/{self._names.get(name, name)}"

    def text(self, name: str) -> str:
        """Empty for one that is not installed."""
        file = self.get(self._names.get(name, name))
        return file.content.decode() if file else ""

    def get(self, hashed_name: str) -> File | None:
        return self._files.get(hashed_name)

    def _add(self, name: str, content: bytes) -> None:
        stem, _, suffix = name.rpartition(".")
        self._keep(name, f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}.{suffix}", content)

    def _add_vendor(self) -> None:
        if not (names := vendor_names()):
            log.warning("assets.missing", fix="python -m services.portal.assets")
        for name, hashed in names.items():
            self._keep(name, hashed, (VENDOR / hashed).read_bytes())

    def _keep(self, name: str, hashed: str, content: bytes) -> None:
        suffix = Path(hashed).suffix
        ready_made = VENDOR / f"{hashed}.gz"
        compressed = None
        if suffix in COMPRESSIBLE:
            compressed = ready_made.read_bytes() if ready_made.is_file() else gzip.compress(content, 9, mtime=0)
        kind = mimetypes.guess_type(hashed)[0] or "application/octet-stream"
        self._files[hashed] = File(content, compressed, kind)
        self._names[name] = hashed

    def _with_asset_urls(self, css: bytes) -> bytes:
        """``url(asset:font.woff2)`` in our style sheet becomes the hashed name."""
        return re.sub(rb"asset:([\w.-]+)", lambda found: self.url(found[1].decode()).encode(), css)


@router.get("/static/{name}")
async def static_file(request: Request, name: str) -> Response:
    files: StaticFiles = request.app.state.static_files
    file = files.get(name)
    if file is None:
        return Response(status_code=404)
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    if file.compressed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.compressed, headers=headers | {"Content-Encoding": "gzip"}, media_type=file.media_type)
    return Response(file.content, headers=headers, media_type=file.media_type)
