"""Notifications: what mails look like, and those that were not delivered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.portal.clients.http import Answer, Api, Page


class MailCase(Answer):
    name: str
    """Empty: the usual case."""
    title: str


class MailSampleSummary(Answer):
    topic: str
    title: str
    reader: str
    """Who gets it."""
    policy: Literal["forced", "on unless switched off", "off unless switched on"]
    cases: list[MailCase]
    """The usual one first."""


class MailSample(MailSampleSummary):
    subject: str
    preview: str
    sender_name: str
    reply_to: str | None
    html: str
    text: str
    attachment: str | None
    case: str
    facts: dict[str, Any]


class UndeliveredMail(Answer):
    """A mail that waits for its recipient, or could not be sent."""

    id: UUID
    title: str
    recipient_kind: str
    workspace_id: UUID
    customer_name: str | None
    is_own_customer: bool
    about: str | None
    since: datetime
    state: Literal["waiting", "retrying", "given_up"]
    reason: str
    answer: int | None
    tries: int
    due_at: datetime | None


class RetriedMail(Answer):
    state: Literal["retrying"]


@dataclass(frozen=True)
class Notifications:
    api: Api

    async def mail_samples(self, *, locale: str) -> Page[MailSampleSummary]:
        return await self.api.get("/mail-samples", Page[MailSampleSummary], locale=locale)

    async def mail_sample(self, topic: str, *, locale: str, case: str = "") -> MailSample:
        return await self.api.get(f"/mail-samples/{topic}", MailSample, locale=locale, case=case)

    async def undelivered_mails(self, *, locale: str, cursor: str = "", limit: int = 50) -> Page[UndeliveredMail]:
        return await self.api.get(
            "/undelivered-mails", Page[UndeliveredMail], locale=locale, cursor=cursor, limit=limit
        )

    async def retry_undelivered_mail(self, message_id: UUID, key: str) -> RetriedMail:
        return await self.api.post(f"/undelivered-mails/{message_id}/retry", RetriedMail, key=key)
