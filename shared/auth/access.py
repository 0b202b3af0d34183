"""What the person behind a request may do in the session's acting workspace."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar
from uuid import UUID

import asyncpg
import httpx
from fastapi import Depends, Request
from pydantic import BaseModel, SecretStr

from shared.auth.permissions import OF_HOLDERS, STRONGEST_FIRST, GrantedRole, Level, Settled, level, settle, table
from shared.auth.tokens import Claims, TokenVerifier
from shared.errors import Conflict, Forbidden, Unauthenticated, Unavailable
from shared.events import Actor, Via
from shared.events.grants import Grant
from shared.scope import EVERYWHERE, NOTHING, Scope, Within
from shared.secrets import values_of


class ReadOnlyPreview(Forbidden):
    """A preview shows what a visitor of a bill group sees. Nothing can be changed in it."""

    title = "A preview is read-only"


class WorkspaceIsSuspended(Forbidden):
    """The workspace is suspended: its people can read, and pay what is open. Whoever is above it says why, and can end
    it."""

    title = "This workspace is suspended"


class WorkspaceIsClosed(Forbidden):
    """The account of the workspace is closed. Its two holders can read, and pay what is open; nothing else is possible
    there, and it is not opened again."""

    title = "This account is closed"


class WorkspaceIsClosing(Conflict):
    """The account of the workspace is being closed, or is closed: nothing is ordered, extended or renewed there. While
    it is not closed yet, its holders can keep it."""

    title = "This account is being closed"


class HoldersOnly(Forbidden):
    """Only the account's two holders may do this: always, or while its holder control is on."""

    title = "Only for the account's holders"


class ApprovalNeeded(Forbidden):
    """Your role may only request this, and this operation takes no requests. ``requested`` says what was requested."""

    title = "This needs an approval"
    members: ClassVar = {"requested": {"type": "object", "additionalProperties": {"type": "string"}}}


DERIVED = (Via.on_behalf, Via.preview)
"""The doors whose grant is derived for one browser session."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who makes a request, in which workspace, whether on behalf, with which roles. Derived only from the token and the
    grants."""

    user_id: UUID
    address: str
    session_id: UUID
    workspace_id: UUID
    workspace_kind: str
    parent_workspace_id: UUID | None
    via: Via
    granted_roles: tuple[GrantedRole, ...]
    holder_control: bool
    """Whether the workspace leaves what is most important to its two holders (D1)."""
    level: Settled | None = None
    """At which level the person has the route's permission."""
    scope: Scope = NOTHING
    """How much of the workspace the route's permission covers. Nothing until the guard has narrowed it."""
    suspended: bool = False
    """Whether the workspace is suspended or closed, and the person is bound by that."""
    closed: bool = False
    """Whether its account is closed, as far as this service knows."""

    @property
    def actor(self) -> Actor:
        return Actor(kind="user", user_id=self.user_id, address=self.address, via=self.via, session_id=self.session_id)

    def narrowed_to(self, permission: str, levels: frozenset[Level]) -> "Access":
        """This access limited to one permission, at the strongest of ``levels``, which are those that the caller
        handles, and to the scope of the grants that give it at that level (D4, D5).

        Raises `Forbidden` if no grant does."""
        for wanted in STRONGEST_FIRST:
            giving = [one for one in self.granted_roles if self._settle(permission, one) == wanted]
            if giving and wanted in levels:
                return replace(self, level=wanted, scope=_scope_of(giving))
        refusal = self._refusal(permission)
        refusal.refused = self, permission
        raise refusal

    def _settle(self, permission: str, granted: GrantedRole) -> Settled | None:
        return settle(permission, granted, self.workspace_kind, self.holder_control)

    def _refusal(self, permission: str) -> Forbidden:
        title = table()[permission].title
        if any(self._settle(permission, one) == "ask" for one in self.granted_roles):
            asked = {"permission": permission, "title": title}
            return ApprovalNeeded("Your role has to ask for this. It was not done.", requested=asked)
        if any(level(permission, one.role, self.workspace_kind) in OF_HOLDERS for one in self.granted_roles):
            return HoldersOnly("Only the two holders of this account may do this.")
        return Forbidden(f"Your role here does not include “{title}”. Ask an admin of this workspace.")


def _scope_of(grants: list[GrantedRole]) -> Scope:
    """A grant of a location covers only that location, not its bill group."""
    if any(one.bill_group_id is None and one.location_id is None for one in grants):
        return EVERYWHERE
    groups = frozenset(one.bill_group_id for one in grants if one.bill_group_id and not one.location_id)
    return Within(groups, frozenset(one.location_id for one in grants if one.location_id))


# One round trip: the copy's version, whether the session has ended, and the grants that apply. A link by itself gives
# no access. The derived grant of work on behalf or of a preview applies only in its own session and to tokens of its
# kind, and no other grant does there: a token of work on behalf must not write under the grant of a later preview.
# Neither a suspension nor a closed account binds whoever works on behalf from the provider.
COPY_QUERY = """
SELECT coalesce(v.version, -1) AS version, e.session_id IS NOT NULL AS ended,
  coalesce(w.holder_control, true) AS holder_control, g.role, g.bill_group_id, g.location_id, g.holder,
  coalesce(w.version, 0) AS workspace_version, w.parent_workspace_id, coalesce(w.closed, false) AS closed,
  coalesce((w.suspended OR w.closed) AND ($4::uuid IS NULL OR NOT EXISTS (
    SELECT FROM workspace_copies p WHERE p.id = w.parent_workspace_id AND p.kind = 'provider')), false) AS suspended
FROM (SELECT $1::uuid AS user_id) p LEFT JOIN workspace_copies w ON w.id = $2
LEFT JOIN access_versions v ON v.user_id = p.user_id LEFT JOIN access_ended_sessions e ON e.session_id = $3
LEFT JOIN access_grants g ON g.user_id = p.user_id AND g.workspace_id = $2
  AND g.source <> 'link' AND g.session_id IS NOT DISTINCT FROM $4::uuid AND (g.source = 'preview') = $5::boolean
"""


