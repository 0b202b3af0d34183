"""The fake API of identity."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from shared.auth.permissions import level
from tests.portal import samples
from tests.portal.answering import Reply, answers, found_by_id, problem, refused_fields
from tests.portal.samples import ident


@dataclass
class Session:
    """A browser's session at identity."""

    user: str
    home: str
    acting: str
    role: str = "admin"
    home_role: str = "admin"
    workspaces: list[str] = field(default_factory=list)
    ended: dict[str, Any] | None = None
    last_seen_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    shortcuts: bool = True
    preview: dict[str, Any] | None = None
    """The bill group that it shows a preview of."""
    is_holder: bool = True
    """Whether the person has one of the account's holder slots."""
    is_narrowed: bool = False
    sees_invoices: bool = True
    suspension: dict[str, Any] | None = None
    closing: dict[str, Any] | None = None
    proposed_seller: str | None = None
    preferences: dict[str, str | None] = field(default_factory=lambda: {"locale": None, "time_zone": None})

    def level_of(self, permission: str, role: str, kind: str) -> str | None:
        """The level of the table, without what only holders have for somebody who is none."""
        found = level(permission, role, kind)
        return None if found == "holders_only" and not self.is_holder else found


BROWSERS = (
    samples.browser_of("Firefox", "Linux"),
    samples.browser_of("Safari", "iOS"),
    samples.browser_of(None, None),
)
SECRET, TOKEN = "secret-of-the-session-of-", "Bearer token-of-"


