"""A second, empty server for an installation's backups, with the secrets of the first one."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from deploy.backup.archive import unpack
from deploy.backup.pipes import Pipe
from deploy.backup.restoring import beside, load
from deploy.backup.sealing import decrypted, read_identities
from deploy.backup.stores import Backups
from deploy.demo.person import open_site
from deploy.local.processes import free_port
from deploy.local.servers import Servers
from deploy.local.stack import MAIL_CATCHER, PROCESSES, Stack
from deploy.migrating.databases import database_name
from tests.harness.installation import Installation

KEPT_APART = ("secrets.json", "clock.json")
"""What an operator keeps apart from the backups; and the business time of a demo."""
ADMIN, PASSWORD = "portico_admin", "only-for-tests"


class StackOfAnAdmin(Stack):
    """Its `portico` signs in to PostgreSQL as an admin who is no superuser, and may do what docs/operating.md says."""

    @property
    def admin(self) -> dict[str, str]:
        server = self.servers.postgres_url.rpartition("@")[2]
        return super().admin | {"PORTICO_ADMIN_DATABASE_URL": f"postgresql://{ADMIN}:{PASSWORD}@{server}"}


async def make_admin(superuser_url: str) -> None:
    superuser = await asyncpg.connect(superuser_url)
    await superuser.execute(
        f"CREATE ROLE {ADMIN} LOGIN CREATEDB CREATEROLE BYPASSRLS PASSWORD '{PASSWORD}' IN ROLE pg_read_all_data"
    )
    await superuser.close()


@asynccontextmanager
async def empty_server(first: Installation) -> AsyncIterator[Installation]:
    """PostgreSQL and RabbitMQ as they are when they were just installed, with an admin, and no process."""
    with (
        tempfile.TemporaryDirectory(prefix="portico-", ignore_cleanup_errors=True) as folder,
        Servers.for_once() as own,
    ):
        for name in KEPT_APART:
            if (first.stack.directory / name).exists():
                shutil.copy(first.stack.directory / name, folder)
        await make_admin(own.postgres_url)
        stack = StackOfAnAdmin(Path(folder), own, free_port(), free_port())
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


async def put_back(second: Installation, service: str, backups: Path, identity: str) -> None:
    """Replace one service's database by that of another backup, as somebody would who restores each by itself."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for name, value in second.stack.environment.items():
            patch.setenv(name, value)
        kept = Backups(str(backups))
        sealed = Pipe(lambda sink: kept.copy_to(sink, kept.find(None)))
        with decrypted(sealed, read_identities(Path(identity))) as clear:
            manifest = await asyncio.to_thread(unpack, clear, Path(folder), unsigned=False)
        admin_url = second.stack.servers.postgres_url
        await load(admin_url, service, Path(folder), manifest["databases"][service]["rows"])
        admin = await asyncpg.connect(admin_url)
        await admin.execute(f"DROP DATABASE {database_name(service)}")
        await admin.execute(f"ALTER DATABASE {beside(service)} RENAME TO {database_name(service)}")
        await admin.close()