class PersonGrants(BaseModel):
    """All grants of a person at one version: identity's answer to a service whose copy is stale."""

    user_id: UUID
    version: int
    grants: list[Grant]


class AccessChecker:
    """Derives an `Access` from a token and the service's copy of the grants.

    If the copy is older than the token's version, the person's grants are first fetched from identity (D29).
    ``query`` is overridden only by identity, which reads the grants themselves.
    """

    def __init__(
        self, verifier: TokenVerifier, http: httpx.AsyncClient, identity_url: str, service_key: SecretStr,
        query: str = COPY_QUERY,
    ) -> None:  # fmt: skip
        self._verifier, self._http = verifier, http
        self._identity_url, self._service_key = identity_url, service_key
        self._query = query

    async def check(self, token: str, pool: asyncpg.Pool) -> Access:
        """Raises `Unauthenticated` for an invalid token or an ended session, `Unavailable` if identity cannot be
        reached."""
        claims = await self._verifier.verify(token)
        rows = await self._rows(claims, pool)
        if rows[0]["version"] < claims.gv:
            await self._catch_up(claims.sub, pool)
            rows = await self._rows(claims, pool)
        if rows[0]["ended"]:
            raise Unauthenticated("This session is over. Sign in again.")
        known = rows[0]["workspace_version"]  # of token and copy the newer counts (D29)
        suspended = claims.sus if claims.wv > known else rows[0]["suspended"]
        parent = claims.pws if claims.wv >= known else rows[0]["parent_workspace_id"]
        return Access(claims.sub, claims.adr, claims.sid, claims.ws, claims.wk, parent, claims.via, _roles(rows),
                      rows[0]["holder_control"], suspended=suspended, closed=rows[0]["closed"])  # fmt: skip

    async def again(self, access: Access, pool: asyncpg.Pool) -> Access:
        """The access of a person who has left work to a job, with the roles of now, which may be none. Signing out ends
        only work on behalf, whose roles are those of its session. Raises `Unauthenticated`."""
        session = _session(access.session_id, access.via)
        rows = await pool.fetch(self._query, access.user_id, access.workspace_id, *session)
        if access.via in DERIVED and rows[0]["ended"]:
            raise Unauthenticated("This work on behalf is over.")
        return replace(access, granted_roles=_roles(rows), holder_control=rows[0]["holder_control"])

    async def _rows(self, claims: Claims, pool: asyncpg.Pool) -> list[asyncpg.Record]:
        return await pool.fetch(self._query, claims.sub, claims.ws, *_session(claims.sid, claims.via))

    async def _catch_up(self, user_id: UUID, pool: asyncpg.Pool) -> None:
        url = f"{self._identity_url}/api/identity/grants/{user_id}"
        key = {"Authorization": f"Bearer {values_of(self._service_key)[0]}"}
        try:
            answer = await self._http.get(url, headers=key, timeout=2)
            answer.raise_for_status()
        except httpx.HTTPError:
            raise Unavailable("Your rights are being updated. Try again in a moment.", retry_after=1) from None
        await replace_grants(pool, PersonGrants.model_validate_json(answer.content))


def _session(session_id: UUID, via: Via) -> tuple[UUID, UUID | None, bool]:
    """The last parameters of the query: the session, the one of the grants that apply, and whether they are those of a
    preview."""
    return session_id, session_id if via in DERIVED else None, via == Via.preview


def _roles(rows: list[asyncpg.Record]) -> tuple[GrantedRole, ...]:
    return tuple(GrantedRole(r["role"], r["bill_group_id"], r["location_id"], r["holder"]) for r in rows if r["role"])


_ADVANCE = """
INSERT INTO access_versions (user_id, version) VALUES ($1, $2)
ON CONFLICT (user_id) DO UPDATE SET version = excluded.version WHERE access_versions.version < excluded.version
RETURNING version
"""
_FORGET = "DELETE FROM access_grants WHERE user_id = $1"
_ADD = """
INSERT INTO access_grants
  (grant_id, user_id, workspace_id, role, source, bill_group_id, location_id, session_id, holder)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


async def replace_grants(pool: asyncpg.Pool, person: PersonGrants) -> None:
    """Replace all grants of a person, unless the copy is as new already."""
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(_ADVANCE, person.user_id, person.version) is None:
            return
        await connection.execute(_FORGET, person.user_id)
        await connection.executemany(_ADD, [
            (g.grant_id, person.user_id, g.workspace_id, g.role, g.source, g.bill_group_id, g.location_id,
             g.session_id, g.holder)
            for g in person.grants
        ])  # fmt: skip


async def _current(request: Request) -> Access:
    access: Access = request.state.access
    return access


CurrentAccess = Annotated[Access, Depends(_current)]
"""The access that the route's guard determined."""
