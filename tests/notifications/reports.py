"""What mail servers send to the bounce address (RFC 3464)."""

from typing import Any
from uuid import UUID

from services.notifications.jobs import read_returned_mails
from tests.notifications.desk import Desk
from tests.notifications.harness import NotificationsHarness, invoice

DSN = """\
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: {to}
{more}Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B0A.1/mx.example"

This is a MIME-encapsulated message.

--B0A.1/mx.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B0A.1/mx.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Sun, 22 Nov 2026 12:00:00 +0000 (UTC)

Final-Recipient: rfc822; somebody@else.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <somebody@else.example>: said the server

--B0A.1/mx.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: Larkspur Cloud <no-reply@portal.larkspur.example>
Message-ID: <00000000-0000-0000-0000-000000000000@portal.larkspur.example>

--B0A.1/mx.example--
"""


def dsn(to: str, *, status: str = "5.1.1", action: str = "failed", more: str = "") -> bytes:
    """The report of a mail server about a mail whose envelope sender was ``to``."""
    return DSN.format(to=to, status=status, action=action, more=more).encode()


class ReturnDesk:
    """The mail server of the bounce address, which hands over what came."""

    TOKEN = "token-of-the-mail-server"
    ADDRESS = "bounces@mail.larkspur.example"
    PATH = "/api/notifications/bounces"

    def __init__(self, api: Any) -> None:
        self.api = api

    async def post(self, mail: bytes, token: str | None = TOKEN) -> Any:
        headers = {"Content-Type": "message/rfc822"} | ({"Authorization": f"Bearer {token}"} if token else {})
        return await self.api.http().post(self.PATH, content=mail, headers=headers)

    async def told(self, mail: bytes) -> str:
        answer = await self.post(mail)
        assert answer.status_code == 200, answer.text
        result: str = answer.json()["result"]
        return result


class Mails:
    """Mails that are sent, and what becomes of them when they come back."""

    def __init__(self, notifications: NotificationsHarness, desk: Desk, server: ReturnDesk) -> None:
        self.notifications, self.desk, self.returns = notifications, desk, server

    async def invoice(self, group: UUID, number: str = "LC-1") -> str:
        """Send one, and return the envelope sender of its mail."""
        await self.notifications.hear(invoice(group, number=number))
        await self.notifications.send()
        return self.notifications.server.senders[-1]

    async def comes_back(self, mail: bytes, result: str = "taken") -> None:
        assert await self.returns.told(mail) == result
        await self.work()

    async def work(self) -> None:
        while await read_returned_mails(self.notifications.job):
            pass

    async def suppressed(self, **query: Any) -> list[dict[str, Any]]:
        answer = await self.desk.lars.http.get("/api/notifications/suppressions", params=query)
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def events(self, name: str) -> list[dict[str, Any]]:
        return await self.notifications.database.events(f"notifications.{name}")
