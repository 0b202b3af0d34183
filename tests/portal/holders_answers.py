"""The fake API of identity for the holders of accounts, and for additional users."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal import samples
from tests.portal.answering import Reply, answers, problem, refused_fields
from tests.portal.moves_answers import MovesAnswers

CHANGE = samples.ident("a change of a holder")


def change(**fields: Any) -> dict[str, Any]:
    """Tom is to become the primary holder instead of Jonas."""
    return {
        "id": CHANGE, "slot": "primary", "state": "proposed", "former": samples.PEOPLE["jonas"],
        "new": samples.PEOPLE["tom"], "by_provider": False, "reason": None, "proposed_by": samples.PEOPLE["jonas"],
        "proposed_at": samples.at(hours=1), "expires_at": samples.at(days=-6), "undo_until": None,
    } | fields  # fmt: skip


@dataclass
class HoldersAnswers(MovesAnswers):
    primary: dict[str, Any] | None = field(default_factory=lambda: samples.PEOPLE["jonas"])
    alternate: dict[str, Any] | None = None
    holder_changes: list[dict[str, Any]] = field(default_factory=list)
    holder_control: bool = False
    answered: list[str] = field(default_factory=list)
    """What became of changes, in order."""

    @answers("GET", "/identity/holders")
    def get_holders(self, request: httpx.Request) -> Reply:
        return {
            "primary": self.primary, "alternate": self.alternate, "holder_control": self.holder_control,
            "checked_at": samples.at(days=400), "check_due": self.check_due, "changes": self.holder_changes,
        }  # fmt: skip

    @answers("PUT", "/identity/holders/slots/{slot}")
    def propose_holder(self, request: httpx.Request, slot: str) -> Reply:
        return self._ask_holder(slot, json.loads(request.content)["address"], state="proposed")

    @answers("PUT", "/identity/holders/control")
    def put_holder_control(self, request: httpx.Request) -> Reply:
        self.holder_control = json.loads(request.content)["holder_control"]
        return httpx.Response(204)

    @answers("POST", "/identity/holders/check")
    def check_holders(self, request: httpx.Request) -> Reply:
        self.check_due = False
        return httpx.Response(204)

    @answers("POST", "/identity/holders/changes/{id}/{answer}")
    def answer_holder_change(self, request: httpx.Request, id: str, answer: str) -> Reply:
        return self._end_change(answer)

    @answers("GET", "/identity/holders/below/{workspace}")
    def get_holders_below(self, request: httpx.Request, workspace: str) -> Reply:
        found = next((each for each in samples.WORKSPACES.values() if each["id"] == workspace), None)
        if found is None:
            return problem(404, "not-found", "There is no such customer.")
        here = self.get_holders(request)
        assert isinstance(here, dict)
        connected = workspace != samples.ident("halcyon")
        return {**here, "workspace_id": workspace, "display_name": found["display_name"], "connected": connected}

    @answers("PUT", "/identity/holders/below/{workspace}/slots/{slot}")
    def request_holder_below(self, request: httpx.Request, workspace: str, slot: str) -> Reply:
        body = json.loads(request.content)
        if not body["reason"]:
            return refused_fields(reason="required")
        staff = {"by_provider": True, "reason": body["reason"], "proposed_by": samples.PEOPLE["lars"]}
        return self._ask_holder(slot, body["address"], state="requested", **staff)

    @answers("POST", "/identity/holders/below/{workspace}/changes/{id}/{answer}")
    def answer_holder_change_below(self, request: httpx.Request, workspace: str, id: str, answer: str) -> Reply:
        return self._end_change(answer)

    @answers("POST", "/identity/users/additional")
    def add_additional_user(self, request: httpx.Request) -> Reply:
        address = json.loads(request.content)["address"]
        if "@" not in address:
            return refused_fields(address="not_an_address")
        found = next((each for each in samples.PEOPLE.values() if each["address"] == address), None)
        if found and found["id"] == samples.ident("jonas"):
            return problem(409, "already-member", "They are a user already.")
        return {"added": found and found | {"role": "additional", "last_active_at": None, "mail_returned_at": None}}

    def _ask_holder(self, slot: str, address: str, **fields: Any) -> Reply:
        if "@" not in address:
            return refused_fields(address="not_an_address")
        if address != samples.PEOPLE["tom"]["address"]:
            return problem(409, "not-a-user-here", "They are no user.")
        self.holder_changes.append(change(slot=slot, **fields))
        return httpx.Response(204)

    def _end_change(self, answer: str) -> Reply:
        if not self.holder_changes:
            return problem(409, "holder-change-closed", "It is closed.", state="withdrawn")
        self.holder_changes.clear()
        self.answered.append(answer)
        return httpx.Response(204)
