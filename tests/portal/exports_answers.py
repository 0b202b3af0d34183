"""The fake APIs of the exports of every service."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal.answering import Reply, answers, problem
from tests.portal.samples import ident

JSON_LINES = "application/jsonl"
FILE = b"\xef\xbb\xbfId,Service\r\n1,Port\r\n"


def export(**changes: Any) -> dict[str, Any]:
    """An export that is done."""
    return {
        "batch_id": None,
        "id": ident("export-1"), "list": "services", "format": "csv", "state": "done", "rows": 1234, "size": len(FILE),
        "requested_at": "2026-11-22T11:59:00Z", "finished_at": "2026-11-22T11:59:01Z",
        "expires_at": "2999-11-23T11:59:01Z",
    } | changes  # fmt: skip


LINES = {
    "invoices": b'{"id":"%s","number":"INV-2026-00003"}\n{"id":"%s","number":"INV/2026 4"}\n'
    % (ident("invoice-3").encode(), ident("invoice-4").encode()),
    "documents": b'{"id":"%s","title":"Framework contract 2026","added_at":"2026-11-19T12:00:00Z"}\n'
    % ident("document").encode(),
}
"""What files of archives have; empty for all others."""
ARCHIVED = {
    "billing": ("invoices", "documents"), "provisioning": ("services",), "identity": ("users",), "audit": ("entries",),
}  # fmt: skip


def archive_part(service: str, batch_id: str, **changes: Any) -> dict[str, Any]:
    """A service's part of an archive that is done."""
    columns = [
        {"path": "id", "title": "Id", "is_amount": False},
        {"path": "total_minor", "title": "Total", "is_amount": True},
    ]
    files = [
        export(id=ident(f"{service} {name}"), batch_id=batch_id, list=name, format="jsonl", rows=2)
        | {"name": name, "meaning": f"What {name} are.", "columns": columns} | changes
        for name in ARCHIVED[service]
    ]  # fmt: skip
    return {"batch_id": batch_id, "requested_at": "2026-11-22T11:59:00Z", "files": files}


@dataclass
class ExportsAnswers:
    archives: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Parts of archives by service, the newest first."""
    exports: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By service."""

    @answers("GET", "/{service}/exports")
    def list_exports(self, request: httpx.Request, service: str) -> Reply:
        return {"items": self.exports.get(service, []), "next": None}

    @answers("POST", "/{service}/exports")
    def request_export(self, request: httpx.Request, service: str) -> Reply:
        body = json.loads(request.content)
        waiting = {"state": "queued", "rows": 0, "size": None, "finished_at": None, "expires_at": None}
        made = export(list=body["list"], format=body["format"], **waiting)
        self.exports.setdefault(service, []).append(made)
        return made

    @answers("GET", "/{service}/exports/batches")
    def archive_parts(self, request: httpx.Request, service: str) -> Reply:
        return {"items": self.archives.get(service, []), "next": None}

    @answers("POST", "/{service}/exports/batches")
    def request_archive(self, request: httpx.Request, service: str) -> Reply:
        waiting = {"state": "queued", "rows": 0, "size": None, "finished_at": None, "expires_at": None}
        batch_id, parts = json.loads(request.content)["batch_id"], self.archives.setdefault(service, [])
        if parts and parts[0]["batch_id"] == batch_id:
            return parts[0]
        parts.insert(0, archive_part(service, batch_id, **waiting))
        return parts[0]

    @answers("GET", "/{service}/exports/{export_id}/file")
    def export_file(self, request: httpx.Request, service: str, export_id: str) -> Reply:
        archived = [file for part in self.archives.get(service, []) for file in part["files"]]
        if file := next((each for each in archived if each["id"] == export_id), None):
            return httpx.Response(200, content=LINES.get(file["name"], b""), headers={"content-type": JSON_LINES})
        found = next((each for each in self.exports.get(service, []) if each["id"] == export_id), None)
        if found is None:
            return problem(404, "not-found", "There is no such export.")
        disposition = f'attachment; filename="{found["list"]}-2026-11-22.csv"'
        return httpx.Response(
            200, content=FILE, headers={"content-type": "text/csv", "content-disposition": disposition}
        )
