"""The fake API of identity for the end of people's own accounts."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from tests.portal import samples
from tests.portal.answering import Reply, answers, problem, refused_fields
from tests.portal.asking_answers import AskingAnswers
from tests.portal.samples import ident


@dataclass
class ErasingAnswers(AskingAnswers):
    erasure: dict[str, Any] | None = None
    """The open request."""
    obstacle: str | None = None
    signed_in_lately: bool = True

    @answers("GET", "/identity/erasures/own")
    def own_erasure(self, request: httpx.Request) -> Reply:
        session = self._session(request)
        left = [
            {name: samples.WORKSPACES[slug][name] for name in ("id", "slug", "display_name")}
            | {"role": session.role, "obstacle": self.obstacle}
            for slug in session.workspaces
        ]
        return {"erasure": self.erasure, "workspaces": left, "signed_in_lately": self.signed_in_lately}

    @answers("POST", "/identity/erasures")
    def request_erasure(self, request: httpx.Request) -> Reply:
        if "jonas" not in json.loads(request.content)["address"]:
            return refused_fields(address="not_your_address")
        self.erasure = {"id": ident("erasure"), "requested_at": samples.at(), "due_at": samples.at(days=-7)}
        return httpx.Response(201, json=self.erasure)

    @answers("POST", "/identity/erasures/own/withdraw")
    def withdraw_erasure(self, request: httpx.Request) -> Reply:
        if self.erasure is None:
            return problem(404, "not-found", "You have not asked for your account to be deleted.")
        self.erasure = None
        return None
