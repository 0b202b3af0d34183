"""The fake API of notifications: what mails look like, and those that were not delivered."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from shared.language import DEFAULT_TAG
from tests.portal.answering import Reply, answers, problem
from tests.portal.samples import at, ident

TITLES = {"sign_in": "Sign-in link and code", "invoice_issued": "New invoice"}
CASES = {"": "The usual case", "total_only": "With the total alone"}
HTML = '<!doctype html><html lang="{tag}"><body style="color: red">{title}<script>alert(1)</script></body></html>'


def described(topic: str) -> dict[str, Any]:
    return {"topic": topic, "title": TITLES[topic], "reader": "The billing contact", "policy": "forced",
            "cases": [{"name": name, "title": title} for name, title in CASES.items()]}  # fmt: skip


def undelivered(about: str | None, customer: str, **more: Any) -> dict[str, Any]:
    given = {
        "id": ident(f"mail about {about}"), "topic": "invoice_issued", "title": "New invoice",
        "recipient_kind": "billing_contact", "workspace_id": ident(customer), "customer_name": customer,
        "is_own_customer": True, "about": about, "since": at(hours=30), "state": "given_up", "reason": "refused",
        "answer": 550, "tries": 3, "tried_at": at(hours=1), "due_at": None,
    }  # fmt: skip
    return given | more


LATER: dict[str, Any] = {"answer": None, "due_at": at(hours=-1)}
UNDELIVERED = [
    undelivered("INV-2026-00009", "Halcyon Health"),
    undelivered("INV-2026-00008", "Northwind Logistics", state="waiting", reason="no_recipient", **LATER),
    undelivered(
        None, "Brookside", topic="new_browser", title="Sign-in from a new browser", is_own_customer=False,
        recipient_kind="user", state="retrying", reason="not_reached", tries=1, **LATER,
    ),
]  # fmt: skip


def suppressed(address: str, customer: str, **more: Any) -> dict[str, Any]:
    given = {
        "id": ident(f"suppression of {address}"), "address": address, "recipient_kind": "billing_contact",
        "workspace_id": ident(customer), "customer_name": customer, "is_own_customer": True, "reason": "no_mailbox",
        "status": "5.1.1", "since": at(hours=20),
    }  # fmt: skip
    return given | more


SUPPRESSED = [
    suppressed("ap@halcyon.example", "Halcyon Health"),
    suppressed("ops@brookside.example", "Brookside", is_own_customer=False, recipient_kind="admin_contact",
               reason="often_refused", status="5.2.2"),
]  # fmt: skip
NOT_SUPPRESSED = {"since": None, "reason": None, "tries_left": 3}


@dataclass
class MailsAnswers:
    undelivered: list[dict[str, Any]] = field(default_factory=lambda: list(UNDELIVERED))

    suppressed: list[dict[str, Any]] = field(default_factory=lambda: list(SUPPRESSED))
    own_suppression: dict[str, Any] = field(default_factory=lambda: dict(NOT_SUPPRESSED))

    @answers("GET", "/notifications/suppressions")
    def list_suppressions(self, request: httpx.Request) -> Reply:
        q = request.url.params.get("q", "")
        return {"items": [each for each in self.suppressed if q in each["address"]], "next": None}

    @answers("GET", "/notifications/suppressions/own")
    def get_own_suppression(self, request: httpx.Request) -> Reply:
        return self.own_suppression

    @answers("POST", "/notifications/suppressions/own/release")
    def release_own_suppression(self, request: httpx.Request) -> Reply:
        if self.own_suppression["since"] is None:
            return problem(404, "not-found", "Mails are sent to this address again, or there is no such entry.")
        self.own_suppression = NOT_SUPPRESSED
        return httpx.Response(202, json=NOT_SUPPRESSED | {"tries_left": 2})

    @answers("GET", "/notifications/suppressions/{suppression}")
    def get_suppression(self, request: httpx.Request, suppression: str) -> Reply:
        found = next((each for each in self.suppressed if each["id"] == suppression), None)
        return found or problem(404, "not-found", "Mails are sent to this address again, or there is no such entry.")

    @answers("POST", "/notifications/suppressions/{suppression}/release")
    def release_suppression(self, request: httpx.Request, suppression: str) -> Reply:
        if all(each["id"] != suppression for each in self.suppressed):
            return problem(404, "not-found", "Mails are sent to this address again, or there is no such entry.")
        self.suppressed = [each for each in self.suppressed if each["id"] != suppression]
        return {"id": suppression}

    @answers("GET", "/notifications/undelivered-mails")
    def list_undelivered_mails(self, request: httpx.Request) -> Reply:
        return {"items": self.undelivered, "next": None}

    @answers("POST", "/notifications/undelivered-mails/{message}/retry")
    def retry_undelivered_mail(self, request: httpx.Request, message: str) -> Reply:
        found = next((each for each in self.undelivered if each["id"] == message), None)
        if found is None:
            return problem(404, "not-found", "This mail was sent meanwhile, or there is none.")
        again = {"state": "retrying", "due_at": at()}
        self.undelivered = [each | again if each is found else each for each in self.undelivered]
        return httpx.Response(202, json={"id": message, "state": "retrying"})

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
