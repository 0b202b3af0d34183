"""The fake APIs behind the page of setting up: how mails are sent, and the end of it."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal.answering import Reply, answers, problem
from tests.portal.samples import at

MAIL: dict[str, Any] = {
    "server": "mail.larkspur.example:587", "sender": "no-reply@portal.larkspur.example", "signing_domain": None,
    "signing_record": None, "bounce_domain": "portal.larkspur.example", "takes_bounces": False, "test": None,
}  # fmt: skip


def after_test(state: str, why: str | None = None, answer: int | None = None, hours: float = 0) -> dict[str, Any]:
    """How mails are sent, after a test."""
    tried_at = None if state in ("asked", "waiting") else at(hours=hours)
    test = {"asked_at": at(hours=hours), "state": state, "why": why, "answer": answer, "tried_at": tried_at}
    return MAIL | {"test": test}


@dataclass
class SetupAnswers:
    setup_due: bool = False
    """Whether the installation is new."""
    mail_setup: dict[str, Any] = field(default_factory=lambda: dict(MAIL))

    @answers("GET", "/notifications/mail-tests")
    def get_mail_setup(self, request: httpx.Request) -> Reply:
        return self.mail_setup

    @answers("POST", "/notifications/mail-tests")
    def send_test_mail(self, request: httpx.Request) -> Reply:
        if self.mail_setup["test"] and self.mail_setup["test"]["state"] == "asked":
            return problem(429, "too-many-mail-tests", "A test mail was asked for a moment ago.")
        self.mail_setup = after_test("asked")
        return httpx.Response(202, json={"asked_at": self.mail_setup["test"]["asked_at"]})

    @answers("POST", "/identity/workspace-settings/end-setup")
    def end_setup(self, request: httpx.Request) -> Reply:
        self.setup_due = False
        return httpx.Response(204)
