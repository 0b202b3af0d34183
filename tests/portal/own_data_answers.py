"""The fake APIs of what the services keep of a person, and of its downloads."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal import samples
from tests.portal.answering import Reply, answers, problem
from tests.portal.erasing_answers import ErasingAnswers
from tests.portal.samples import ident


def kept(name: str, *rows: dict[str, Any], more: bool = False) -> dict[str, Any]:
    return {"name": name, "about": f"About {name}.", "rows": list(rows), "more": more}


@dataclass
class OwnDataAnswers(ErasingAnswers):
    asked_in: list[str] = field(default_factory=list)
    """The languages that what is kept was asked for in."""
    own_downloads: int = 0

    @answers("GET", "/identity/own-data")
    def own_data_of_identity(self, request: httpx.Request) -> Reply:
        session = self._session(request)
        self.asked_in.append(request.url.params["locale"])
        return {"tables": [kept("users", {"slug": session.acting}), kept("sessions", {"ip": "192.0.2.7"}, {})]}

    @answers("GET", "/billing/own-data")
    def own_data_of_billing(self, request: httpx.Request) -> Reply:
        return {"tables": [kept("payments")]}

    @answers("GET", "/provisioning/own-data")
    def own_data_of_provisioning(self, request: httpx.Request) -> Reply:
        return {"tables": [kept("orders", {"number": "ORD-100007"}, more=True)]}

    @answers("GET", "/notifications/own-data")
    def own_data_of_notifications(self, request: httpx.Request) -> Reply:
        return {"tables": [kept("notices", {"title": "Ready", "text": "Größe: 1 × 2"})]}

    @answers("GET", "/audit/own-data")
    def own_data_of_audit(self, request: httpx.Request) -> Reply:
        return {"tables": [kept("entries")]}

    @answers("POST", "/identity/own-data/downloads")
    def record_own_data_download(self, request: httpx.Request) -> Reply:
        if not self.signed_in_lately:
            return problem(409, "sign-in-first", "Sign in again.")
        if self.own_downloads >= 5:
            return problem(429, "too-many-own-downloads", "Five times a day.", retry_after=60)
        self.own_downloads += 1
        return httpx.Response(201, json={"id": ident("download"), "downloaded_at": samples.at()})
