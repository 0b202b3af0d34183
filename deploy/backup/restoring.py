"""Restores a backup into an empty server. Databases get their names at the end, all in one transaction: a restore that
breaks off leaves nothing that could be taken for an installation."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic.script import ScriptDirectory

from deploy.backup.archive import unpack
from deploy.backup.files import bring_back, folders
from deploy.backup.finishing import finish
from deploy.backup.moment import count_rows
from deploy.backup.pipes import Pipe
from deploy.backup.programs import program, run
from deploy.backup.sealing import decrypted, read_identities
from deploy.backup.stores import Backups
from deploy.databases import connected
from deploy.environment import SERVICES, OperatorError, broker_url
from deploy.migrating.broker import BrokerAdmin, migrate_broker
from deploy.migrating.databases import (
    address_of,
    alembic_config,
    database_name,
    make_database,
    migrate_database,
    role_passwords,
)
from deploy.migrating.management import BrokerLogin, Management

MADE_BY_MIGRATIONS = {"alembic_version", "relay_state", "old_entries"}
"""Tables that have rows in a new database."""
BESIDE = "_restoring"
"""The end of the name of a database that is being restored."""
FAST = {"synchronous_commit": "off", "maintenance_work_mem": "256MB"}


class NotEmpty(OperatorError):
    """A restore would mix two installations."""


@dataclass(frozen=True)
class Restore:
    admin_url: str
    broker: BrokerAdmin
    backups: Backups
    identity: Path
    """The file with the secret key."""
    erased: Path | None
    say: Callable[[str], None]

    async def run(self, name: str | None, work: Path | None, *, unsigned: bool) -> None:
        """Restore the backup of that name, or the newest. Raises `OperatorError`; then no database has its name."""
        identities, kept = read_identities(self.identity), self.backups.find(name)
        erased = self.erased.read_text() if self.erased else None
        await refuse_data(self.admin_url)
        await refuse_messages(self.broker)
        with TemporaryDirectory(dir=work, prefix="portico-restore-") as made:
            folder = Path(made)
            sealed = Pipe(lambda sink: self.backups.copy_to(sink, kept))
            with decrypted(sealed, identities) as clear:
                manifest = await asyncio.to_thread(unpack, clear, folder, unsigned=unsigned)
            check_versions(manifest["databases"])
            self.say(f"{kept.name} is whole: of {manifest['moment']}, by portico {manifest['portico']}.")
            for service in SERVICES:
                rows = await load(self.admin_url, service, folder, manifest["databases"][service]["rows"])
                self.say(f"{service}: {rows:,} rows.")
            for line in await finish(self.admin_url, BESIDE, erased, kept.name):
                self.say(line)
            self.say(f"{await bring_back(folder, folders())} files.")
            await take_place(self.admin_url)
        for line in await migrate_broker(self.broker):
            self.say(line)
        self.say("Everything is restored. Start the processes, then run `portico verify`.")


def beside(service: str) -> str:
    """The name of a service's database meanwhile."""
    return database_name(service) + BESIDE


async def refuse_data(admin_url: str) -> None:
    """Raises `NotEmpty` if one of the databases is there, and has more than `portico migrate` makes."""
    async with connected(admin_url) as admin:
        existing = {row[0] for row in await admin.fetch("SELECT datname FROM pg_database")}
    for service in SERVICES:
        if (name := database_name(service)) in existing:
            async with connected(address_of(admin_url, name)) as database:
                rows = await count_rows(database)
            if filled := sorted(table for table, count in rows.items() if count and table not in MADE_BY_MIGRATIONS):
                raise NotEmpty(f"The database {name} has data, in {', '.join(filled[:3])}. A backup is restored into"
                               " an empty server: drop the databases, or name another server.")  # fmt: skip


async def refuse_messages(broker: BrokerAdmin) -> None:
    """Raises `NotEmpty` if a queue has messages: they tell of what has happened after the backup."""
    vhost = BrokerLogin.of(broker_url("identity")).vhost
    async with Management(broker.api_url) as api:
        waiting = await api.waiting(vhost)
    if waiting:
        raise NotEmpty(f"RabbitMQ's virtual host {vhost} has messages of another moment, in {', '.join(waiting[:3])}."
                       f" Delete it (rabbitmqctl delete_vhost {vhost}), or name another one.")  # fmt: skip


def check_versions(databases: Mapping[str, Any]) -> None:
    """Raises `OperatorError` for a backup of a newer version. An older one is migrated."""
    for service in SERVICES:
        script = ScriptDirectory.from_config(alembic_config(service))
        unknown = set(databases[service]["heads"]) - {each.revision for each in script.walk_revisions()}
        if unknown:
            raise OperatorError(f"The backup is of a newer version of Portico: it knows {', '.join(sorted(unknown))} of"
                                f" {service}, and this one does not. Restore it with that version.")  # fmt: skip


async def load(admin_url: str, service: str, folder: Path, expected: Mapping[str, int]) -> int:
    """Load one database beside its name, by as many processes as there are processors. Returns the number of rows.

    Raises `OperatorError` if a table has another number of rows than the manifest says.
    """
    name, passwords = beside(service), role_passwords(service)
    async with connected(admin_url) as admin:
        quoted = await admin.fetchval("SELECT quote_ident($1)", name)
        await admin.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")  # of a restore that broke off
    await make_database(admin_url, service, name, passwords)
    url, dump = address_of(admin_url, name), folder / "databases" / f"{service}.dump"
    jobs = str(min(os.cpu_count() or 1, 8))
    command = [program("pg_restore"), "--jobs", jobs, "--exit-on-error", "--no-password", str(dump)]
    await asyncio.to_thread(run, command, url, **FAST)
    dump.unlink()
    async with connected(url) as database:
        found = await count_rows(database)
        if found != dict(expected):
            wrong = sorted(table for table in found.keys() | expected.keys() if found.get(table) != expected.get(table))
            raise OperatorError(f"{service}: other rows than were backed up, in {', '.join(wrong[:5])}.")
        await database.execute("ANALYZE")
    await migrate_database(admin_url, service, name, passwords)
    return sum(found.values())


async def take_place(admin_url: str) -> None:
    """Give the restored databases their names: all of them, or none."""
    async with connected(admin_url) as admin:
        for service in SERVICES:
            empty = await admin.fetchval("SELECT quote_ident($1)", database_name(service))
            await admin.execute(f"DROP DATABASE IF EXISTS {empty}")
        async with admin.transaction():
            for service in SERVICES:
                names = beside(service), database_name(service)
                await admin.execute(
                    await admin.fetchval("SELECT format('ALTER DATABASE %I RENAME TO %I', $1::text, $2::text)", *names)
                )
