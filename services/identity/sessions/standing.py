"""Where a session acts now, for whom, and as what. A hot read without side effects: it is asked for every page."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.identity.branding.shown import brand_of, shown
from services.identity.grants.models import MEMBER_SOURCES, OWN_SOURCES
from services.identity.proofs import digest
from services.identity.sessions.models import IDLE
from services.identity.sessions.refusals import SessionOver
from shared.auth.access import DERIVED
from shared.auth.permissions import GrantedRole
from shared.events import Via
from shared.reads import scoped

_SESSION = "sessions WHERE token_digest = $1 AND ended_at IS NULL AND expires_at > $2 AND last_seen_at > $3"
_BRAND = f"SELECT row_to_json(b) AS found FROM ({brand_of('s.acting_workspace_id')}) b"  # noqa: S608
_STANDING = scoped(
    f"""
    SELECT s.id AS session_id, s.last_seen_at, s.acting_workspace_id, s.previewing_from,
      acting.display_name AS acting_display_name, acting.parent_workspace_id AS acting_parent_id,
      u.id AS user_id, u.address, u.display_name AS user_display_name,
      u.locale, u.time_zone, u.shortcuts, u.default_workspace_id, u.grants_version, s.entry_grant_id,
      g.id AS grant_id, g.source, g.role, g.bill_group_id,
      g.location_id, g.holder, g.expires_at, b.display_name AS bill_group_name,
      b.locations_see_invoices, g.parent_workspace_id AS home_id,
      w.workspace_id AS id, w.slug, w.display_name, w.kind,
      w.account_number,
      w.parent_workspace_id, w.connected_at, w.holder_control, w.holders_checked_at, w.setup_ended_at,
      w.version, w.suspended_at, w.suspension_reason, w.closing_asked_at, w.closes_at, w.closed_at,
      (SELECT m.to_company FROM moves m WHERE m.workspace_id = s.acting_workspace_id
        AND m.state = 'proposed' AND m.expires_at > $2) AS proposed_seller,
      (SELECT k.sealed_private_jwk FROM signing_keys k WHERE k.state = 'signing') AS sealed_key,
      brand.found AS brand
    FROM sessions s JOIN users u ON u.id = s.user_id
    LEFT JOIN workspaces acting ON acting.workspace_id = s.acting_workspace_id
    LEFT JOIN LATERAL ({_BRAND}) brand ON true
    LEFT JOIN (grants g JOIN workspaces w ON w.workspace_id = g.workspace_id)
      ON g.user_id = s.user_id AND g.source <> 'link'
      AND (g.source IN ('membership', 'invitation', 'access_rule', 'location_invitation')
        OR g.session_id = s.id)
      AND (g.expires_at IS NULL OR g.expires_at > $2)
    LEFT JOIN bill_groups b ON b.bill_group_id = g.bill_group_id AND g.source IN ('preview', 'location_invitation')
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
        if here and not self.preview_is_over:
            return here
        own = {row["id"]: row for row in reversed(self.own)}
        from_where = self.session["previewing_from"], self.session["acting_parent_id"]
        wanted = (*from_where, self.session["default_workspace_id"], *reversed(own))
        return self._grants_of(next(id_ for id_ in wanted if id_ in own))

    def _grants_of(self, workspace_id: UUID) -> tuple[Any, ...]:
        """For work on behalf or a preview its derived grant alone, for own work the person's own."""
        here = [row for row in self.rows if row["id"] == workspace_id]
        derived = [row for row in here if row["source"] in DERIVED]
        return tuple(derived or here)

    @property
    def workspace(self) -> Any:
        return self.acting[0]

    @cached_property
    def own(self) -> tuple[Any, ...]:
        """The grants by which the person acts in their own name: memberships, and those of a visitor."""
        return tuple(row for row in self.rows if row["source"] in OWN_SOURCES)

    @property
    def has_lost_its_entry(self) -> bool:
        """Whether the session came through a bill group's portal, by a grant that is no more (D14)."""
        entry = self.session["entry_grant_id"]
        return entry is not None and all(row["grant_id"] != entry for row in self.own)

    @cached_property
    def memberships(self) -> tuple[Any, ...]:
        return tuple(row for row in self.rows if row["source"] in MEMBER_SOURCES)

    @cached_property
    def preview(self) -> Any:
        """The row of the open preview, or None."""
        return next((row for row in self.rows if row["source"] == Via.preview), None)

    @property
    def preview_is_over(self) -> bool:
        """Whether the session showed a preview that has ended by itself or was taken away. A page of it that is still
        open must not act in another role that the person has there."""
        return self.session["previewing_from"] is not None and self.preview is None

    @property
    def via(self) -> Via:
        source = self.workspace["source"]
        return Via(source) if source in DERIVED else Via.own

    @property
    def home(self) -> Any:
        """For work on behalf or a preview: the workspace, from which the user comes. Else None."""
        return next((row for row in self.memberships if row["id"] == self.workspace["home_id"]), None)

    @property
    def is_bound(self) -> bool:
        """Whether the workspace is suspended or closed, and not entered on behalf by the provider, who may act in
        it."""
        from_provider = self.via == Via.on_behalf and self.home is not None and self.home["kind"] == "provider"
        stands_still = self.workspace["suspended_at"] is not None or self.workspace["closed_at"] is not None
        return stands_still and not from_provider

    @property
    def lost(self) -> str | None:
        """The name of the workspace in which the session acted until the person lost it. Said until they move on."""
        lost: bool = self.preview_is_over or self.workspace["id"] != self.session["acting_workspace_id"]
        name: str = self.session["acting_display_name"]
        return name if lost else None

    @property
    def roles(self) -> tuple[GrantedRole, ...]:
        return tuple(GrantedRole(r["role"], r["bill_group_id"], r["location_id"], r["holder"]) for r in self.acting)

    @property
    def sees_invoices(self) -> bool:
        """False for people of locations alone whose bill groups do not let them see their invoices."""
        return any(row["location_id"] is None or row["locations_see_invoices"] for row in self.acting)

    @property
    def proposed_seller(self) -> str | None:
        """The company that the workspace would go to, if a move is proposed. Only its own people learn of it here."""
        seller: str | None = self.session["proposed_seller"]
        return seller if self.via == Via.own and not self.lost else None

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
    if standing.has_lost_its_entry:
        raise SessionOver("Your access to this portal has ended. Ask whoever gave you the link.")
    if not standing.own:
        raise SessionOver("You do not belong to any workspace any more. Ask an admin to invite you.")
    return standing
