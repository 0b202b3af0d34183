"""More processes of an installation, beside those that run: the same databases, broker, files and secrets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from deploy.demo.person import UNUSED, Site
from deploy.environment import ROOT
from deploy.local.processes import free_port
from deploy.local.stack import Stack


def beside(stack: Stack, code: Path = ROOT) -> Stack:
    """A stack with ports of its own, whose processes speak to each other. Mails have links to the first portal."""
    found = Stack(stack.directory, stack.servers, free_port(), stack.mail_port, stack.vhost)
    found.ports = {name: free_port() for name in stack.ports}
    found.smtp_port = stack.smtp_port  # where the mail catcher listens
    found.code = code
    found.environment["PORTICO_PUBLIC_URL"] = stack.environment["PORTICO_PUBLIC_URL"]
    return found


@asynccontextmanager
async def open_beside(stack: Stack) -> AsyncIterator[Site]:
    """The installation as a further portal serves it. It answers under the public address alone, as behind a
    gateway."""
    host = urlsplit(stack.environment["PORTICO_PUBLIC_URL"]).netloc
    async with (
        httpx.AsyncClient(base_url=stack.url("portal"), timeout=30, limits=UNUSED, headers={"Host": host}) as http,
        httpx.AsyncClient(base_url=stack.mail_url, timeout=30, limits=UNUSED) as mail,
    ):
        yield Site(http, mail)
