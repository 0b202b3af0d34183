"""Money is marked where it appears, and no answer has some for a role that does not see money."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from docs.generate import routes_of
from shared.auth.permissions import ROLES, handled, level
from shared.auth.routes import Allow, GuardedRoute
from shared.events import REGISTRY, Event
from shared.events.money import money_fields
from tests.contracts.openapi import SERVICES, document
from tests.harness.services import service_named

KINDS = ("customer", "partner", "provider")
LOOKS_LIKE_MONEY = re.compile(
    r"(^|_)(minor|amount|amounts|price|prices|mrr|revenue|total|totals|net|tax|fee|fees|cost|costs|discount|balance"
    r"|outstanding|(?<!days_)overdue|spend|credit|refund)(_|$)"
)
SETTLED = {
    "GET /api/audit/entries": "its details have none, see tests/audit/test_money.py",
    "GET /api/billing/own-accounts": "of workspaces whose money they see, tests/billing/test_own_accounts.py",
    "GET /api/identity/customers": "cells of a support link are hidden, see tests/identity/test_customers.py",
    "GET /api/identity/customers/{customer_id}": "its cells are those of the list",
    "GET /api/identity/partners": "cells of a support link are hidden, see tests/identity/test_partners.py",
    "GET /api/identity/partners/{partner_id}": "its cells are those of the list",
    "GET /api/identity/partners/{partner_id}/customers": "see tests/identity/test_customers_of_partners.py",
    "POST /api/identity/customers": "its creator is an admin, and a new customer has none",
}
"""Answers in which money depends on the row."""


def fields_that_look_like_money(kind: type[BaseModel]) -> Iterator[str]:
    for name, field in kind.model_fields.items():
        numeric = field.annotation in (int, float) or "Amount" in str(field.annotation)
        if LOOKS_LIKE_MONEY.search(name) and numeric:
            yield name


@pytest.mark.rule("P21")
@pytest.mark.parametrize("event", REGISTRY.values(), ids=lambda event: event.name)
def test_a_field_of_an_event_that_looks_like_money_is_marked(event: type[Event]) -> None:
    assert set(fields_that_look_like_money(event)) <= money_fields(event)


@pytest.mark.rule("P21")
def test_the_mark_is_found_within_lists_and_texts() -> None:
    assert money_fields(REGISTRY["billing.mrr_changed"]) == {"mrr", "moved"}
    assert money_fields(REGISTRY["billing.payment_failed"]) == {"amount_minor", "reason", "invoices"}
    assert money_fields(REGISTRY["billing.invoice_issued"]) == {"total_minor", "net_minor", "tax_minor", "lines"}
    assert money_fields(REGISTRY["provisioning.order_placed"]) == frozenset()


def routes() -> list[GuardedRoute]:
    return [route for service in SERVICES for route in routes_of(service_named(service))]


@pytest.mark.rule("P21")
@pytest.mark.parametrize("route", routes(), ids=lambda route: f"{sorted(route.methods)[0]} {route.path}")
def test_a_role_that_does_not_see_money_gets_no_answer_with_a_field_of_money(route: GuardedRoute) -> None:
    [method] = route.methods
    if route.include_in_schema and shown_without_money(route) and f"{method} {route.path}" not in SETTLED:
        assert sorted(answered_fields(route, method)) == []


def shown_without_money(route: GuardedRoute) -> list[tuple[str, str]]:
    """The roles that the route lets in and that do not see money, by kind of workspace."""
    if not isinstance(route.guard, Allow):
        return []
    let_in = [
        (role, kind)
        for role in ROLES
        for kind in KINDS
        if level(route.guard.permission, role, kind) in route.guard.levels
    ]
    return [(role, kind) for role, kind in let_in if level("money.view", role, kind) not in handled()]


def answered_fields(route: GuardedRoute, method: str) -> set[str]:
    """The fields of the answer that look like money."""
    service = route.path.split("/")[2]
    whole = document(service)
    answers = whole["paths"][route.path][method.lower()]["responses"]
    found = {name for status, answer in answers.items() if status.isdigit() for name in names_in(whole, answer, set())}
    return {name for name in found if LOOKS_LIKE_MONEY.search(name)}


def names_in(whole: Mapping[str, Any], node: Any, seen: set[str]) -> Iterator[str]:
    """The names of all properties of a schema, with those that it refers to."""
    if isinstance(node, list):
        for each in node:
            yield from names_in(whole, each, seen)
    elif isinstance(node, dict):
        reference = node.get("$ref", "")
        if reference and reference not in seen:
            seen.add(reference)
            yield from names_in(whole, whole["components"]["schemas"][reference.rpartition("/")[2]], seen)
        yield from node.get("properties", {})
        for each in node.values():
            yield from names_in(whole, each, seen)


def test_the_settled_answers_are_still_there_and_still_need_it() -> None:
    by_name = {f"{method} {route.path}": route for route in routes() for method in route.methods}
    for name in SETTLED.keys() - {"GET /api/audit/entries"}:  # its details have no schema
        assert answered_fields(by_name[name], name.partition(" ")[0]), name
