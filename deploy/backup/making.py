"""Makes a backup: one moment of all services, written as one encrypted archive while it is read."""

import asyncio
from collections.abc import Sequence
from typing import Any, BinaryIO

from deploy.backup.archive import Writing
from deploy.backup.files import files_of, folders
from deploy.backup.moment import Moment, Snapshot, one_moment
from deploy.backup.pipes import Pipe
from deploy.backup.programs import output_of, program
from deploy.backup.sealing import encrypted, prove, read_recipients
from deploy.backup.stores import Backups, name_at
from deploy.environment import portico_version


async def make_backup(admin_url: str, backups: Backups, recipients: Sequence[str]) -> str:
    """Keep a backup of now, and return its name. Raises `OperatorError`, and nothing is kept then.

    It takes no room on this machine, and about 150 MB of memory, whatever the size of the databases.
    """
    keys = read_recipients(recipients)
    prove(b"")  # a key that is missing is missed now, not after the dumps
    async with one_moment(admin_url) as moment:
        name = name_at(moment.at)
        content = encrypted(Pipe(lambda sink: _write(sink, moment)), keys)
        await asyncio.to_thread(backups.put, name, content)
    return name


def _write(sink: BinaryIO, moment: Moment) -> None:
    archive = Writing(sink)
    for service, snapshot in moment.snapshots.items():
        with output_of(_dump(snapshot), snapshot.url) as dump:
            archive.add(f"databases/{service}.dump", dump)
    for name, file in files_of(folders()):  # after the databases: whatever they name is there
        with file.open("rb") as content:
            archive.add(name, content)
    archive.close(_about(moment))


def _dump(snapshot: Snapshot) -> list[str]:
    return [program("pg_dump"), "--format=custom", "--compress=1", "--snapshot", snapshot.name, "--no-password"]


def _about(moment: Moment) -> dict[str, Any]:
    databases = {
        service: {"heads": list(each.heads), "rows": dict(each.rows)} for service, each in moment.snapshots.items()
    }
    return {"portico": portico_version(), "moment": moment.at.isoformat(), "databases": databases}
