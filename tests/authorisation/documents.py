"""Documents of the accounts of the matrix."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from tests.authorisation.callers import PROVIDER
from tests.authorisation.installation import Installation
from tests.authorisation.tree import Tree

PDF = b"%PDF-1.7\n%%EOF\n"


async def add_documents(installation: Installation, tree: Tree, workspace: str, groups: Sequence[UUID]) -> None:
    """A document of the whole account, and one of each bill group."""
    token = (await tree.person(PROVIDER, "admin").token())["access_token"]
    http, headers = installation["billing"].http, {"Authorization": f"Bearer {token}"}
    for group in (None, *groups):
        path = f"/api/billing/documents/of-customers/{tree.ids[workspace]}/{uuid4()}"
        query = {"title": "Contract", "kind": "contract"} | ({"bill_group_id": str(group)} if group else {})
        added = await http.put(path, params=query, content=PDF, headers=headers)
        assert added.is_success, added.text
