"""Where a session acts now, for whom, and as what. A hot read without side effects: it is asked for every page."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.identity.branding.shown import brand_of, shown
from services.identity.grants.models import MEMBER_SOURCES
from services.identity.proofs import digest
from services.identity.sessions.models import IDLE
from services.identity.sessions.refusals import SessionOver
from shared.auth.permissions import GrantedRole
from shared.events import Via
from shared.reads import scoped

_SESSION = "sessions WHERE token_digest = $1 AND ended_at IS NULL AND expires_at > $2 AND last_seen_at > $3"
_BRAND = f"SELECT row_to_json(b) AS found FROM ({brand_of('s.acting_workspace_id')}) b"  # noqa: S608
_STANDING = scoped(
    f"""
    SELECT s.id AS session_id, s.last_seen_at, s.acting_workspace_id, acting.display_name AS acting_display_name,
      acting.parent_workspace_id AS acting_parent_id, u.id AS user_id, u.address, u.display_name AS user_display_name,
      u.locale, u.time_zone, u.shortcuts, u.default_workspace_id, u.grants_version, g.source, g.role, g.bill_group_id,
      g.location_id, g.holder, g.parent_workspace_id AS home_id, w.workspace_id AS id, w.slug, w.display_name, w.kind,
      w.account_number,
      w.parent_workspace_id, w.connected_at, w.holder_control,
      (SELECT k.sealed_private_jwk FROM signing_keys k WHERE k.state = 'signing') AS sealed_key,
      brand.found AS brand
    FROM sessions s JOIN users u ON u.id = s.user_id
    LEFT JOIN workspaces acting ON acting.workspace_id = s.acting_workspace_id
    LEFT JOIN LATERAL ({_BRAND}) brand ON true
    LEFT JOIN (grants g JOIN workspaces w ON w.workspace_id = g.workspace_id)
      ON g.user_id = s.user_id AND g.source <> 'link'
      AND (g.source IN ('membership', 'invitation') OR g.session_id = s.id)
    WHERE s.id IN (SELECT id FROM {_SESSION}) ORDER BY g.granted_at, g.id
    """,  # noqa: S608 - constants
    workspace=f"(SELECT acting_workspace_id::text FROM {_SESSION})",  # noqa: S608
    person=f"(SELECT user_id::text FROM {_SESSION})",  # noqa: S608
    within="'-'",
)


@dataclass(frozen=True)
class Standing:
    """A live session, read once. ``rows`` are the person's grants that may count here, oldest first, each with its
    workspace."""

    rows: tuple[Any, ...]

    @property
    def session(self) -> Any:
        """The fields of the session and its user."""
        return self.rows[0]

    @cached_property
    def acting(self) -> tuple[Any, ...]:
        """The grants that count now. Where the person has lost the workspace in which the session acted, it goes on in
        the one that they came from, else in their default workspace, else in their oldest."""
        here = self._grants_of(self.session["acting_workspace_id"])
        if here:
            return here
        own = {row["id"]: row for row in reversed(self.memberships)}
        wanted = (self.session["acting_parent_id"], self.session["default_workspace_id"], *reversed(own))
        return self._grants_of(next(id_ for id_ in wanted if id_ in own))

    def _grants_of(self, workspace_id: UUID) -> tuple[Any, ...]:
        """For work on behalf its derived grant alone, for own work the memberships."""
        here = [row for row in self.rows if row["id"] == workspace_id]
        derived = [row for row in here if row["source"] == "on_behalf"]
        return tuple(derived or here)

    @property
    def workspace(self) -> Any:
        return self.acting[0]

    @cached_property
    def memberships(self) -> tuple[Any, ...]:
        return tuple(row for row in self.rows if row["source"] in MEMBER_SOURCES)

    @property
    def via(self) -> Via:
        return Via.on_behalf if self.workspace["source"] == "on_behalf" else Via.own

    @property
    def home(self) -> Any:
        """For work on behalf: the parent workspace, from which the user comes. Else None."""
        return next((row for row in self.memberships if row["id"] == self.workspace["home_id"]), None)

    @property
    def lost(self) -> str | None:
        """The name of the workspace in which the session acted until the person lost it. Said until they move on."""
        lost: bool = self.workspace["id"] != self.session["acting_workspace_id"]
        name: str = self.session["acting_display_name"]
        return name if lost else None

    @property
    def roles(self) -> tuple[GrantedRole, ...]:
        return tuple(GrantedRole(r["role"], r["bill_group_id"], r["location_id"], r["holder"]) for r in self.acting)

    @property
    def brand(self) -> dict[str, Any]:
        """The looks of whoever sells to the workspace in which the session acts."""
        return shown(orjson.loads(self.session["brand"]))

    @property
    def sealed_key(self) -> bytes | None:
        """The key that signs tokens now, read in the same round trip. None before the first token of an
        installation."""
        sealed: bytes | None = self.session["sealed_key"]
        return sealed


async def read_standing(pool: asyncpg.Pool, secret: str, real_now: datetime) -> Standing:
    """The standing of a session's secret. Raises `SessionOver`, also for somebody who has lost every workspace."""
    rows = await pool.fetch(_STANDING, digest(secret), real_now, real_now - IDLE)
    if not rows:
        raise SessionOver("Your session is over. Sign in again.")
    standing = Standing(tuple(rows))
    if not standing.memberships:
        raise SessionOver("You do not belong to any workspace any more. Ask an admin to invite you.")
    return standing
