"""Fakes of the five services' HTTP APIs, for tests of the portal alone: people, customers, orders and invoices in
memory, and a switch that takes a service down."""

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from docs.generate import routes_of
from shared.auth.routes import Allow, Guard
from tests.contracts.openapi import Drift, Operation, check_answer, check_request, operation_at
from tests.harness.services import service_named
from tests.portal import samples
from tests.portal.all_workspaces_answers import AllWorkspacesAnswers
from tests.portal.answering import ROUTES, problem
from tests.portal.business_answers import BusinessAnswers
from tests.portal.campaigns_answers import CampaignsAnswers
from tests.portal.catalogue_answers import CatalogueAnswers
from tests.portal.closing_answers import ClosingAnswers
from tests.portal.documents_answers import DocumentsAnswers
from tests.portal.exports_answers import ExportsAnswers
from tests.portal.holders_answers import HoldersAnswers
from tests.portal.identity_answers import TOKEN, Session
from tests.portal.infrastructure_answers import InfrastructureAnswers
from tests.portal.licences_answers import LicencesAnswers
from tests.portal.locations_answers import LocationsAnswers
from tests.portal.mails_answers import MailsAnswers
from tests.portal.manual_tasks_answers import ManualTasksAnswers
from tests.portal.notices_answers import NoticesAnswers
from tests.portal.operations_answers import OperationsAnswers
from tests.portal.orders_answers import OrdersAnswers
from tests.portal.own_accounts_answers import OwnAccountsAnswers
from tests.portal.own_data_answers import OwnDataAnswers
from tests.portal.parts_answers import PartsAnswers
from tests.portal.quotes_answers import QuotesAnswers
from tests.portal.releases_answers import ReleasesAnswers
from tests.portal.settings_answers import SettingsAnswers
from tests.portal.setup_answers import SetupAnswers
from tests.portal.subscription_answers import SubscriptionAnswers

__all__ = ["FakeServices", "Session", "problem"]


@dataclass
class FakeServices(
    AllWorkspacesAnswers,
    CampaignsAnswers,
    CatalogueAnswers,
    OwnDataAnswers,
    ClosingAnswers,
    HoldersAnswers,
    SetupAnswers,
    SettingsAnswers,
    BusinessAnswers,
    SubscriptionAnswers,
    OrdersAnswers,
    OperationsAnswers,
    ExportsAnswers,
    DocumentsAnswers,
    InfrastructureAnswers,
    MailsAnswers,
    NoticesAnswers,
    PartsAnswers,
    OwnAccountsAnswers,
    LocationsAnswers,
    LicencesAnswers,
    ManualTasksAnswers,
    ReleasesAnswers,
    QuotesAnswers,
):
    """``down``: services that do not answer; ``seen``: each request."""

    down: set[str] = field(default_factory=set)
    seen: list[httpx.Request] = field(default_factory=list)
    replies: dict[tuple[str, str], httpx.Response] = field(default_factory=dict)
    """Responses by method and path that a test sets in place of the usual ones."""
    undocumented: set[str] = field(default_factory=set)
    """Paths with requests or responses that no OpenAPI document describes, on purpose."""
    drifts: list[str] = field(default_factory=list)
    """Requests and responses that do not match the OpenAPI documents: the fixture fails the test."""

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        if request.url.path.split("/")[2] in self.down:
            raise httpx.ConnectError("down", request=request)
        try:
            return self._answer(request)
        except Drift as drift:
            self.drifts.append(str(drift))
            raise

    def _answer(self, request: httpx.Request) -> httpx.Response:
        special = self.replies.get((request.method, request.url.path))
        if request.url.path in self.undocumented:
            return special or problem(404, "not-found", "There is no such thing here.")
        operation = operation_at(request.method, request.url.path)
        valid = check_request(operation, str(request.url), request.headers, request.content)
        answer = special or self._refusal(operation, request) or self._usual(request, operation.success)
        check_answer(operation, answer.status_code, answer.headers, answer.content)
        if not valid and answer.is_success:
            raise Drift(f"{operation} would refuse {request.url.query!r} {request.content!r}")
        return answer

    def _refusal(self, operation: Operation, request: httpx.Request) -> httpx.Response | None:
        """What the service's own guard says to the session's role."""
        needed = guard_of(operation)
        if isinstance(needed, Allow) and (session := self.sessions.get(token_of(request))):
            kind = samples.WORKSPACES[session.acting]["kind"]
            if session.level_of(needed.permission, session.role, kind) not in needed.levels:
                return problem(403, "forbidden", f"Your role here does not include “{needed.permission}”.")
        return None

    def _usual(self, request: httpx.Request, success: int) -> httpx.Response:
        """``success`` is the status of a response that sets none."""
        for method, pattern, name in ROUTES:
            found = pattern.fullmatch(request.url.path)
            if found and method == request.method:
                reply = getattr(self, name)(request, **found.groupdict())
                if isinstance(reply, httpx.Response):
                    return reply
                return httpx.Response(success) if reply is None else httpx.Response(success, json=reply)
        raise Drift(f"there is no fake for {request.method} {request.url.path}")

    def reads(self, path: str) -> int:
        """How often this path was read: an open stream reads again whenever it is woken."""
        return sum(each.method == "GET" and each.url.path == path for each in self.seen)

    def sent(self, method: str, path: str) -> list[dict[str, Any]]:
        """The bodies of the requests to this path."""
        found = [each for each in self.seen if each.method == method and each.url.path == path]
        return [json.loads(each.content or b"{}") for each in found]


@cache
def guards(service: str) -> dict[tuple[str, str], Guard]:
    """The guard of each method and path of a service."""
    routes = routes_of(service_named(service))
    return {(method, route.path): route.guard for route in routes for method in route.methods}


def guard_of(operation: Operation) -> Guard:
    return guards(operation.service)[operation.method, operation.path]


def token_of(request: httpx.Request) -> str:
    """The name of the session whose token a request has."""
    return request.headers.get("authorization", "").removeprefix(TOKEN)
