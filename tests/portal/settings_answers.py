"""The fake API of identity for what people and workspaces set."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from services.identity.workspaces.slugs import stem_of
from shared.language import TAGS, is_zone
from tests.portal import samples
from tests.portal.access_answers import AccessAnswers
from tests.portal.answering import Reply, answers, problem, refused_fields

NO_FACE: dict[str, Any] = {
    "support_address": None, "support_phone": None, "postal_lines": [], "support_hours": None, "emergency_phone": None,
    "help_url": None, "status_url": None, "sales_name": None, "sales_address": None, "sales_phone": None,
}  # fmt: skip
NO_BRAND: dict[str, Any] = dict.fromkeys(
    ("display_name", "color", "sender_name", "imprint_url", "privacy_url", "terms_url", "logo")
)  # fmt: skip
LOGO_HASH = "5f" * 32
LONGEST_LINE = 100


@dataclass
class SettingsAnswers(AccessAnswers):
    locales: dict[str, str] = field(default_factory=dict)
    """The languages of workspaces, by slug, where they are others than American English."""
    faces: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What workspaces have said of how they help their customers, by slug."""
    brands: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What sellers have said of their looks, by slug."""
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    """The names and slugs of workspaces, by their slug before, where they were changed."""
    sellers: dict[str, str] = field(default_factory=lambda: {"northwind": "meridian"})
    """The partners of customers, by slug; all others buy from the provider."""

    leads_to: str = ""
    """The workspace, by slug, to whose portal or invitation every challenge belongs; empty: to none."""

    def brand_seen_by(self, slug: str) -> dict[str, Any]:
        """A partner's name is at least that of its workspace."""
        partner = self.sellers.get(slug)
        named = {"display_name": samples.WORKSPACES[partner]["display_name"]} if partner else {}
        said = self.brands.get(partner or "larkspur", {})
        return NO_BRAND | named | {name: value for name, value in said.items() if value is not None}

    @answers("GET", "/identity/sign-in-challenges/{challenge}/seller")
    def seller_of_challenge(self, request: httpx.Request, challenge: str) -> Reply:
        if not self.leads_to:
            return {"brand": self.brand_seen_by(""), "support_address": None}
        return {"brand": self.brand_seen_by(self.leads_to), "support_address": "help@meridian.example"}

    @answers("PATCH", "/identity/me")
    def change_me(self, request: httpx.Request) -> Reply:
        session, body = self._session(request), json.loads(request.content)
        if not body["display_name"]:
            return refused_fields(display_name="required")
        if body["locale"] not in (*TAGS, None):
            return refused_fields(locale="not_a_choice")
        if body["time_zone"] is not None and not is_zone(body["time_zone"]):
            return refused_fields(time_zone="not_a_choice")
        session.preferences = {"locale": body["locale"], "time_zone": body["time_zone"]}
        session.shortcuts = body["shortcuts"]
        return samples.PEOPLE[session.user] | body

    @answers("GET", "/identity/workspace-settings")
    def get_settings(self, request: httpx.Request) -> Reply:
        return self._settings_of(self._session(request).acting)

    def _settings_of(self, slug: str) -> dict[str, Any]:
        names = {name: samples.WORKSPACES[slug][name] for name in ("display_name", "slug")} | self.names.get(slug, {})
        said = {"locale": self.locales.get(slug, "en-US"), "asks_entry_reason": False}
        return names | said | NO_FACE | self.faces.get(slug, {})

    @answers("PATCH", "/identity/workspace-settings")
    def change_settings(self, request: httpx.Request) -> Reply:
        body, slug = json.loads(request.content), self._session(request).acting
        if body["locale"] not in TAGS:
            return refused_fields(locale="not_a_choice")
        if "@" not in (body.get("support_address") or "@"):
            return refused_fields(support_address="not_an_address")
        if not (body.get("help_url") or "https://").startswith("https://"):
            return refused_fields(help_url="not_https")
        if max(map(len, body.get("postal_lines") or [""])) > LONGEST_LINE:
            return refused_fields(postal_lines__0="too_long")
        named = {"display_name": body.pop("display_name", samples.WORKSPACES[slug]["display_name"])}
        if not named["display_name"]:
            return refused_fields(display_name="required")
        if body.pop("new_url", False):
            named["slug"] = stem_of(named["display_name"])
        self.names[slug], self.locales[slug] = named, body.pop("locale")
        self.faces[slug] = body
        return self._settings_of(slug)

    @answers("GET", "/identity/workspaces/seller")
    def get_seller(self, request: httpx.Request) -> Reply:
        partner = self.sellers.get(self._session(request).acting, "larkspur")
        slug = partner if self.faces.get(partner, NO_FACE)["support_address"] else "larkspur"
        found = samples.WORKSPACES[slug]
        named = {"kind": found["kind"], "display_name": found["display_name"]}
        return named | NO_FACE | self.faces.get(slug, {})

    @answers("GET", "/identity/branding")
    def get_branding(self, request: httpx.Request) -> Reply:
        return NO_BRAND | self.brands.get(self._session(request).acting, {})

    @answers("PUT", "/identity/branding")
    def change_branding(self, request: httpx.Request) -> Reply:
        body, slug = json.loads(request.content), self._session(request).acting
        if not (body["imprint_url"] or "https://").startswith("https://"):
            return refused_fields(imprint_url="not_https")
        self.brands[slug] = self.brands.get(slug, {}) | body
        return NO_BRAND | self.brands[slug]

    @answers("PUT", "/identity/branding/logo")
    def change_logo(self, request: httpx.Request) -> Reply:
        slug = self._session(request).acting
        if not request.content.startswith(b"\x89PNG"):
            return problem(422, "not-a-logo", "Send a PNG.", reason="not_an_image")
        self.brands[slug] = self.brands.get(slug, {}) | {"logo": {"hash": LOGO_HASH, "width": 200, "height": 50}}
        return NO_BRAND | self.brands[slug]

    @answers("GET", f"/identity/branding/logos/{LOGO_HASH}")
    def get_logo(self, _request: httpx.Request) -> Reply:
        return httpx.Response(200, content=b"\x89PNG", headers={"content-type": "image/png"})

    @answers("GET", "/identity/branding/provider")
    def get_provider_brand(self, _request: httpx.Request) -> Reply:
        return NO_BRAND | self.brands.get("larkspur", {})
