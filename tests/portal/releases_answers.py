"""The fake API of provisioning for releases and downloads."""

import json
from typing import Any

import httpx

from tests.portal.answering import Reply, answers, problem, refused_fields
from tests.portal.business import PORT
from tests.portal.samples import at, ident, on

DIGEST = "ab12" * 16
FILE = {"id": ident("file-1"), "name": "console-2.1.tar.gz", "state": "ready", "size": 1_234_567, "sha256": DIGEST,
        "downloads": 3}  # fmt: skip
RELEASE = {
    "id": ident("release-1"), "product_id": PORT["id"], "version": "2.1", "released_on": on(-20), "notes": "Faster.",
    "state": "published", "published_at": at(days=19), "withdrawn_at": None, "withdrawn_for": None, "downloads": 3,
    "revision": 3, "files": [FILE],
}  # fmt: skip
PLACED = {"items": [{"name": "appliance.img", "size": 9_000_000_000}], "upload_bytes": 500_000_000}
SUMMARY = ("id", "version", "released_on", "state", "published_at", "withdrawn_at", "downloads", "revision")
LINK = "/api/provisioning/downloads/a-link-of-minutes"


def offered(version: str, days: int, *, locked: bool) -> dict[str, Any]:
    file = {name: FILE[name] for name in ("id", "name", "size", "sha256")}
    about = {"id": ident(f"offered-{version}"), "version": version, "released_on": on(-days)}
    files = [file | {"id": ident(f"file-{version}")}]
    return about | {"notes": f"New in {version}", "is_locked": locked, "files": files}


class ReleasesAnswers:
    """There is one release; a test may change it."""

    release: dict[str, Any] = RELEASE
    uploaded: bytes = b""
    has_downloads = True

    def now_released(self, **changes: Any) -> None:
        self.release = RELEASE | changes

    def now_draft(self, *files: dict[str, Any]) -> None:
        self.now_released(state="draft", published_at=None, files=list(files))

    @answers("GET", "/provisioning/releases")
    def list_releases(self, request: httpx.Request) -> Reply:
        return {"items": [{name: self.release[name] for name in SUMMARY}], "next": "more"}

    @answers("GET", "/provisioning/releases/placed-files")
    def list_placed(self, request: httpx.Request) -> Reply:
        return PLACED

    @answers("GET", "/provisioning/releases/{release}")
    def get_release(self, request: httpx.Request, release: str) -> Reply:
        return self.release if release == RELEASE["id"] else problem(404, "not-found", "There is no such release.")

    @answers("POST", "/provisioning/releases")
    def add_release(self, request: httpx.Request) -> Reply:
        return self._entered(json.loads(request.content))

    @answers("PUT", "/provisioning/releases/{release}")
    def change_release(self, request: httpx.Request, release: str) -> Reply:
        return self._entered(json.loads(request.content))

    @answers("POST", "/provisioning/releases/{release}/publish")
    def publish_release(self, request: httpx.Request, release: str) -> Reply:
        if not self.release["files"]:
            return problem(409, "release-not-ready", "It needs a file.")
        self.now_released()
        return self._changed()

    @answers("POST", "/provisioning/releases/{release}/withdraw")
    def withdraw_release(self, request: httpx.Request, release: str) -> Reply:
        reason = json.loads(request.content)["reason"]
        if not reason:
            return refused_fields(reason="required")
        self.now_released(state="withdrawn", withdrawn_at=at(hours=1), withdrawn_for=reason)
        return self._changed()

    @answers("POST", "/provisioning/releases/{release}/files")
    def choose_placed(self, request: httpx.Request, release: str) -> Reply:
        name = json.loads(request.content)["name"]
        if name != "appliance.img":
            errors = [{"pointer": "/name", "code": "not_offered", "detail": "is not in the store"}]
            return problem(422, "file-not-placed", "Choose a file.", errors=errors)
        return self._added(name, "checking", None)

    @answers("PUT", "/provisioning/releases/{release}/files/{name}")
    def upload_release_file(self, request: httpx.Request, release: str, name: str) -> Reply:
        if " " in name or "%20" in name:
            return refused_fields(name="wrong_form")
        self.uploaded = request.content
        return self._added(name, "ready", DIGEST)

    @answers("DELETE", "/provisioning/releases/{release}/files/{file}")
    def remove_release_file(self, request: httpx.Request, release: str, file: str) -> Reply:
        self.now_draft()
        return None

    @answers("GET", "/provisioning/downloads/products")
    def list_download_products(self, request: httpx.Request) -> Reply:
        of = {"service_id": ident("service-licence")}
        console = {"id": ident("console"), "key": "console", "display_name": "Console", "entitled_until": on(-10)}
        agent = {"id": ident("agent"), "key": "agent", "display_name": "Agent", "entitled_until": None}
        return {"items": [agent | of, console | of] if self.has_downloads else []}

    @answers("GET", "/provisioning/downloads/products/{key}/releases")
    def list_download_releases(self, request: httpx.Request, key: str) -> Reply:
        if key == "agent":
            return {"items": [offered("7.0", 30, locked=False)], "next": None}
        return {"items": [offered("2.1", 5, locked=True), offered("2.0", 40, locked=False)], "next": "more"}

    @answers("GET", "/provisioning/downloads/releases/{release}/signature")
    def get_download_signature(self, request: httpx.Request, release: str) -> Reply:
        return {"checksums": f"{DIGEST}  console.tar.gz\n", "signature": "c2lnbmVk", "signing_key": "-----BEGIN"}

    @answers("POST", "/provisioning/downloads")
    def ask_for_download(self, request: httpx.Request) -> Reply:
        if json.loads(request.content)["file_id"] == ident("file-2.1"):
            return problem(409, "release-locked", "Renew it first.", maintenance_ended_on=on(-10))
        return {"path": LINK, "expires_at": at(minutes=-5)}

    def _entered(self, body: dict[str, Any]) -> Reply:
        if body["version"] == "1.0":
            return problem(409, "release-version-taken", "There is a release 1.0 already.")
        if not body["released_on"]:
            return refused_fields(released_on="not_a_date")
        entered = {name: body[name] for name in ("version", "released_on", "notes")}
        self.now_released(state="draft", published_at=None, files=[], **entered)
        return self._changed()

    def _changed(self) -> dict[str, Any]:
        return {name: self.release[name] for name in ("id", "product_id", "version", "state", "revision")}

    def _added(self, name: str, state: str, digest: str | None) -> dict[str, Any]:
        size = len(self.uploaded) if digest else None
        added = {"id": ident(name), "name": name, "state": state, "size": size, "sha256": digest}
        self.now_draft(*self.release["files"], added | {"downloads": 0})
        return added
