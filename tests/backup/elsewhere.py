"""A second, empty server for an installation's backups, with the secrets of the first one."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.demo.person import open_site
from deploy.local.processes import free_port
from deploy.local.servers import Servers
from deploy.local.stack import MAIL_CATCHER, PROCESSES, Stack
from tests.harness.installation import Installation

KEPT_APART = ("secrets.json", "clock.json")
"""What an operator keeps apart from the backups; and the business time of a demo."""


@asynccontextmanager
async def empty_server(first: Installation) -> AsyncIterator[Installation]:
    """PostgreSQL and RabbitMQ as they are when they were just installed, and no process."""
    with (
        tempfile.TemporaryDirectory(prefix="portico-", ignore_cleanup_errors=True) as folder,
        Servers.for_once() as own,
    ):
        for name in KEPT_APART:
            if (first.stack.directory / name).exists():
                shutil.copy(first.stack.directory / name, folder)
        stack = Stack(Path(folder), own, free_port(), free_port())
        try:
            async with open_site(stack.url("portal"), stack.mail_url) as site:
                yield Installation(stack, site)
        finally:
            stack.stop()


async def start(second: Installation, names: Sequence[str] = (MAIL_CATCHER, *PROCESSES)) -> None:
    """Start the processes of a restored installation."""
    await asyncio.to_thread(second.stack.start, names)
    await asyncio.to_thread(second.stack.wait, names)


async def keys_of(installed: Installation) -> tuple[str, str]:
    """A new pair: the public key, and the file with the secret one."""
    file = installed.stack.directory / f"key-{free_port()}.txt"
    public = await installed.portico("backup", "keygen", str(file))
    return public.strip(), str(file)
