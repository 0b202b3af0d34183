"""A backup of an installation with a long log, and its restore into databases that are not there yet, each as an
operator runs it. FULL=1 in the environment takes 1,000,000 entries instead of 100,000."""

import tempfile
import time
from functools import cached_property
from pathlib import Path

from bench.audit_log import MILLION, fill_log
from bench.figures import BenchResult, Figure, wants_millions
from bench.installation import BenchInstallation, StackBeside
from deploy.environment import SERVICES
from deploy.migrating.management import in_vhost

MINUTES = 5


class EmptyStack(StackBeside):
    """The same secrets, with databases and a virtual host that are not there."""

    @cached_property
    def environment(self) -> dict[str, str]:
        settings = dict(super().environment)
        for name in (*SERVICES, "portal"):
            settings[f"{name.upper()}_RABBITMQ_URL"] = in_vhost(settings[f"{name.upper()}_RABBITMQ_URL"], "restored")
        return settings | {"PORTICO_FILES_DIR": str(self.directory / "files")}


async def run(installed: BenchInstallation) -> BenchResult:
    count = MILLION if installed.sizes.explained and wants_millions() else installed.sizes.grants
    own, empty = await installed.with_own_databases("backup"), EmptyStack(installed.stack, "restored")
    async with own.database("audit") as database:
        await fill_log(database, count)
    with tempfile.TemporaryDirectory(prefix="portico-bench-backups-") as made:
        key, place = f"{made}/key.txt", Path(made) / "backups"
        place.mkdir()
        public = own.stack.portico("backup", "keygen", key).strip()
        began = time.perf_counter()
        own.stack.portico("backup", "--to", str(place), "--recipient", public)
        backed_up = time.perf_counter()
        empty.portico("restore", "--from", str(place), "--identity", key)
        restored = time.perf_counter()
        [file] = place.iterdir()
        size = file.stat().st_size
    async with BenchInstallation(installed.servers, empty, installed.sizes).database("audit") as database:
        assert await database.fetchval("SELECT count(*) FROM entries") == count
    seconds = restored - backed_up
    return BenchResult("restore", [
        Figure(f"a backup of {count:,} entries", backed_up - began, "s",
               behind=f"{count / (backed_up - began):,.0f} rows/s; {size / 2**20:,.0f} MiB, encrypted"),
        Figure(f"its restore, until the processes can start, {count:,} entries", seconds, "s",
               at_most=MINUTES * 60, behind=f"{count / seconds:,.0f} rows/s"),
    ])  # fmt: skip
