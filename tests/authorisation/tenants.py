"""Whose each id in the databases is, so that any answer can be searched for ids of other tenants."""

import re
from dataclasses import dataclass
from uuid import UUID

import httpx

from tests.authorisation.installation import Installation

UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
OF_WORKSPACES = """
SELECT c.relname AS name, a.attname AS key FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] AND a.atttypid = 'uuid'::regtype
WHERE i.indisprimary AND i.indnkeyatts = 1 AND c.relrowsecurity AND c.relnamespace = 'public'::regnamespace
  AND EXISTS (SELECT FROM pg_attribute w WHERE w.attrelid = c.oid AND w.attname = 'workspace_id')
ORDER BY EXISTS (
  SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = c.oid AND f.conkey = ARRAY[a.attnum]), c.relname
"""
"""The tables of rows that a workspace has, with their key. Without row security they are everybody's, such as files of
releases, whose ``workspace_id`` says who works on them. Those whose key is that of another table's row come last: the
row itself says whose it is."""


@dataclass(frozen=True)
class Tenants:
    """``owners`` are the workspaces by the ids of their rows, ``parents`` by the ids of workspaces."""

    owners: dict[str, UUID]
    parents: dict[UUID, UUID | None]

    def is_below(self, workspace_id: UUID, other: UUID | None) -> bool:
        """Whether the workspace is ``other`` or anywhere below it."""
        return workspace_id == other or bool((up := self.parents.get(workspace_id)) and self.is_below(up, other))

    def strangers_in(self, response: httpx.Response, workspace_id: UUID, asked: str | None) -> set[str]:
        """The ids in an answer that belong neither to the workspace nor below it. The workspaces above it may be named,
        and what the request named itself."""
        found = {id_ for id_ in UUIDS.findall(response.text) if id_ in self.owners and id_ != asked}
        return {id_ for id_ in found if not self._may_be_named(id_, workspace_id)}

    def _may_be_named(self, id_: str, workspace_id: UUID) -> bool:
        is_workspace_above = UUID(id_) in self.parents and self.is_below(workspace_id, UUID(id_))
        return is_workspace_above or self.is_below(self.owners[id_], workspace_id)


async def read_tenants(installation: Installation) -> Tenants:
    owners: dict[str, UUID] = {}
    for site in installation.sites.values():
        for table in await site.rows(OF_WORKSPACES):
            query = f'SELECT {table["key"]} AS id, workspace_id FROM "{table["name"]}"'
            owners = {str(row["id"]): row["workspace_id"] for row in await site.rows(query)} | owners
    for sent in await installation["notifications"].rows("SELECT id FROM campaigns WHERE started_at IS NOT NULL"):
        owners.pop(str(sent["id"]), None)  # its readers are told where it is
    tree = await installation["identity"].rows("SELECT workspace_id, parent_workspace_id FROM workspaces")
    return Tenants(owners, {row["workspace_id"]: row["parent_workspace_id"] for row in tree})
