"""The fake API of identity for customers that go from one seller to another."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal import samples
from tests.portal.answering import Reply, answers, found_by_id, problem, refused_fields
from tests.portal.children_answers import ChildrenAnswers

ALDER = samples.ident("alder")
SELLERS = [{"id": samples.ident("larkspur"), "display_name": "Larkspur Cloud"},
           {"id": ALDER, "display_name": "Alder Networks"}]  # fmt: skip


def proposed(**fields: Any) -> dict[str, Any]:
    return {
        "id": samples.ident("a move"), "from_company": "Meridian Partners", "to_company": "Alder Networks",
        "reason": "Meridian <closes> in June.", "state": "proposed", "proposed_by": "Robin Lindqvist",
        "company": "Larkspur Cloud", "proposed_at": samples.at(days=1), "expires_at": samples.at(days=-13),
        "ended_by": None, "ended_at": None, "answer": None,
    } | fields  # fmt: skip


@dataclass
class MovesAnswers(ChildrenAnswers):
    moves: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The newest by the ids of customers."""
    gains_people: bool = True

    @answers("GET", "/identity/moves/below/{workspace}")
    def get_move_below(self, request: httpx.Request, workspace: str) -> Reply:
        child = next((each for each in samples.CUSTOMERS + samples.NOT_CONNECTED if each["id"] == workspace), None)
        if child is None:
            return found_by_id([], workspace)
        return {
            "workspace_id": workspace, "display_name": child["display_name"], "seller": "Meridian Partners",
            "connected": child["status"] == "connected", "suspended": workspace in self.suspended,
            "move": self.moves.get(workspace),
        }  # fmt: skip

    @answers("GET", "/identity/moves/below/{workspace}/sellers")
    def list_sellers_for(self, request: httpx.Request, workspace: str) -> Reply:
        return SELLERS

    @answers("PUT", "/identity/moves/below/{workspace}")
    def propose_move(self, request: httpx.Request, workspace: str) -> Reply:
        body = json.loads(request.content)
        if not body["reason"]:
            return refused_fields(reason="required")
        if body["to_workspace_id"] != ALDER:
            return problem(409, "no-seller-for-it", "It cannot take the customer.")
        self.moves[workspace] = proposed(reason=body["reason"])
        return self.get_move_below(request, workspace)

    @answers("DELETE", "/identity/moves/below/{workspace}")
    def withdraw_move(self, request: httpx.Request, workspace: str) -> Reply:
        move = self.moves[workspace]
        if move["state"] != "proposed":
            return problem(409, "move-closed", "It is closed.", state=move["state"])
        move |= {"state": "withdrawn", "ended_by": "Robin Lindqvist", "ended_at": samples.at()}
        return httpx.Response(204)

    @answers("GET", "/identity/moves/here")
    def get_move_here(self, request: httpx.Request) -> Reply:
        session = self._session(request)
        if session.home != session.acting:
            return problem(409, "only-the-customer", "Only its own admins.")
        move = self.moves.get(samples.ident(session.acting))
        is_open = move is not None and move["state"] == "proposed"
        return {"move": move if is_open else None, "gains_people": self.gains_people, "contacts": 2}

    @answers("POST", "/identity/moves/here/{move}/consent")
    def consent_to_move(self, request: httpx.Request, move: str) -> Reply:
        return self._end_move(request, "consented")

    @answers("POST", "/identity/moves/here/{move}/decline")
    def decline_move(self, request: httpx.Request, move: str) -> Reply:
        reason = json.loads(request.content)["reason"]
        return self._end_move(request, "declined", reason) if reason else refused_fields(reason="required")

    def _end_move(self, request: httpx.Request, state: str, answer: str | None = None) -> Reply:
        move = self.moves[samples.ident(self._session(request).acting)]
        if move["state"] != "proposed":
            return problem(409, "move-closed", "It is closed.", state=move["state"])
        move |= {"state": state, "answer": answer, "ended_by": "Jonas Keller", "ended_at": samples.at()}
        return httpx.Response(204)
