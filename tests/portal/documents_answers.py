"""The fake API of billing for documents that are kept with an account."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal.answering import Reply, answers, found_by_id
from tests.portal.samples import at, ident

CONTRACT = {
    "id": ident("document"), "title": "Framework contract 2026", "kind": "contract", "bill_group_id": None,
    "size": 48_211, "added_at": at(days=3),
}  # fmt: skip
PDF = b"%PDF-1.7\n%%EOF\n"


@dataclass
class DocumentsAnswers:
    """One customer's documents, at first one."""

    documents: list[dict[str, Any]] = field(default_factory=lambda: [CONTRACT])

    @answers("GET", "/billing/documents")
    def list_documents(self, request: httpx.Request) -> Reply:
        return {"items": self.documents, "next": None}

    @answers("GET", "/billing/documents/{document}/file")
    def download_document(self, request: httpx.Request, document: str) -> Reply:
        found = found_by_id(self.documents, document)
        if isinstance(found, httpx.Response):
            return found
        return httpx.Response(200, content=PDF, headers={"content-type": "application/pdf"})

    @answers("GET", "/billing/documents/of-customers/{customer}")
    def list_customer_documents(self, request: httpx.Request, customer: str) -> Reply:
        return self.list_documents(request)

    @answers("GET", "/billing/documents/of-customers/{customer}/{document}")
    def get_customer_document(self, request: httpx.Request, customer: str, document: str) -> Reply:
        return found_by_id(self.documents, document)

    @answers("PUT", "/billing/documents/of-customers/{customer}/{document}")
    def add_document(self, request: httpx.Request, customer: str, document: str) -> Reply:
        asked = request.url.params
        added = {"id": document, "title": asked["title"], "kind": asked["kind"], "added_at": at(),
                 "bill_group_id": asked.get("bill_group_id"), "size": len(request.content)}  # fmt: skip
        self.documents = [added, *self.documents]
        return added

    @answers("DELETE", "/billing/documents/of-customers/{customer}/{document}")
    def remove_document(self, request: httpx.Request, customer: str, document: str) -> Reply:
        self.documents = [each for each in self.documents if each["id"] != document]
        return None
