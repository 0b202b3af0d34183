"""Signed-in people: a workspace tree, users, grants and sessions, written into identity's tables. Their tokens come
from identity's endpoint, and every other service fetches their grants when it first sees them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID, uuid4

import asyncpg
import httpx

from services.identity.proofs import digest

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_WORKSPACE = """
INSERT INTO workspaces (workspace_id, parent_workspace_id, kind, slug, display_name, account_number, created_at,
                        connected_at, version)
VALUES ($1, $2, $3, $4, $4, $5, now(), now(), 1)
"""
_USER = """
INSERT INTO users (id, address, address_key, display_name, default_workspace_id, grants_version, registered_at, version)
VALUES ($1, $2, $2, $2, $3, 1, now(), 1)
"""
_GRANT = """
INSERT INTO grants (id, user_id, workspace_id, role, source, granted_at, bill_group_id, location_id)
VALUES (gen_random_uuid(), $1, $2, $3, CASE WHEN $5::uuid IS NULL THEN 'membership' ELSE 'location_invitation' END,
  now(), $4, $5)
"""
_SESSION = """
INSERT INTO sessions (id, token_digest, user_id, acting_workspace_id, created_at, last_seen_at, expires_at)
VALUES (gen_random_uuid(), $1, $2, $3, now(), now(), now() + interval '1 day')
"""


@dataclass(frozen=True)
class Workspace:
    id: UUID
    slug: str


@dataclass(frozen=True)
class Person:
    """A signed-in person, with their session's secret."""

    workspace: Workspace
    id: UUID = field(default_factory=uuid4)
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    async def token(self, identity: httpx.AsyncClient) -> str:
        """A fresh access token, valid for 60 seconds."""
        answer = await identity.post("/api/identity/tokens", json={"session": self.session})
        answer.raise_for_status()
        return str(answer.json()["access_token"])


async def add_workspace(identity: Connection, kind: str, parent: Workspace | None = None) -> Workspace:
    added = Workspace(uuid4(), f"{kind}-{secrets.token_hex(4)}")
    parent_id = parent.id if parent else None
    await identity.execute(_WORKSPACE, added.id, parent_id, kind, added.slug, secrets.token_hex(6))
    return added


async def add_person(
    identity: Connection, workspace: Workspace, role: str, bill_groups: Sequence[UUID] = (),
    locations: Sequence[tuple[UUID, UUID]] = (),
) -> Person:  # fmt: skip
    """With a grant for each of the bill groups, and of the locations with their bill groups, or for everything."""
    person = Person(workspace)
    await identity.execute(_USER, person.id, f"{person.id}@larkspur.example", workspace.id)
    limits: list[tuple[UUID | None, UUID | None]] = [*((each, None) for each in bill_groups), *locations]
    for bill_group_id, location_id in limits or [(None, None)]:
        await identity.execute(_GRANT, person.id, workspace.id, role, bill_group_id, location_id)
    await identity.execute(_SESSION, digest(person.session), person.id, workspace.id)
    return person


async def provider_of(identity: Connection) -> Workspace:
    """The installation's provider, created at the first call."""
    row = await identity.fetchrow("SELECT workspace_id, slug FROM workspaces WHERE kind = 'provider'")
    return Workspace(row["workspace_id"], row["slug"]) if row else await add_workspace(identity, "provider")
