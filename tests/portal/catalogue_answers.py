"""The fake API of provisioning for the catalogue that the provider's staff keep."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal import business
from tests.portal.answering import Reply, answers, problem, refused_fields
from tests.portal.samples import at, ident

OPTIONS = {"type": "object", "properties": {"step_seconds": {"type": "number"}, "steps": {"type": "array"}}}


@dataclass
class CatalogueAnswers:
    withdrawn: set[str] = field(default_factory=set)
    """The keys of withdrawn products, and the ids of withdrawn plans."""
    services_of: dict[str, int] = field(default_factory=lambda: {"port": 12})
    """How many services there are, by the product's key."""
    brought_by: dict[str, list[str]] = field(default_factory=dict)
    """The names of the products that bring another one, by its key."""
    published: list[dict[str, Any]] = field(default_factory=list)
    published_plans: list[dict[str, Any]] = field(default_factory=list)

    @answers("GET", "/provisioning/catalogue")
    def catalogue(self, request: httpx.Request) -> Reply:
        state = request.url.params.get("state")
        found = [self._kept(each) for each in [*business.PRODUCTS, *self.published]]
        found = [each for each in found if (each["state"] == state if state else each["state"] != "retired")]
        return {"items": [business.product_summary(self._summary(each)) for each in found], "next": None}

    @answers("GET", "/provisioning/catalogue/{key}")
    def catalogue_product(self, request: httpx.Request, key: str) -> Reply:
        found = next((each for each in [*business.PRODUCTS, *self.published] if each["key"] == key), None)
        return self._kept(found) if found else problem(404, "not-found", "There is no such product.")

    @answers("POST", "/provisioning/catalogue/{key}/withdraw")
    def withdraw_product(self, request: httpx.Request, key: str) -> Reply:
        self.withdrawn.add(key)
        return {"key": key, "is_offered": False, "version": 2}

    @answers("POST", "/provisioning/catalogue/{key}/offer")
    def offer_product(self, request: httpx.Request, key: str) -> Reply:
        self.withdrawn.discard(key)
        return {"key": key, "is_offered": True, "version": 3}

    @answers("GET", "/billing/plans/of-products/{product_id}")
    def plan_histories(self, request: httpx.Request, product_id: str) -> Reply:
        found: dict[str, dict[str, Any]] = {}
        for plan in [*business.PLANS, *self.published_plans]:
            if plan["product_id"] == product_id:
                found.setdefault(plan["id"], self._history(plan))["versions"].insert(0, self._version(plan))
        return list(found.values())

    @answers("POST", "/billing/plans")
    def publish_plan(self, request: httpx.Request) -> Reply:
        entry = json.loads(request.content)
        if entry["currency"] == "XXX":
            return refused_fields(currency="unknown_currency")
        if entry["interval_months"] > 120:
            return refused_fields(interval_months="too_large")
        about, known = ("product_id", "display_name"), [*business.PLANS, *self.published_plans]
        same = [each for each in known if all(each[name] == entry[name] for name in about)]
        id_ = same[0]["id"] if same else ident(entry["display_name"])
        more = {"id": id_, "plan_version_id": ident(f"{id_} {len(same)}"), "version": len(same) + 1}
        self.published_plans.append(entry | more)
        return entry | more

    @answers("POST", "/billing/plan-checks")
    def check_plan(self, request: httpx.Request) -> Reply:
        entry = json.loads(request.content)
        if entry["currency"] == "XXX":
            return refused_fields(currency="unknown_currency")
        return {"exists": False}

    @answers("POST", "/billing/plans/{plan_id}/withdraw")
    def withdraw_plan(self, request: httpx.Request, plan_id: str) -> Reply:
        self.withdrawn.add(plan_id)
        return {"id": plan_id, "is_offered": False}

    @answers("POST", "/billing/plans/{plan_id}/offer")
    def offer_plan(self, request: httpx.Request, plan_id: str) -> Reply:
        self.withdrawn.discard(plan_id)
        return {"id": plan_id, "is_offered": True}

    def _history(self, plan: dict[str, Any]) -> dict[str, Any]:
        offered = plan["id"] not in self.withdrawn
        about = {name: plan[name] for name in ("id", "product_id", "display_name")}
        return about | {"is_offered": offered, "withdrawn_at": None if offered else at(), "subscriptions": 3,
                        "versions": []}  # fmt: skip

    def _version(self, plan: dict[str, Any]) -> dict[str, Any]:
        names = ("version", "currency", "recurring_minor", "one_off_minor", "interval_months", "billed",
                 "term_months", "at_term_end", "may_pause", "terms")  # fmt: skip
        shown = {name: plan[name] for name in names} | {"field_prices": plan.get("field_prices", {})}
        return shown | {"id": plan["plan_version_id"], "published_at": at()}

    @answers("GET", "/provisioning/drivers")
    def drivers(self, request: httpx.Request) -> Reply:
        return [{"name": "simulator", "options_schema": OPTIONS}]

    @answers("POST", "/provisioning/product-checks")
    def check_product(self, request: httpx.Request) -> Reply:
        entry = json.loads(request.content)
        known = [each["key"] for each in [*business.PRODUCTS, *self.published]]
        return self._product_refusal(entry) or {"exists": entry["key"] in known}

    @answers("POST", "/provisioning/products")
    def publish_product(self, request: httpx.Request) -> Reply:
        entry = json.loads(request.content)
        if any(each["key"] == entry["key"] for each in [*business.PRODUCTS, *self.published]):
            return problem(409, "product-key-taken", "The key is taken.")
        if refusal := self._product_refusal(entry):
            return refusal
        made = {"id": ident(entry["key"]), "version": 1, "is_offered": True, "by_hand": False} | entry
        made["billing_delay_days"] = entry["billing_delay_days"] or 0
        self.published.append(made)
        return {name: value for name, value in made.items() if not name.startswith("driver")}

    @answers("PUT", "/provisioning/products/{key}")
    def change_product(self, request: httpx.Request, key: str) -> Reply:
        entry = json.loads(request.content)
        found = next(each for each in [*business.PRODUCTS, *self.published] if each["key"] == key)
        changed = found | {name: value for name, value in entry.items() if not name.startswith("driver")}
        return self._product_refusal(entry) or changed

    def _product_refusal(self, entry: dict[str, Any]) -> httpx.Response | None:
        for name, about in entry["configuration_schema"].get("properties", {}).items():
            if "(?=" in about.get("pattern", ""):
                return refused_fields(**{f"configuration_schema__properties__{name}__pattern": "not_a_pattern"})
        if "nothing" in entry["driver_options"]:
            return refused_fields(driver_options__nothing="unknown_field")
        return None

    def _kept(self, product: dict[str, Any]) -> dict[str, Any]:
        key, count = product["key"], self.services_of.get(product["key"], 0)
        offered = key not in self.withdrawn
        state = "offered" if offered else "withdrawn" if count else "retired"
        more = {
            "driver": "simulator",
            "driver_options": {"step_seconds": 1},
            "services": count,
            "published_at": at(),
            "brought_by": self.brought_by.get(key, []),
        }
        more |= {"withdrawn_at": None if offered else at(), "state": state, "is_offered": offered}
        return more | product | {"is_offered": offered}

    def _summary(self, product: dict[str, Any]) -> dict[str, Any]:
        left_out = ("driver", "driver_options", "services", "published_at", "withdrawn_at", "brought_by")
        return {name: value for name, value in product.items() if name not in left_out}
