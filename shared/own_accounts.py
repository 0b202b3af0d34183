"""The workspaces that a person is a user of, for what shows all of them together, whichever the session acts in."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Annotated

import asyncpg
from fastapi import Depends, Request

from shared.auth import Access
from shared.auth.access import DERIVED, AccessChecker
from shared.auth.permissions import handled
from shared.errors import Conflict, Forbidden
from shared.events import Via
from shared.reads import ScopedReads

MOST = 100
"""The first ones by name."""
OWN_WORKSPACES = """
SELECT id, kind, parent_workspace_id FROM workspace_copies WHERE id IN (
  SELECT workspace_id FROM access_grants WHERE user_id = $1 AND session_id IS NULL AND source <> 'link')
ORDER BY display_name, id LIMIT $2
"""


class OnlyInPerson(Conflict):
    """Only the person themselves does this, in their own name, not while they work on behalf."""

    title = "Only for the person themselves"


@dataclass(frozen=True, slots=True)
class OwnAccounts:
    """Settles per workspace what the person may read there, as a guard does it for the acting one. Whoever works on
    behalf or looks at a preview is not there in their own name, and has none."""

    access: Access
    checker: AccessChecker
    pool: asyncpg.Pool

    async def each(self, query: str = OWN_WORKSPACES) -> AsyncIterator[Access]:
        """The person's access to each of them, not narrowed to a permission yet. ``query`` is for identity, which has
        no copies."""
        if self.access.via in DERIVED:
            return
        for workspace in await self.pool.fetch(query, self.access.user_id, MOST):
            there = replace(
                self.access, workspace_id=workspace["id"], workspace_kind=workspace["kind"],
                parent_workspace_id=workspace["parent_workspace_id"], via=Via.own,
            )  # fmt: skip
            yield await self.checker.again(there, self.pool)

    def reads(self, access: Access, permission: str) -> ScopedReads | None:
        """Reads of what ``permission`` covers; None where the person does not have it."""
        try:
            return ScopedReads(self.pool, access.narrowed_to(permission, handled()))
        except Forbidden:
            return None


async def _own_accounts(request: Request) -> OwnAccounts:
    runtime = request.app.state.runtime
    return OwnAccounts(request.state.access, runtime.access, runtime.pool)


Own = Annotated[OwnAccounts, Depends(_own_accounts)]
