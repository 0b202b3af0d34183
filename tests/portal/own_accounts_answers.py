"""The fake APIs that say what waits for a person in all of their workspaces."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal import samples
from tests.portal.answering import Reply, answers
from tests.portal.samples import ident


def of_identity(slug: str, **said: Any) -> dict[str, Any]:
    usual = {"access_requests": 0, "holders_check_due": False, "suspended": False}
    return {"workspace_id": samples.WORKSPACES[slug]["id"]} | usual | said


def of_provisioning(slug: str, **said: Any) -> dict[str, Any]:
    return {"workspace_id": samples.WORKSPACES[slug]["id"], "orders_to_approve": 0, "failed_orders": 0} | said


def of_billing(slug: str, **said: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {"owed": [], "may_pay": True, "ending": [], "more_ending": False}
    return {"workspace_id": samples.WORKSPACES[slug]["id"]} | usual | said


def owed(currency: str, open_minor: int, overdue_minor: int = 0, next_due_on: str = "2027-02-09") -> dict[str, Any]:
    return {
        "currency": currency,
        "open_minor": open_minor,
        "overdue_minor": overdue_minor,
        "next_due_on": next_due_on,
    }


def ending(then: str, description: str) -> dict[str, Any]:
    return {"service_id": ident(description), "description": description, "ends_on": "2027-03-01", "then": then}


@dataclass
class OwnAccountsAnswers:
    own_waiting: list[dict[str, Any]] = field(default_factory=list)
    own_orders: list[dict[str, Any]] = field(default_factory=list)
    own_money: list[dict[str, Any]] = field(default_factory=list)

    @answers("GET", "/identity/own-accounts")
    def waiting_in_own_accounts(self, request: httpx.Request) -> Reply:
        return self.own_waiting

    @answers("GET", "/provisioning/own-accounts")
    def orders_of_own_accounts(self, request: httpx.Request) -> Reply:
        return self.own_orders

    @answers("GET", "/billing/own-accounts")
    def money_of_own_accounts(self, request: httpx.Request) -> Reply:
        return self.own_money
