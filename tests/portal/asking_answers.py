"""The fake API of identity for people's own workspaces, and for asking for access to further ones."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal import samples
from tests.portal.answering import Reply, answers, found_by_id, problem, refused_fields
from tests.portal.children_answers import ChildrenAnswers
from tests.portal.samples import ident

EVA = samples.person("eva", "Eva Brandt", "eva@quarry.example")


def asked(name: str, state: str = "pending", reason: str | None = None) -> dict[str, Any]:
    return {"id": ident(f"asked {name}"), "name": name, "state": state, "reason": reason,
            "asked_at": samples.at(days=2), "expires_at": samples.at(days=-28)}  # fmt: skip


def access_request(state: str = "pending", reason: str | None = None) -> dict[str, Any]:
    return {"id": ident(f"request {state}"), "user_id": ident("tom"), "address": EVA["address"],
            "display_name": EVA["display_name"], "message": "Eva of the Berlin office", "state": state,
            "asked_at": samples.at(days=2), "expires_at": samples.at(days=-28),
            "decider": "Jonas Keller" if state in ("approved", "denied") else None, "reason": reason}  # fmt: skip


@dataclass
class AskingAnswers(ChildrenAnswers):
    own: list[dict[str, Any]] = field(default_factory=lambda: [asked("quarry-rail"), asked("old", "denied", "Who?")])
    """What the person has asked for."""
    requests: list[dict[str, Any]] = field(default_factory=lambda: [access_request(), access_request("withdrawn")])
    """Who asks for access to the workspace."""
    defaults: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    only_admin: bool = False

    asking_to_hold: set[str] = field(default_factory=set)
    """The workspaces that ask the person to become a holder."""

    @answers("GET", "/identity/me/workspaces")
    def own_workspaces(self, request: httpx.Request) -> Reply:
        session = self._session(request)
        return [
            {name: samples.WORKSPACES[slug][name] for name in ("id", "slug", "kind", "display_name")}
            | {"role": session.role, "door": "invitation", "since": samples.at(days=40), "let_in_by": "Robin Lindqvist",
               "location_name": "Berlin office" if session.is_narrowed else None,
               "default": slug == session.home, "holder": "primary" if session.is_holder else None,
               "asked_to_hold": slug in self.asking_to_hold}
            for slug in session.workspaces
        ]  # fmt: skip

    @answers("POST", "/identity/me/workspaces/{workspace}/default")
    def choose_default_member(self, request: httpx.Request, workspace: str) -> Reply:
        self.defaults.append(workspace)
        return None

    @answers("POST", "/identity/me/workspaces/{workspace}/leave")
    def leave_workspace(self, request: httpx.Request, workspace: str) -> Reply:
        if self.only_admin:
            return problem(409, "last-admin", "You are the last admin. Make somebody else an admin first.")
        self.left.append(workspace)
        return None

    @answers("GET", "/identity/access-requests/own")
    def own_requests(self, request: httpx.Request) -> Reply:
        return self.own

    @answers("POST", "/identity/access-requests")
    def ask(self, request: httpx.Request) -> Reply:
        name = json.loads(request.content)["workspace"]
        if name == "no name":
            return refused_fields(workspace="workspace_name")
        if name == "northwind":
            return problem(409, "user-already", "You are a user of Northwind Logistics already.")
        if name == "invited":
            joined = {name: samples.WORKSPACES["meridian"][name]
                      for name in ("id", "slug", "kind", "display_name", "account_number")}  # fmt: skip
            return {"asked": None, "joined": joined}
        self.own.insert(0, asked(name))
        return {"asked": asked(name), "joined": None}

    @answers("POST", "/identity/access-requests/own/{asked}/withdraw")
    def withdraw(self, request: httpx.Request, asked: str) -> Reply:
        own = next(each for each in self.own if each["id"] == asked)
        if own["state"] != "pending":
            return problem(409, "access-request-closed", "This request is denied.", state=own["state"])
        return own | {"state": "withdrawn"}

    @answers("GET", "/identity/access-requests")
    def list_access_requests(self, request: httpx.Request) -> Reply:
        state = request.url.params.get("state")
        found = [each for each in self.requests if state in (None, each["state"])]
        return {"items": found, "next": None, "count": len(found)}

    @answers("GET", "/identity/access-requests/{request_id}")
    def get_access_request(self, request: httpx.Request, request_id: str) -> Reply:
        return found_by_id(self.requests, request_id)

    @answers("POST", "/identity/access-requests/{request_id}/approve")
    def approve(self, request: httpx.Request, request_id: str) -> Reply:
        return self._decided(request_id, "approved")

    @answers("POST", "/identity/access-requests/{request_id}/deny")
    def deny(self, request: httpx.Request, request_id: str) -> Reply:
        reason = json.loads(request.content)["reason"]
        return self._decided(request_id, "denied", reason) if reason else refused_fields(reason="too_short")

    def _decided(self, request_id: str, state: str, reason: str | None = None) -> Reply:
        found = next(each for each in self.requests if each["id"] == request_id)
        if found["state"] != "pending":
            return problem(409, "access-request-closed", "It is closed.", state=found["state"])
        return found | {"state": state, "reason": reason, "decider": "Jonas Keller"}
