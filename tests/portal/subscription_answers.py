"""The fake API of billing for a subscription: what a change or an end of it would mean."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from tests.portal.answering import Reply, answers, problem
from tests.portal.identity_answers import IdentityAnswers
from tests.portal.samples import ident, on


def end(ends_on: str, kept: int = 0, leaving: int = 0) -> dict[str, Any]:
    return {"ends_on": ends_on, "kept_minor": kept, "charges_minor": 0, "leaving_minor": leaving}


def term(subscription: str, ends_on: str, at_term_end: str = "renew") -> dict[str, Any]:
    return {"id": subscription, "term_months": 12, "term_ends_on": ends_on, "at_term_end": at_term_end}


MRR = [{"currency": "USD", "months": [
    {"month": "2026-10-01", "total_minor": 157_000, "movements": {"new": 157_000}},
    {"month": "2026-11-01", "total_minor": 207_000, "movements": {"new": 90_000, "churn": -40_000}},
]}]  # fmt: skip


def failing(name: str, number: str, minor: int, days: int, failed: str | None = None) -> dict[str, Any]:
    amounts = {"EUR": minor, "USD": 500} if days else {"EUR": minor}
    return {
        "workspace_id": ident(name), "slug": name.lower(), "display_name": name, "account_number": number,
        "amounts": [{"currency": name, "amount_minor": owed} for name, owed in amounts.items()],
        "invoices": 2, "due_on": on(-days), "days_overdue": days, "payment_failed_at": failed,
    }  # fmt: skip


FAILING = {
    "customers": 2, "is_all": True,
    "totals": [{"currency": "EUR", "amount_minor": 160_000}, {"currency": "USD", "amount_minor": 500}],
    "items": [failing("Northwind", "PC-1001", 150_000, 23), failing("Tidewater", "PC-1002", 10_000, 0,
                                                                    "2026-11-02T08:00:00Z")],
}  # fmt: skip


@dataclass
class SubscriptionAnswers(IdentityAnswers):
    @answers("GET", "/billing/subscription-previews/change")
    def preview_of_change(self, request: httpx.Request) -> Reply:
        asked = request.url.params
        quantity = int(asked["quantity"])
        return {
            "subscription_id": ident("sub" + asked["service_id"]), "service_id": asked["service_id"],
            "plan_version_id": asked["plan_version_id"], "quantity": quantity, "currency": "USD",
            "changes_on": on(0), "now_minor": 0, "credit_minor": 12_500, "charges_minor": 0,
            "recurring_before_minor": 50_000, "interval_months_before": 1, "billed_before": "in_advance",
            "recurring_after_minor": 50_000 * quantity, "interval_months_after": 1,
            "billed_after": "in_arrears",
            "next_billing_on": on(10), "next_total_minor": 118_750, "term_ends_on": None, "term_months": 0,
            "at_term_end": "renew",
        }  # fmt: skip

    @answers("GET", "/billing/subscription-previews/end")
    def preview_of_end(self, request: httpx.Request) -> Reply:
        service_id = request.url.params["service_id"]
        return {
            "subscription_id": ident("sub" + service_id), "service_id": service_id, "currency": "USD",
            "term_ends_on": on(200), "now": end(on(0), kept=12_500, leaving=300_000),
            "period_end": end(on(200)),
        }  # fmt: skip

    @answers("POST", "/billing/subscriptions/{subscription}/renew")
    def renew(self, request: httpx.Request, subscription: str) -> Reply:
        return term(subscription, on(565))

    @answers("POST", "/billing/subscriptions/{subscription}/extend")
    def extend(self, request: httpx.Request, subscription: str) -> Reply:
        if json.loads(request.content)["months"] > 36:
            return problem(409, "term-too-long", "It would end too late.")
        return term(subscription, on(930))

    @answers("PUT", "/billing/subscriptions/{subscription}/at-term-end")
    def choose_term_end(self, request: httpx.Request, subscription: str) -> Reply:
        return term(subscription, on(200), json.loads(request.content)["at_term_end"])

    @answers("GET", "/billing/mrr")
    def mrr(self, request: httpx.Request) -> Reply:
        return MRR

    @answers("GET", "/billing/mrr/customers")
    def customers_mrr(self, request: httpx.Request) -> Reply:
        moved = {"new": 120_000, "expansion": 5_000, "contraction": -2_500, "churn": -40_000}
        return [{"currency": "EUR", "month": "2026-11-01", "movements": moved}]

    @answers("GET", "/billing/failing-payments")
    def failing_payments(self, request: httpx.Request) -> Reply:
        return FAILING

    @answers("GET", "/billing/customers/{customer}/mrr")
    def customer_mrr(self, request: httpx.Request, customer: str) -> Reply:
        return MRR
