"""The fake API of notifications: notices in the portal, what people chose to be told of, and the links of mails."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal.answering import Reply, answers, problem
from tests.portal.samples import at, ident

LINK = "link-of-a-mail"


def notice(title: str, path: str, workspace: str = "northwind", **more: Any) -> dict[str, Any]:
    return {
        "id": ident(f"notice {title}"), "topic": "order_requested", "title": title, "text": "Approve or refuse it.",
        "path": path, "workspace_id": ident(workspace), "workspace_name": workspace.title(), "at": at(hours=1),
        "is_read": False,
    } | more  # fmt: skip


def preference(
    topic: str, title: str, *, mail: bool = True, portal: bool = True, forced: bool = False
) -> dict[str, Any]:
    return {
        "topic": topic, "title": title, "group": "orders", "group_title": "Orders and approvals",
        "policy": "forced" if forced else "on unless switched off",
        "reason": "You have to know what became of your order." if forced else None, "mail": mail, "portal": portal,
    }  # fmt: skip


NOTICES = [
    notice("Lyon 2 waits for your approval", "/w/northwind/orders/lyon"),
    notice("Halcyon has a new URL", "/w/halcyon/", "halcyon", is_read=True),
]
PREFERENCES = [
    preference("order_requested", "An order waits for approval"),
    preference("order_refused", "Order refused", forced=True),
]


def own_mail(title: str, state: str = "sent", why: str | None = None) -> dict[str, Any]:
    return {"id": ident(f"mail {title}"), "topic": "order_requested", "title": title, "about": "Lyon 2",
            "workspace_name": "Northwind Logistics", "at": at(hours=2), "state": state, "why": why,
            "ended_at": at(hours=1), "may_be_sent_again": state == "sent"}  # fmt: skip


OWN_MAILS = [own_mail("Order approved"), own_mail("Order confirmed", "suppressed", "switched_off"),
             own_mail("Order refused", "failed", "a reason of a later version")]  # fmt: skip


@dataclass
class NoticesAnswers:
    noticed: list[dict[str, Any]] = field(default_factory=lambda: [dict(each) for each in NOTICES])
    chosen: list[dict[str, Any]] = field(default_factory=lambda: [dict(each) for each in PREFERENCES])
    mails_wanted: bool = True

    @answers("GET", "/notifications/notices")
    def list_notices(self, request: httpx.Request) -> Reply:
        unread = request.url.params.get("unread") == "true"
        return {"items": [each for each in self.noticed if not (unread and each["is_read"])], "next": None}

    @answers("GET", "/notifications/notices/unread")
    def count_unread(self, request: httpx.Request) -> Reply:
        return {"unread": sum(not each["is_read"] for each in self.noticed)}

    @answers("POST", "/notifications/notices/read-all")
    def read_all(self, request: httpx.Request) -> Reply:
        for each in self.noticed:
            each["is_read"] = True
        return None

    @answers("POST", "/notifications/notices/{notice}/read")
    def read_notice(self, request: httpx.Request, notice: str) -> Reply:
        found = next((each for each in self.noticed if each["id"] == notice), None)
        if found is None:
            return problem(404, "not-found", "There is no such notice, or it is over.")
        found["is_read"] = True
        return None

    @answers("GET", "/notifications/own-mails")
    def list_own_mails(self, request: httpx.Request) -> Reply:
        return {"items": OWN_MAILS, "next": None}

    @answers("POST", "/notifications/own-mails/{mail}/again")
    def send_own_mail_again(self, request: httpx.Request, mail: str) -> Reply:
        if mail != OWN_MAILS[0]["id"]:
            return problem(409, "not-to-be-sent-again", "It is not sent again now.")
        return httpx.Response(202, json={"id": mail})

    @answers("GET", "/notifications/preferences")
    def list_preferences(self, request: httpx.Request) -> Reply:
        return {"items": self.chosen, "next": None}

    @answers("PATCH", "/notifications/preferences")
    def change_preferences(self, request: httpx.Request) -> Reply:
        for switch in json.loads(request.content)["switches"]:
            for each in self.chosen:
                if each["topic"] == switch["topic"]:
                    each[switch["channel"]] = switch["wanted"]
        return None

    @answers("POST", "/notifications/unsubscriptions/look")
    def look_at_link(self, request: httpx.Request) -> Reply:
        return self._subscription(json.loads(request.content))

    @answers("POST", "/notifications/unsubscriptions")
    def switch_by_link(self, request: httpx.Request) -> Reply:
        body = json.loads(request.content)
        if body["token"] == LINK:
            self.mails_wanted = body["wanted"]
        return self._subscription(body)

    def _subscription(self, body: dict[str, Any]) -> Reply:
        if body["token"] != LINK:
            return problem(404, "link-not-valid", "Open the link of a newer mail.")
        return {"topic": "order_requested", "title": "An order waits for approval", "recipient": "user",
                "wanted": self.mails_wanted}  # fmt: skip
