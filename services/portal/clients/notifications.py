"""Notifications: what mails look like."""

from dataclasses import dataclass
from typing import Any, Literal

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


@dataclass(frozen=True)
class Notifications:
    api: Api

    async def mail_samples(self, *, locale: str) -> Page[MailSampleSummary]:
        return await self.api.get("/mail-samples", Page[MailSampleSummary], locale=locale)

    async def mail_sample(self, topic: str, *, locale: str, case: str = "") -> MailSample:
        return await self.api.get(f"/mail-samples/{topic}", MailSample, locale=locale, case=case)
