"""A real SMTP server that can be slow, unavailable, or reject mail."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

ACCEPTED = "250 2.0.0 Taken"


@dataclass
class MailServer:
    """Accepts mail on its own port. ``at_recipient`` and ``at_data`` are its answers by address."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    """The same as they came."""
    senders: list[str] = field(default_factory=list)
    """Their envelope senders."""
    at_recipient: dict[str, str] = field(default_factory=dict)
    at_data: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    when_taken: Callable[[], Awaitable[None]] | None = None
    """Runs after a mail is stored and before it is acknowledged."""
    at_once: int = 0
    most_at_once: int = 0
    connections: int = 0
    """How many were opened."""
    ends_connections: bool = False
    """Whether it takes one mail over each connection."""
    waits_for: dict[str, int] = field(default_factory=dict)
    """By address, after how many other mails its mail is answered."""
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening on the port."""
        if self._server is not None:
            self._server.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._server.wait_closed(), 1)
            self._server = None

    def _protocol(self) -> SMTP:
        self.connections += 1
        return SMTP(self, hostname="mail.example", enable_SMTPUTF8=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if address in mail["To"]]

    @property
    def subjects(self) -> list[str]:
        return [mail["Subject"] for mail in self.mails]

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.at_recipient.get(address, ACCEPTED)
        if answer == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.seconds)
        while len(self.mails) < self.waits_for.get(envelope.rcpt_tos[0], 0):
            await asyncio.sleep(0.01)
        self.at_once -= 1
        answer = self.at_data.get(envelope.rcpt_tos[0], ACCEPTED)
        if answer == ACCEPTED:
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.raw.append(envelope.content)
            self.senders.append(str(envelope.mail_from))
            if self.when_taken:
                await self.when_taken()
        return answer

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return "421 4.7.0 No more mails over this connection" if self.ends_connections else "250 2.0.0 Reset"


def text_of(mail: EmailMessage) -> str:
    return _part(mail, "plain")


def html_of(mail: EmailMessage) -> str:
    return _part(mail, "html")


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
