"""The fake API of notifications for campaigns of news."""

import json
from typing import Any

import httpx

from tests.portal.answering import Reply, answers, problem
from tests.portal.samples import at, ident

ID = ident("campaign-1")
TEXTS = {
    "en": {"title": "Console 3 is out", "body": "It is **faster**.", "button_label": ""},
    "de": {"title": "Console 3 ist da", "body": "Es ist **schneller**.", "button_label": ""},
}
COUNTS = {"recipients": 0, "is_prepared": False, "sent": 0, "failed": 0, "opted_out": 0, "left_out": 0}
CAMPAIGN: dict[str, Any] = {
    "id": ID, "topic": "news_release", "topic_title": "New releases", "title": "Console 3 is out", "state": "draft",
    "created_at": at(days=2), "scheduled_for": None, "started_at": None, "ended_at": None, **COUNTS, "version": 3,
    "texts": TEXTS, "button_url": "https://larkspur.example/3",
    "segment": {"kinds": ["customer"], "sellers": "direct", "partner_id": None, "roles": ["admin"], "language": None},
}  # fmt: skip
BEGUN = {"scheduled_for": at(hours=3), "started_at": at(hours=3)}
OF_LIST = CAMPAIGN.keys() - {"version", "texts", "button_url", "segment"}


class CampaignsAnswers:
    """There is one campaign; a test may change it."""

    campaign: dict[str, Any] = CAMPAIGN
    written: dict[str, Any] | None = None
    """What was last saved or scheduled."""

    def now_campaign(self, state: str, **changes: Any) -> None:
        begun = BEGUN if state not in ("draft", "scheduled") else {}
        self.campaign = CAMPAIGN | begun | {"state": state} | changes

    @answers("GET", "/notifications/campaigns")
    def list_campaigns(self, request: httpx.Request) -> Reply:
        return {"items": [{name: self.campaign[name] for name in OF_LIST}], "next": None}

    @answers("POST", "/notifications/campaigns")
    def add_campaign(self, request: httpx.Request) -> Reply:
        return self._campaign_saved(request)

    @answers("POST", "/notifications/campaigns/preview")
    def preview_campaign(self, request: httpx.Request) -> Reply:
        text = json.loads(request.content)["texts"]["en"]
        html = f'<!doctype html><html lang="en"><body style="color: red">{text["body"]}</body></html>'
        return {"subject": text["title"], "preview": "", "sender_name": "Larkspur", "html": html, "text": text["body"]}

    @answers("GET", "/notifications/campaigns/{campaign}")
    def get_campaign(self, request: httpx.Request, campaign: str) -> Reply:
        return self.campaign if campaign == ID else problem(404, "not-found", "There is no such campaign.")

    @answers("PUT", "/notifications/campaigns/{campaign}")
    def change_campaign(self, request: httpx.Request, campaign: str) -> Reply:
        return self._campaign_saved(request)

    @answers("DELETE", "/notifications/campaigns/{campaign}")
    def remove_campaign(self, request: httpx.Request, campaign: str) -> Reply:
        return httpx.Response(204)

    @answers("GET", "/notifications/campaigns/{campaign}/preview")
    def preview_saved_campaign(self, request: httpx.Request, campaign: str) -> Reply:
        text = self.campaign["texts"]["en"]
        html = f'<!doctype html><html lang="en"><body style="color: red">{text["body"]}</body></html>'
        return {"subject": text["title"], "preview": "", "sender_name": "Larkspur", "html": html, "text": text["body"]}

    @answers("GET", "/notifications/campaigns/{campaign}/audience")
    def count_audience(self, request: httpx.Request, campaign: str) -> Reply:
        return {"people": 1204, "switched_off": 31}

    @answers("POST", "/notifications/campaigns/{campaign}/schedule")
    def schedule_campaign(self, request: httpx.Request, campaign: str) -> Reply:
        return self._campaign_saved(request)

    @answers("POST", "/notifications/campaigns/{campaign}/take-back")
    def take_campaign_back(self, request: httpx.Request, campaign: str) -> Reply:
        return {"id": ID, "state": "draft", "version": 4}

    @answers("POST", "/notifications/campaigns/{campaign}/stop")
    def stop_campaign(self, request: httpx.Request, campaign: str) -> Reply:
        return {"id": ID, "state": "stopped", "version": 4}

    @answers("POST", "/notifications/campaigns/{campaign}/test")
    def try_campaign_out(self, request: httpx.Request, campaign: str) -> Reply:
        return {"id": ID}

    @answers("GET", "/notifications/news/{news}")
    def read_news(self, request: httpx.Request, news: str) -> Reply:
        if news != ID:
            return problem(404, "not-found", "There is no such news, or it is too old.")
        return {"id": ID, "topic": "news_release", "topic_title": "New releases", "title": "Console 3 is out",
                "html": "<p>It is <strong>faster</strong>.</p>\n", "button_label": "Read more",
                "button_url": "https://larkspur.example/3", "at": at(days=1)}  # fmt: skip

    def _campaign_saved(self, request: httpx.Request) -> Reply:
        self.written = json.loads(request.content)
        return {"id": ID, "state": self.campaign["state"], "version": 4}
