"""The copies of identity's data in the other services, compared with identity."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from deploy.cli.running import database_of
from deploy.environment import SERVICES

AT_ONCE = 1000
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
        "grants of person",
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
        "workspace",
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
        "session",
        "SELECT session_id AS id, 1 AS version, 'ended' AS content FROM access_ended_sessions",
        """
        SELECT id, 1 AS version, CASE WHEN ended_at IS NULL THEN 'open' ELSE 'ended' END AS content
        FROM sessions WHERE id = ANY($1)
        """,
        outlives=True,
    ),
)


async def compare_copies() -> list[str]:
    """One line per copy that differs from identity's data; empty if there is none."""
    problems = []
    async with database_of("identity") as identity:
        for service in SERVICES:
            if service == "identity":
                continue
            async with database_of(service) as database:
                for copied in COPIED:
                    problems += await _named(service, _differences(database, identity, copied))
    return problems


async def _named(service: str, differences: AsyncIterator[str]) -> list[str]:
    named: list[str] = []
    more = 0
    async for difference in differences:
        if len(named) < SHOWN:
            named.append(f"{service}: {difference}")
        else:
            more += 1
    return [*named, f"{service}: {more} more of this kind"] if more else named


async def _differences(
    database: asyncpg.Connection, identity: asyncpg.Connection, copied: Copied
) -> AsyncIterator[str]:
    async with database.transaction(readonly=True):
        cursor = await database.cursor(copied.copies)
        while copies := await cursor.fetch(AT_ONCE):
            # Read after the copies: what is equal in version then has not changed in between.
            rows = await identity.fetch(copied.originals, [copy["id"] for copy in copies])
            originals: dict[UUID, asyncpg.Record] = {row["id"]: row for row in rows}
            for copy in copies:
                if problem := _difference(copy, originals.get(copy["id"]), copied):
                    yield f"the copy of {copied.what} {copy['id']}: {problem}"


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
