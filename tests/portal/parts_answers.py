"""The fake API of provisioning for services that are part of another one, and products that bring others."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal import business
from tests.portal.answering import Reply, answers
from tests.portal.samples import ident

BACKUP = business.product("daily-backup", "Daily backup", "licence", "A copy each night.", 0, {}) | {
    "add_on_to": ["metal-m4"]
}
CIRCUIT = {"id": ident("circuit"), "key": "circuit", "display_name": "Virtual circuit", "kind": "virtual_circuit",
           "version": 1}  # fmt: skip


def brought(**changes: Any) -> dict[str, Any]:
    """A circuit that comes along with a product."""
    plan = {"display_name": "Standard", "currency": "USD", "plan_version_id": ident("plan-circuit")}
    return {
        "product": CIRCUIT, "is_offered": True, "billing_delay_days": 0, "configuration": {"vlan": 100}, "copied": {},
        "quantity": 1, "plans": [plan],
    } | changes  # fmt: skip


def part(name: str = "Daily backup", **changes: Any) -> dict[str, Any]:
    of = {each: BACKUP[each] for each in ("id", "key", "display_name", "kind", "version")}
    return business.service("part-1", name, of) | {
        "part_of": ident("service-2"), "whole_name": "fra02-metal-07",
    } | changes  # fmt: skip


@dataclass
class PartsAnswers:
    parts: list[dict[str, Any]] = field(default_factory=list)
    """Of every service."""
    add_ons: list[dict[str, Any]] = field(default_factory=list)
    along: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """What comes along with products, by their keys."""

    @answers("GET", "/provisioning/parts/{service}")
    def parts_of(self, request: httpx.Request, service: str) -> Reply:
        return {"parts": self.parts, "add_ons": [business.product_summary(each) for each in self.add_ons]}

    @answers("GET", "/provisioning/products/{key}/brought")
    def brought_by_product(self, request: httpx.Request, key: str) -> Reply:
        return self.along.get(key, [])
