"""Access tokens: the current standing of a session, signed for 60 seconds."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
from joserfc import jwt
from joserfc.jwk import OKPKey

from services.identity.sessions.standing import Standing, read_standing
from shared.auth.permissions import permissions_of
from shared.auth.tokens import AUDIENCE, ISSUER, LIFETIME_SECONDS


async def make_token(pool: asyncpg.Pool, key: OKPKey, secret: str, real_now: datetime) -> dict[str, Any]:
    """The answer `TokenRead` for a session. The grants are read anew each time (D29). Raises `SessionOver`."""
    standing = await read_standing(pool, secret, real_now)
    here, roles, home = standing.workspace, standing.roles, standing.home
    lost = standing.lost
    return {
        "access_token": _sign(standing, key, real_now),
        "expires_at": real_now.replace(microsecond=0) + timedelta(seconds=LIFETIME_SECONDS),
        "last_seen_at": standing.session["last_seen_at"],
        "user": _user(standing),
        "workspace": _workspace(here),
        "home_workspace": _workspace(home) if home else None,
        "via": standing.via,
        "roles": sorted({held.role for held in roles}),
        "permissions": permissions_of(roles, here["kind"], here["holder_control"]),
        "workspaces": _choices(standing),
        "ended": {"reason": "revoked", "workspace_display_name": lost} if lost else None,
    }


def _sign(standing: Standing, key: OKPKey, real_now: datetime) -> str:
    session, here = standing.session, standing.workspace
    parent = here["parent_workspace_id"]
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": int(real_now.timestamp()),
        "exp": int(real_now.timestamp()) + LIFETIME_SECONDS,
        "sub": str(session["user_id"]),
        "adr": session["address"],
        "sid": str(session["session_id"]),
        "ws": str(here["id"]),
        "wk": here["kind"],
        "pws": str(parent) if parent else None,
        "via": standing.via.value,
        "gv": session["grants_version"],
    }
    return jwt.encode({"alg": "Ed25519", "kid": key.kid}, claims, key, algorithms=["Ed25519"])


def _user(standing: Standing) -> dict[str, Any]:
    session = standing.session
    return {"id": session["user_id"], "address": session["address"], "display_name": session["user_display_name"]}


def _workspace(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in ("id", "slug", "display_name", "kind", "account_number")}


def _choices(standing: Standing) -> list[dict[str, Any]]:
    own = {row["id"]: row for row in reversed(standing.memberships)}
    default = standing.session["default_workspace_id"]
    return [
        {name: row[name] for name in ("id", "slug", "display_name", "kind")} | {"default": row["id"] == default}
        for row in reversed(own.values())
    ]
