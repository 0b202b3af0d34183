"""The operations of an account's documents."""

from collections.abc import Mapping
from uuid import uuid4

from tests.authorisation.callers import Caller
from tests.authorisation.documents import PDF
from tests.authorisation.entries import Body, Entry, Nested, Proof
from tests.authorisation.world import World


def path_of_a_document(world: World, id_: str | None) -> Mapping[str, str]:
    """The path to a new document of an account."""
    return {"workspace_id": id_ or "", "document_id": str(uuid4())}


def a_document(world: World, caller: Caller, _: str | None) -> Body:
    return PDF  # type: ignore[return-value]


DOCUMENTS: dict[str, tuple[Entry | Proof, ...]] = {
    "GET /documents": (Entry(lists="documents"),),
    "GET /documents/{document_id}/file": (Entry("documents"),),
    "GET /documents/of-customers/{workspace_id}": (Entry("accounts"),),
    "GET /documents/of-customers/{workspace_id}/{document_id}": (Nested("documents of accounts"),),
    "PUT /documents/of-customers/{workspace_id}/{document_id}": (
        Entry("accounts", "made", a_document, path_of_a_document, {"title": "Statement", "kind": "statement"}),
    ),
    "DELETE /documents/of-customers/{workspace_id}/{document_id}": (Nested("documents of accounts"),),
}
