"""The copies of identity's data in the other services, compared with identity."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import asyncpg

from deploy.cli.running import database_of
from deploy.databases import batches
from deploy.environment import SERVICES, ServiceName

GRANTS, WORKSPACE, SESSION = "grants of person", "workspace", "session"
SHOWN = 10
"""How many differences of one kind are named per service."""


@dataclass(frozen=True)
class Copied:
    """Two queries for the rows ``id``, ``version`` and ``content``: of a service's copies, and of identity's originals
    of the ids ``$1``. Content is compared where the versions are equal: a copy may be older, never newer."""

    what: str
    copies: str
    originals: str
    outlives: bool = False
    """Whether a copy may be kept longer than its original."""


# A copy without a version, or with one that identity has not reached, came from nowhere.
COPIED = (
    Copied(
        GRANTS,
        """
        SELECT coalesce(v.user_id, g.user_id) AS id, v.version, g.content FROM access_versions v FULL JOIN (
          SELECT user_id, md5(string_agg(ROW(grant_id, workspace_id, role, source, bill_group_id, location_id,
            session_id, holder)::text, ',' ORDER BY grant_id)) AS content
          FROM access_grants GROUP BY user_id
        ) g ON g.user_id = v.user_id
        """,
        """
        SELECT u.id, u.grants_version AS version, (
          SELECT md5(string_agg(ROW(g.id, g.workspace_id, g.role, g.source, g.bill_group_id, g.location_id,
            g.session_id, g.holder)::text, ',' ORDER BY g.id))
          FROM grants g WHERE g.user_id = u.id
        ) AS content
        FROM users u WHERE u.id = ANY($1)
        """,
    ),
    Copied(
        WORKSPACE,
        """
        SELECT id, version,
          ROW(parent_workspace_id, kind, slug, display_name, account_number, connected, holder_control, suspended,
            extract(epoch FROM closes_at), closed, locale, support_address, support_phone, support_hours,
            help_url, postal_lines)::text AS content
        FROM workspace_copies
        """,
        """
        SELECT workspace_id AS id, version,
          ROW(parent_workspace_id, kind, slug, display_name, account_number, connected_at IS NOT NULL,
            holder_control, suspended_at IS NOT NULL, extract(epoch FROM closes_at), closed_at IS NOT NULL, locale,
            support_address, support_phone, support_hours, help_url, postal_lines)::text AS content
        FROM workspaces WHERE workspace_id = ANY($1)
        """,
    ),
    Copied(
        SESSION,
        "SELECT session_id AS id, 1 AS version, 'ended' AS content FROM access_ended_sessions",
        """
        SELECT id, 1 AS version, CASE WHEN ended_at IS NULL THEN 'open' ELSE 'ended' END AS content
        FROM sessions WHERE id = ANY($1)
        """,
        outlives=True,
    ),
)


# Each event about a workspace has its whole state, so a workspace of which nothing is on its way is known everywhere.
_WORKSPACES = """
SELECT workspace_id AS id FROM workspaces w WHERE NOT EXISTS (SELECT FROM outbox o WHERE o.workspace_id = w.workspace_id
  AND (o.published_at IS NULL OR o.published_at > clock_timestamp() - $1::interval))
"""
_NOT_THERE = "SELECT id FROM unnest($1::uuid[]) AS id EXCEPT SELECT id FROM workspace_copies"


@dataclass(frozen=True)
class Difference:
    """A service's copy that is not what identity has."""

    service: str
    what: str
    id: UUID
    problem: str
    version: int | None = None
    """Of the copy."""
    ghost: bool = False
    """Whether identity does not know it at all."""

    @property
    def line(self) -> str:
        return f"{self.service}: the copy of {self.what} {self.id}: {self.problem}"


async def compare_copies(patience: timedelta = timedelta(seconds=60)) -> list[str]:
    """One line per copy that differs from identity's data; empty if there is none. What identity has said less than
    ``patience`` ago may be on its way."""
    named: list[str] = []
    counts: dict[tuple[str, str], int] = {}
    async for each in differences(patience):
        kind = each.service, each.what
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= SHOWN:
            named.append(each.line)
    more = {service: count - SHOWN for (service, _), count in counts.items() if count > SHOWN}
    return [*named, *(f"{service}: {count} more of this kind" for service, count in more.items())]


async def differences(patience: timedelta) -> AsyncIterator[Difference]:
    """All of them."""
    async with AsyncExitStack() as stack:
        databases = {service: await stack.enter_async_context(database_of(service)) for service in SERVICES}
        identity = databases.pop(ServiceName.identity)
        async for known in batches(identity, _WORKSPACES, patience):
            for service, database in databases.items():
                for row in await database.fetch(_NOT_THERE, [row["id"] for row in known]):
                    yield Difference(service, WORKSPACE, row["id"], "missing")
        for service, database in databases.items():
            for copied in COPIED:
                async for difference in _differences(service, database, identity, copied):
                    yield difference


async def _differences(
    service: str, database: asyncpg.Connection, identity: asyncpg.Connection, copied: Copied
) -> AsyncIterator[Difference]:
    async for copies in batches(database, copied.copies):
        # Read after the copies: what is equal in version then has not changed in between.
        rows = await identity.fetch(copied.originals, [copy["id"] for copy in copies])
        originals: dict[UUID, asyncpg.Record] = {row["id"]: row for row in rows}
        for copy in copies:
            if problem := _difference(copy, originals.get(copy["id"]), copied):
                yield Difference(
                    service, copied.what, copy["id"], problem, copy["version"], ghost=copy["id"] not in originals
                )


def _difference(copy: asyncpg.Record, original: asyncpg.Record | None, copied: Copied) -> str | None:
    if original is None:
        return None if copied.outlives else "unknown to identity"
    if copy["version"] is None:
        return "without a version"
    if copy["version"] > original["version"]:
        return f"version {copy['version']}, but identity is at {original['version']}"
    if copy["version"] == original["version"] and copy["content"] != original["content"]:
        return f"differs from identity's at the same version, {copy['version']}"
    return None
