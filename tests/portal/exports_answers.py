"""The fake APIs of the exports of every service."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal.answering import Reply, answers, problem
from tests.portal.samples import ident

FILE = b"\xef\xbb\xbfId,Service\r\n1,Port\r\n"


def export(**changes: Any) -> dict[str, Any]:
    """An export that is done."""
    return {
        "id": ident("export-1"), "list": "services", "format": "csv", "state": "done", "rows": 1234, "size": len(FILE),
        "requested_at": "2026-11-22T11:59:00Z", "finished_at": "2026-11-22T11:59:01Z",
        "expires_at": "2999-11-23T11:59:01Z",
    } | changes  # fmt: skip


@dataclass
class ExportsAnswers:
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

    @answers("GET", "/{service}/exports/{export_id}/file")
    def export_file(self, request: httpx.Request, service: str, export_id: str) -> Reply:
        found = next((each for each in self.exports.get(service, []) if each["id"] == export_id), None)
        if found is None:
            return problem(404, "not-found", "There is no such export.")
        disposition = f'attachment; filename="{found["list"]}-2026-11-22.csv"'
        return httpx.Response(
            200, content=FILE, headers={"content-type": "text/csv", "content-disposition": disposition}
        )
