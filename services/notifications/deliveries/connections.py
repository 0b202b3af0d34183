"""Connections to the mail server, which are kept from one mail to the next."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import unquote, urlsplit

import aiosmtplib

from services.notifications.settings import Settings

TLS_PORT, PORT = 465, 25
ANSWERS = (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused)
DEAD = (aiosmtplib.SMTPException, OSError, TimeoutError)
"""What using a connection raises that is closed, or that the server does not want to go on with."""


class MailServer:
    """The mail server, with the connections that are idle. Use it within `mail_server`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: list[aiosmtplib.SMTP] = []

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A connection for one mail, ready for its envelope. Raises what connecting raises."""
        client = await self._idle_one() or await self._new_one()
        try:
            yield client
        except ANSWERS:  # to this mail: the connection is as good as before
            self._keep(client)
            raise
        except BaseException:
            client.close()
            raise
        self._keep(client)

    async def close(self) -> None:
        """End the idle connections."""
        while self._idle:
            client = self._idle.pop()
            with suppress(*DEAD):
                await client.quit()
            client.close()

    def _keep(self, client: aiosmtplib.SMTP) -> None:
        if client.is_connected:
            self._idle.append(client)

    async def _idle_one(self) -> aiosmtplib.SMTP | None:
        """One that still answers: servers end connections after so many mails, or after a while."""
        while self._idle:
            client = self._idle.pop()
            try:
                await client.rset()
            except DEAD:
                client.close()
            else:
                return client
        return None

    async def _new_one(self) -> aiosmtplib.SMTP:
        client = client_of(self._settings)
        await client.connect()
        return client


def client_of(settings: Settings) -> aiosmtplib.SMTP:
    """A client of the mail server that is not connected yet."""
    url = urlsplit(settings.smtp_url.get_secret_value())
    encrypted = url.scheme == "smtps"
    return aiosmtplib.SMTP(
        hostname=url.hostname,
        port=url.port or (TLS_PORT if encrypted else PORT),
        username=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
        use_tls=encrypted,
        local_hostname=settings.mail_host,  # otherwise the library makes a blocking DNS query
        timeout=settings.smtp_timeout_seconds,
    )


@asynccontextmanager
async def mail_server(settings: Settings) -> AsyncIterator[MailServer]:
    """The mail server, until the block ends."""
    server = MailServer(settings)
    try:
        yield server
    finally:
        await server.close()
