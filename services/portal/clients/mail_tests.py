"""Notifications: how the installation sends mails, and the newest test mail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.portal.clients.http import Answer, Api


class MailTest(Answer):
    asked_at: datetime
    state: Literal["asked", "waiting", "sent", "caught", "deferred", "failed", "suppressed"]
    why: str | None
    answer: int | None
    tried_at: datetime | None

    @property
    def is_on_its_way(self) -> bool:
        return self.state in ("asked", "waiting")


class MailSetup(Answer):
    server: str
    sender: str
    signing_domain: str | None
    signing_record: str | None
    bounce_domain: str
    takes_bounces: bool
    test: MailTest | None


class MailTestAsked(Answer):
    asked_at: datetime


@dataclass(frozen=True)
class Testing:
    api: Api

    async def mail_setup(self) -> MailSetup:
        return await self.api.get("/mail-tests", MailSetup)

    async def send_test_mail(self, key: str) -> MailTestAsked:
        return await self.api.post("/mail-tests", MailTestAsked, key=key)
