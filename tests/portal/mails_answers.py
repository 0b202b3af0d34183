"""The fake API of notifications: what mails look like."""

from dataclasses import dataclass
from typing import Any

import httpx

from shared.language import DEFAULT_TAG
from tests.portal.answering import Reply, answers, problem

TITLES = {"sign_in": "Sign-in link and code", "invoice_issued": "New invoice"}
CASES = {"": "The usual case", "total_only": "With the total alone"}
HTML = '<!doctype html><html lang="{tag}"><body style="color: red">{title}<script>alert(1)</script></body></html>'


def described(topic: str) -> dict[str, Any]:
    return {"topic": topic, "title": TITLES[topic], "reader": "The billing contact", "policy": "forced",
            "cases": [{"name": name, "title": title} for name, title in CASES.items()]}  # fmt: skip


@dataclass
class MailsAnswers:
    @answers("GET", "/notifications/mail-samples")
    def list_mail_samples(self, request: httpx.Request) -> Reply:
        return {"items": [described(topic) for topic in TITLES], "next": None}

    @answers("GET", "/notifications/mail-samples/{topic}")
    def get_mail_sample(self, request: httpx.Request, topic: str) -> Reply:
        if topic not in TITLES:
            return problem(422, "invalid", "There is no such topic.")
        case = request.url.params.get("case", "")
        if case not in CASES:
            return problem(404, "not-found", "There is no such case.")
        tag = request.url.params.get("locale", DEFAULT_TAG)
        return described(topic) | {
            "subject": f"Invoice LC-2026-000042 <{tag}>",
            "preview": "For Northwind Logistics.",
            "sender_name": "Larkspur Cloud",
            "reply_to": None,
            "html": HTML.format(tag=tag, title=TITLES[topic]),
            "text": f"Your invoice in {tag}\n\nhttps://portal.larkspur.example/w/northwind/",
            "attachment": "LC-2026-000042.pdf",
            "case": case,
            "facts": {"number": "LC-2026-000042"},
        }
