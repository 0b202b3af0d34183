"""The fake API of identity for what people and workspaces set."""

import json
from dataclasses import dataclass, field

import httpx

from shared.language import TAGS, is_zone
from tests.portal import samples
from tests.portal.answering import Reply, answers, refused_fields
from tests.portal.identity_answers import IdentityAnswers


@dataclass
class SettingsAnswers(IdentityAnswers):
    locales: dict[str, str] = field(default_factory=dict)
    """The languages of workspaces, by slug, where they are others than American English."""

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
        return samples.PEOPLE[session.user] | body

    @answers("GET", "/identity/workspace-settings")
    def get_settings(self, request: httpx.Request) -> Reply:
        return {"locale": self.locales.get(self._session(request).acting, "en-US")}

    @answers("PATCH", "/identity/workspace-settings")
    def change_settings(self, request: httpx.Request) -> Reply:
        locale = json.loads(request.content)["locale"]
        if locale not in TAGS:
            return refused_fields(locale="not_a_choice")
        self.locales[self._session(request).acting] = locale
        return {"locale": locale}