@dataclass
class IdentityAnswers:
    """``sessions`` by name; a session's secret and its access tokens contain the name."""

    sessions: dict[str, Session] = field(default_factory=dict)
    browsers: list[dict[str, str | None]] = field(default_factory=lambda: [*BROWSERS])
    wanted: str | None = None
    """Where the newest challenge leads."""
    token_life: timedelta = timedelta(seconds=60)
    check_due: bool = False
    """Whether holders are asked if both are right."""
    invited_to: list[str] = field(default_factory=list)
    """The locations of the workspace's invitation."""

    def _session(self, request: httpx.Request) -> Session:
        return self.sessions[request.headers["authorization"].removeprefix(TOKEN)]

    @answers("POST", "/identity/sign-in-challenges")
    def issue_challenge(self, request: httpx.Request) -> Reply:
        if "@" not in json.loads(request.content)["address"]:
            return refused_fields(address="not_an_address")
        self.wanted = json.loads(request.content).get("return_to")
        return {"challenge_id": ident("challenge"), "expires_at": samples.at(minutes=-10)}

    @answers("POST", "/identity/sign-in-challenges/{challenge}/redeem")
    def redeem(self, request: httpx.Request, challenge: str) -> Reply:
        body = json.loads(request.content)
        if body.get("code") == "000000":
            return problem(422, "wrong-code", "This is not the code from the mail.", attempts_left=4, errors=[])
        if body.get("token") == "token-that-another-browser-asked-for" and "code" not in body:
            return problem(409, "code-needed", "Enter the code.")
        if body.get("token") == "token-that-was-spent-before":
            return problem(410, "challenge-spent", "This link was used already, or is older than 10 minutes.")
        user = samples.PEOPLE["ana"]
        return {
            "session": "session-of-ana-meridian",
            "session_expires_at": samples.at(days=-7),
            "user": user,
            "return_to": self.wanted,
        }

    def brand_seen_by(self, _slug: str) -> dict[str, Any]:
        """The looks of whoever sells to a workspace: nobody has said anything, unless the answers of settings know."""
        return {}

    @answers("POST", "/identity/tokens")
    def make_token(self, request: httpx.Request) -> Reply:
        name = json.loads(request.content)["session"].removeprefix(SECRET)
        session = self.sessions.get(name)
        if session is None:
            return problem(401, "session-over", "Sign in again.")
        acting = samples.WORKSPACES[session.acting]
        names = samples.permissions_of(session.role, acting["kind"], session.level_of)
        return {
            "access_token": f"token-of-{name}",
            "expires_at": (datetime.now(UTC) + self.token_life).isoformat(),
            "last_seen_at": session.last_seen_at.isoformat(),
            "user": samples.PEOPLE[session.user],
            "preferences": session.preferences,
            "shortcuts": session.shortcuts,
            "workspace": acting,
            "home_workspace": samples.WORKSPACES[session.home] if session.home != session.acting else None,
            "via": "preview" if session.preview else "self" if session.home == session.acting else "on_behalf",
            "roles": [session.role],
            "permissions": names,
            "is_narrowed": session.is_narrowed,
            "sees_invoices": session.sees_invoices,
            "workspaces": [samples.choice(slug, slug == session.home) for slug in session.workspaces],
            "suspension": session.suspension,
            "closing": session.closing,
            "proposed_seller": session.proposed_seller,
            "holders_due": session.role == "admin" and session.is_holder and self.check_due,
            "setup_due": session.role == "admin" and acting["kind"] == "provider" and self.setup_due,
            "preview": session.preview,
            "ended": session.ended,
            "brand": self.brand_seen_by(session.acting),
        }

    @answers("POST", "/identity/sessions/presence")
    def note_presence(self, request: httpx.Request) -> Reply:
        self._named(request).last_seen_at = datetime.now(UTC)
        return None

    @answers("POST", "/identity/sessions/move-on")
    def move_on(self, request: httpx.Request) -> Reply:
        self._named(request).ended = None
        return None

    def _named(self, request: httpx.Request) -> Session:
        return self.sessions[json.loads(request.content)["session"].removeprefix(SECRET)]

    @answers("GET", "/identity/sessions")
    def list_sessions(self, request: httpx.Request) -> Reply:
        return [
            {"id": ident(f"session {n}"), "ip": "192.0.2.7", "signed_in_at": samples.at(days=1),
             "last_seen_at": samples.at(minutes=n), "is_current": n == 0} | browser
            for n, browser in enumerate(self.browsers)
        ]  # fmt: skip

    @answers("POST", "/identity/sessions/{session}/revoke")
    def end_one(self, request: httpx.Request, session: str) -> Reply:
        if session not in {ident(f"session {n}") for n in range(len(self.browsers))}:
            return problem(404, "not-found", "There is no such session.")
        self.browsers.pop()
        return None

    @answers("POST", "/identity/sessions/revoke-others")
    def end_others(self, request: httpx.Request) -> Reply:
        del self.browsers[1:]
        return None

    @answers("POST", "/identity/sessions/end")
    def end_session(self, request: httpx.Request) -> Reply:
        self.sessions.pop(json.loads(request.content)["session"].removeprefix(SECRET), None)
        return None

    @answers("POST", "/identity/sessions/switch")
    def switch(self, request: httpx.Request) -> Reply:
        session, slug = self._session(request), json.loads(request.content)["workspace"]
        if slug not in session.workspaces:
            return problem(409, "not-a-member", "You are no member of this workspace.")
        session.home = session.acting = slug
        return {"workspace": samples.WORKSPACES[slug]}

    @answers("POST", "/identity/on-behalf")
    def enter(self, request: httpx.Request) -> Reply:
        session, body = self._session(request), json.loads(request.content)
        slug = body["workspace"]
        if getattr(self, "asks_for_reasons", False) and not body.get("reason"):
            return problem(409, "reason-needed", "Say what you enter it for.")
        session.acting, session.role = slug, "regular"
        return {"workspace": samples.WORKSPACES[slug]}

    @answers("POST", "/identity/on-behalf/end")
    def leave(self, request: httpx.Request) -> Reply:
        session = self._session(request)
        session.acting, session.role = session.home, session.home_role
        return None

    @answers("POST", "/identity/previews")
    def open_preview(self, request: httpx.Request) -> Reply:
        session, asked = self._session(request), json.loads(request.content)
        if asked["bill_group_id"] != ident("group"):
            return problem(404, "not-found", "The customer has no such bill group.")
        session.acting, session.role, session.preview = "northwind", "billing", samples.preview()
        return {"workspace": samples.WORKSPACES["northwind"]}

    @answers("POST", "/identity/previews/end")
    def end_preview(self, request: httpx.Request) -> Reply:
        session = self._session(request)
        session.acting, session.role, session.preview = session.home, session.home_role, None
        return None

    @answers("POST", "/identity/invitations/look")
    def look(self, request: httpx.Request) -> Reply:
        token = json.loads(request.content)["token"]
        if not token:
            return refused_fields(token="required")
        state = {"token-of-an-expired-invitation": "expired"}.get(token, "pending")
        because = {"token-of-a-former-admin": "inviter_lost_access", "token-of-an-older-mail": "replaced"}.get(token)
        shown = {"brand": self.brand_seen_by("northwind"), "support_address": "help@meridian.example"}
        return samples.INVITATION_LOOK | shown | {"state": "revoked" if because else state, "revoked_because": because}

    @answers("POST", "/identity/invitations/decline")
    def decline(self, request: httpx.Request) -> Reply:
        return httpx.Response(204)

    @answers("POST", "/identity/sign-in-challenges/invited")
    def accept(self, request: httpx.Request) -> Reply:
        signed_in = "session" in json.loads(request.content)
        return {"state": "accepted"} if signed_in else {"state": "code_sent", "challenge_id": ident("challenge")}

    @answers("GET", "/identity/users")
    def list_users(self, request: httpx.Request) -> Reply:
        return {"items": samples.members(), "next": None}

    @answers("GET", "/identity/users/{user}")
    def get_user(self, request: httpx.Request, user: str) -> Reply:
        came = {"door": "invitation", "since": samples.at(days=40), "let_in_by": "Robin Lindqvist"}
        return found_by_id([each | came for each in samples.members()], user)

    @answers("PATCH", "/identity/users/{user}")
    def change_user(self, request: httpx.Request, user: str) -> Reply:
        if user == ident("ana"):
            return problem(409, "last-admin", "Ana Oliveira is the last admin. Make somebody else an admin first.")
        person = next(each for each in samples.members() if each["id"] == user)
        return person | json.loads(request.content)

    @answers("DELETE", "/identity/users/{user}")
    def remove_user(self, request: httpx.Request, user: str) -> Reply:
        return None

    @answers("GET", "/identity/invitations")
    def list_invitations(self, request: httpx.Request) -> Reply:
        return {"items": [each | {"location_names": self.invited_to} for each in samples.INVITATIONS], "next": None}

    @answers("POST", "/identity/invitations")
    def invite_user(self, request: httpx.Request) -> Reply:
        body = json.loads(request.content)
        if body["address"].startswith("often."):
            return problem(409, "not-today", "This address cannot be invited again today. Try again tomorrow.")
        if "." in body["display_name"]:
            return refused_fields(display_name="link_in_name")
        return samples.INVITATIONS[0] if "@" in body["address"] else refused_fields(address="not_an_address")

    @answers("POST", "/identity/invitations/{invitation}/resend")
    def resend_invitation(self, request: httpx.Request, invitation: str) -> Reply:
        return samples.INVITATIONS[0]

    @answers("POST", "/identity/invitations/{invitation}/revoke")
    def revoke_invitation(self, request: httpx.Request, invitation: str) -> Reply:
        return samples.INVITATIONS[0]

    @answers("GET", "/identity/contacts")
    def list_contacts(self, request: httpx.Request) -> Reply:
        return {"items": samples.CONTACTS, "next": None}

    @answers("GET", "/identity/contacts/{contact}")
    def get_contact(self, request: httpx.Request, contact: str) -> Reply:
        return found_by_id(samples.CONTACTS, contact)

    @answers("POST", "/identity/contacts")
    def add_contact(self, request: httpx.Request) -> Reply:
        body = json.loads(request.content)
        return samples.CONTACTS[0] if "@" in body["address"] else refused_fields(address="not_an_address")

    @answers("PUT", "/identity/contacts/{contact}")
    def change_contact(self, request: httpx.Request, contact: str) -> Reply:
        return samples.CONTACTS[0]

    @answers("DELETE", "/identity/contacts/{contact}")
    def remove_contact(self, request: httpx.Request, contact: str) -> Reply:
        return None
