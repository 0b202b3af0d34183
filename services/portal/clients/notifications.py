"""Notifications: what mails look like, and those that were not delivered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.portal.clients.campaigns import Campaigning
from services.portal.clients.http import Answer, Page
from services.portal.clients.mail_tests import Testing
from services.portal.clients.notices import (
    AskedAgain,
    Notice,
    OwnMail,
    OwnSuppression,
    Preference,
    Subscription,
    Switch,
    UnreadCount,
)
from services.portal.clients.own_data import Keeping

Nothing = type(None)


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


class SuppressedAddress(Answer):
    """An address that no mails are sent to, because they come back."""

    id: UUID
    address: str
    recipient_kind: str
    workspace_id: UUID
    customer_name: str | None
    is_own_customer: bool
    reason: str
    status: str
    since: datetime


class Released(Answer):
    id: UUID


class RetriedMail(Answer):
    state: Literal["retrying"]


@dataclass(frozen=True)
class Notifications(Campaigning, Keeping, Testing):
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

    async def suppressions(self, *, q: str = "", cursor: str = "", limit: int = 50) -> Page[SuppressedAddress]:
        return await self.api.get("/suppressions", Page[SuppressedAddress], q=q, cursor=cursor, limit=limit)

    async def suppression(self, suppression_id: UUID) -> SuppressedAddress:
        return await self.api.get(f"/suppressions/{suppression_id}", SuppressedAddress)

    async def release_suppression(self, suppression_id: UUID, key: str) -> Released:
        return await self.api.post(f"/suppressions/{suppression_id}/release", Released, key=key)

    async def own_suppression(self) -> OwnSuppression:
        return await self.api.get("/suppressions/own", OwnSuppression)

    async def release_own_suppression(self, key: str) -> OwnSuppression:
        return await self.api.post("/suppressions/own/release", OwnSuppression, key=key)

    async def preferences(self, *, locale: str) -> Page[Preference]:
        return await self.api.get("/preferences", Page[Preference], locale=locale)

    async def change_preferences(self, switches: list[Switch]) -> None:
        await self.api.patch("/preferences", Nothing, {"switches": switches})

    async def notices(
        self, *, unread: bool, locale: str, time_zone: str | None = None, cursor: str = "", limit: int = 20
    ) -> Page[Notice]:
        asked = {"unread": unread, "locale": locale, "time_zone": time_zone, "cursor": cursor, "limit": limit}
        return await self.api.get("/notices", Page[Notice], **asked)

    async def unread_notices(self) -> UnreadCount:
        return await self.api.get("/notices/unread", UnreadCount)

    async def read_notice(self, notice_id: UUID) -> None:
        await self.api.post(f"/notices/{notice_id}/read", Nothing)

    async def read_all_notices(self, until: datetime) -> None:
        await self.api.post("/notices/read-all", Nothing, {"until": until.isoformat()})

    async def look_at_link(self, token: str, *, locale: str) -> Subscription:
        body = {"token": token, "locale": locale}
        return await self.api.post("/unsubscriptions/look", Subscription, body, reads=True)

    async def switch_by_link(self, token: str, *, wanted: bool, locale: str) -> Subscription:
        body = {"token": token, "wanted": wanted, "locale": locale}
        return await self.api.post("/unsubscriptions", Subscription, body)

    async def own_mails(self, *, locale: str, cursor: str = "", limit: int = 20) -> Page[OwnMail]:
        return await self.api.get("/own-mails", Page[OwnMail], locale=locale, cursor=cursor, limit=limit)

    async def send_own_mail_again(self, mail_id: UUID, key: str) -> AskedAgain:
        return await self.api.post(f"/own-mails/{mail_id}/again", AskedAgain, key=key)
