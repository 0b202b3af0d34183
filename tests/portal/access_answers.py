"""The fake API of identity for the portals of bill groups and who may open them."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal import samples
from tests.portal.answering import Reply, answers, problem, refused_fields
from tests.portal.links_answers import LinksAnswers
from tests.portal.samples import ident

KEY = "k" * 32


@dataclass
class AccessAnswers(LinksAnswers):
    rules: list[dict[str, Any]] = field(default_factory=list)
    portal_state: dict[str, bool] = field(
        default_factory=lambda: {
            "portals_on": True, "portal_on": True, "is_closed": False, "has_contract": True, "owes": False,
        }
    )  # fmt: skip
    """The switch of the installation, and what billing says of the bill group."""

    @property
    def _is_open(self) -> bool:
        return self.portal_state["portals_on"] and self.portal_state["portal_on"] and self.portal_state["has_contract"]

    @answers("POST", "/identity/portals/look")
    def look_at_portal(self, request: httpx.Request) -> Reply:
        if json.loads(request.content)["key"] != KEY:
            return problem(404, "not-found", "There is no such portal.")
        return {"seller": "Meridian Partners", "support_address": "help@meridian.example", "support_phone": None,
                "is_open": self._is_open, "brand": self.brand_seen_by("northwind")}  # fmt: skip

    @answers("GET", "/identity/portals/{workspace}/{group}")
    def get_portal(self, request: httpx.Request, workspace: str, group: str) -> Reply:
        said = {"bill_group_id": group, "bill_group_display_name": "Berlin"} | self.portal_state
        return said | {"link": f"https://portal.larkspur.example/p/{KEY}", "is_open": self._is_open}

    @answers("GET", "/identity/access-rules/{workspace}")
    def list_group_access(self, request: httpx.Request, workspace: str) -> Reply:
        known = {name: self.portal_state[name] for name in ("portals_on", "portal_on", "is_closed", "has_contract")}
        return [{"id": ident("berlin"), "display_name": "Berlin", "is_default": True, "is_open": self._is_open,
                 "rules": len(self.rules)} | known]  # fmt: skip

    @answers("GET", "/identity/access-rules/{workspace}/{group}")
    def list_access_rules(self, request: httpx.Request, workspace: str, group: str) -> Reply:
        return self.rules

    @answers("POST", "/identity/access-rules/{workspace}/{group}")
    def add_access_rule(self, request: httpx.Request, workspace: str, group: str) -> Reply:
        body = json.loads(request.content)
        value = body["value"]
        if "," in value:
            return refused_fields(value="only_one")
        below = [rule["value"] for rule in self.rules if rule["value"].endswith(f"@{value}")]
        if below and not body["fold_in"]:
            return problem(409, "addresses-in-domain", "Addresses there have access already.", addresses=below)
        self.rules = [rule for rule in self.rules if rule["value"] not in below]
        self.rules.append({"id": ident(value), "kind": body["kind"], "value": value, "added_by": "Ana",
                           "added_at": samples.at(days=1), "visitors": 2})  # fmt: skip
        return self.rules[-1]

    @answers("DELETE", "/identity/access-rules/{workspace}/{group}/{rule}")
    def remove_access_rule(self, request: httpx.Request, workspace: str, group: str, rule: str) -> Reply:
        self.rules = [each for each in self.rules if each["id"] != rule]
        return None
