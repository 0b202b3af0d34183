"""A PostgreSQL with a standby, which has each commit before it is confirmed, and can take the primary's place."""

import secrets
from pathlib import Path

import asyncpg

from deploy.local import ordinary_user
from deploy.local.postgres import SETTINGS, PrivatePostgres
from deploy.local.processes import CouldNotStart, free_port
from deploy.local.server import Postgres


class _Node(PrivatePostgres):
    """What a process wrote survives its death without fsync, too, but commits must wait for the standby."""

    @property
    def settings(self) -> dict[str, str]:
        return SETTINGS | {"fsync": "off", "full_page_writes": "off", "wal_receiver_status_interval": "1s"}


class _Standby(_Node):
    def copy(self, primary: _Node) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        home = ordinary_user.find(self.data)
        options = ("--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream")
        made = home.run(self._binary("pg_basebackup"), f"--dbname={primary.url}", f"--pgdata={self.data}", *options)
        if made.returncode:
            raise CouldNotStart(f"pg_basebackup: {made.stderr.strip()}")


class ReplicatedPostgres(Postgres):
    """Both nodes as one server. Processes are told of both, and use the one that is the primary."""

    def __init__(self, directory: Path) -> None:
        password = secrets.token_urlsafe(18)
        self.primary = _Node(directory / "primary", password, free_port())
        self.standby = _Standby(directory / "standby", password, free_port())
        super().__init__(password, self.primary.port)

    def url_of(self, login: str, database: str) -> str:
        hosts = f"127.0.0.1:{self.primary.port},127.0.0.1:{self.standby.port}"
        return f"postgresql://{login}@{hosts}/{database}?target_session_attrs=primary"

    def begin(self) -> None:
        self.primary.start()
        self.standby.copy(self.primary)
        self.standby.begin()
        self.child = self.primary.child

    def wait(self) -> None:
        self.standby.wait()

    def answers(self) -> bool:
        return self.primary.answers() and self.standby.answers()

    async def confirm_with_standby(self) -> None:
        """From now on a commit is confirmed once the standby has it."""
        connection = await asyncpg.connect(self.primary.url)
        await connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.close()

    def kill_primary(self) -> None:
        """As if its machine had lost its power."""
        assert self.primary.child
        self.primary.child.kill()

    async def promote(self) -> None:
        connection = await asyncpg.connect(self.standby.url)
        assert await connection.fetchval("SELECT pg_promote()")
        await connection.close()
        self.port = self.standby.port

    def stop(self) -> None:
        for node in (self.standby, self.primary):
            node.stop()

    def forget(self) -> None:
        for node in (self.standby, self.primary):
            node.forget()
