"""Access tokens: the current standing of a session, signed for a minute."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from joserfc import jwt

from services.identity.holders.reading import is_check_due
from services.identity.keys.service import Signer
from services.identity.sessions.standing import Standing
from shared.auth.permissions import GrantedRole, Settled, open_while_suspended, permissions_of
from shared.auth.tokens import AUDIENCE, ISSUER, LIFETIME_SECONDS
from shared.events import Via

READING = frozenset({"view", "list", "own"})
"""The last part of the names of permissions by which nothing of a workspace is changed."""
SAME_SECONDS = 10
"""How long the same standing gets the same token. Signing costs time, and so does verifying a token that a service has
not seen. All processes sign the same one: its times are those of the clock's ten seconds, and Ed25519 has no
randomness."""


def make_token(standing: Standing, signer: Signer, real_now: datetime) -> dict[str, Any]:
    """The answer `TokenRead` for a session whose grants were just read (D29)."""
    here, roles, home = standing.workspace, standing.roles, standing.home
    lost = standing.lost
    issued_at = int(real_now.timestamp()) // SAME_SECONDS * SAME_SECONDS
    expires_at = issued_at + LIFETIME_SECONDS
    if here["expires_at"]:  # the tokens of a preview, or of a link that ends by itself, end with it in every service
        expires_at = min(expires_at, int(here["expires_at"].timestamp()))
    permitted = _permissions(roles, here["kind"], here["holder_control"], standing.via, standing.is_bound)
    return {
        "access_token": _sign(signer, issued_at, expires_at, *_claims(standing)),
        "expires_at": datetime.fromtimestamp(expires_at, UTC),
        "last_seen_at": standing.session["last_seen_at"],
        "user": _user(standing),
        "preferences": {name: standing.session[name] for name in ("locale", "time_zone")},
        "shortcuts": standing.session["shortcuts"],
        "workspace": _workspace(here),
        "home_workspace": _workspace(home) if home else None,
        "via": standing.via,
        "roles": sorted({held.role for held in roles}),
        "is_narrowed": all(held.bill_group_id or held.location_id for held in roles),
        "sees_invoices": standing.sees_invoices,
        "permissions": permitted,
        "workspaces": _choices(standing),
        "brand": standing.brand,
        "suspension": _suspension(standing),
        "closing": _closing(standing),
        "proposed_seller": standing.proposed_seller if "move.decide" in permitted else None,
        "holders_due": "holder.change" in permitted and _holders_due(here, real_now),
        "setup_due": "mail.test" in permitted and here["setup_ended_at"] is None,
        "preview": _preview(standing),
        "ended": _ended(standing, lost) if lost else None,
    }


def _suspension(standing: Standing) -> dict[str, Any] | None:
    here = standing.workspace
    said = {"since": here["suspended_at"], "reason": here["suspension_reason"], "is_binding": standing.is_bound}
    return said if here["suspended_at"] else None


def _closing(standing: Standing) -> dict[str, Any] | None:
    here = standing.workspace
    said = {"asked_at": here["closing_asked_at"], "closes_at": here["closes_at"], "closed_at": here["closed_at"]}
    return said | {"is_binding": standing.is_bound} if here["closes_at"] else None


def _holders_due(here: Any, real_now: datetime) -> bool:
    checked_at = here["holders_checked_at"] or here["connected_at"]
    return checked_at is not None and is_check_due(checked_at, real_now)


def _preview(standing: Standing) -> dict[str, Any] | None:
    shown = standing.preview
    return {name: shown[name] for name in ("bill_group_id", "bill_group_name", "expires_at")} if shown else None


def _ended(standing: Standing, lost: str) -> dict[str, Any]:
    reason = "preview_over" if standing.preview_is_over else "revoked"
    return {"reason": reason, "workspace_display_name": lost}


def _claims(standing: Standing) -> tuple[tuple[str, Any], ...]:
    """What the token says besides its times: a change of anything in it makes another token."""
    session, here = standing.session, standing.workspace
    parent = here["parent_workspace_id"]
    return (
        ("iss", ISSUER),
        ("aud", AUDIENCE),
        ("sub", str(session["user_id"])),
        ("adr", session["address"]),
        ("sid", str(session["session_id"])),
        ("ws", str(here["id"])),
        ("wk", here["kind"]),
        ("pws", str(parent) if parent else None),
        ("via", standing.via.value),
        ("gv", session["grants_version"]),
        ("wv", here["version"]),
        ("sus", standing.is_bound),
    )


@lru_cache(maxsize=5000)
def _sign(signer: Signer, issued_at: int, expires_at: int, *claims: tuple[str, Any]) -> str:
    header, said = {"alg": "Ed25519", "kid": signer.key.kid}, dict(claims) | {"iat": issued_at, "exp": expires_at}
    return jwt.encode(header, said, signer.key, algorithms=["Ed25519"])


@lru_cache(maxsize=1000)
def _permissions(
    roles: tuple[GrantedRole, ...], workspace_kind: str, holder_control: bool, via: Via, is_bound: bool
) -> Mapping[str, Settled]:
    """The table changes only with the code. Where a suspension or a closed account binds, only permissions to read are
    named, and those that stay open: pages offer nothing else."""
    held = permissions_of(roles, workspace_kind, holder_control)
    if not is_bound:
        return held
    kept = open_while_suspended(via)
    return {name: level for name, level in held.items() if name in kept or name.rpartition(".")[2] in READING}


def _user(standing: Standing) -> dict[str, Any]:
    session = standing.session
    return {"id": session["user_id"], "address": session["address"], "display_name": session["user_display_name"]}


def _workspace(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in ("id", "slug", "display_name", "kind", "account_number")}


def _choices(standing: Standing) -> list[dict[str, Any]]:
    own = {row["id"]: row for row in reversed(standing.own)}
    default = standing.session["default_workspace_id"]
    return [
        {name: row[name] for name in ("id", "slug", "display_name", "kind")} | {"default": row["id"] == default}
        for row in reversed(own.values())
    ]
