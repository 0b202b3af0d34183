"""A private PostgreSQL of the installed server, in a folder: as root or not, without systemd, on a port of its own."""

import os
import shutil
import signal
import subprocess
from functools import cache
from pathlib import Path

from deploy.local.processes import CouldNotStart, spawn
from deploy.local.server import Postgres

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may be 107 bytes long at most; TCP has no such limit
    "max_connections": "300",  # six processes with two pools each, and tests beside them
    "shared_buffers": "128MB",
}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For data that may be lost: tests."""


class PrivatePostgres(Postgres):
    def __init__(self, directory: Path, password: str, port: int, fast: bool = False) -> None:
        super().__init__(password, port)
        self.data = directory / "postgres"
        self.log = directory / "log" / "postgres.log"
        self.fast = fast

    def begin(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._create_data()
        settings = SETTINGS | (FAST if self.fast else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        program = [*as_ordinary_user(), str(self._binary("postgres"))]
        command = [*program, "-D", str(self.data), "-p", str(self.port), *options]
        self.child = spawn(
            "PostgreSQL", command, self.log, stop_signal=signal.SIGINT
        )  # SIGINT: do not wait for clients

    def answers(self) -> bool:
        asked = [str(self._binary("pg_isready")), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0

    def _create_data(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret = self.data.parent / ".postgres-password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        if "setpriv" in as_ordinary_user():
            for path in (self.data, secret):
                shutil.chown(path, "postgres", "postgres")
        command = [*as_ordinary_user(), str(self._binary("initdb")), f"--pgdata={self.data}", f"--username={self.user}"]
        command += ["--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        try:
            made = subprocess.run(command, capture_output=True, text=True, check=False)
        finally:
            secret.unlink()
        if made.returncode:
            shutil.rmtree(self.data)
            raise CouldNotStart(f"initdb could not create {self.data}: {made.stderr.strip()}")

    def _binary(self, name: str) -> Path:
        """Of the version that made the data, so that an upgraded machine still opens it."""
        version = self.data / "PG_VERSION"
        wanted = version.read_text().strip() if version.exists() else None
        folder = installed(wanted)
        if folder is None:
            raise CouldNotStart(
                f"{self.data} was made by PostgreSQL {wanted}, which is not installed: "
                f"install postgresql-{wanted}, or give the data up with `make clean`."
            )
        return folder / name


def installed(version: str | None = None) -> Path | None:
    """The folder with `initdb` and `postgres`: Debian's newest (or the named) version, else the one on the PATH."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob(f"{version or '*'}/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@cache
def as_ordinary_user() -> tuple[str, ...]:
    """What to put before a command of PostgreSQL, which refuses to run as root. In a user namespace it is not root, and
    its files still belong to the caller; where namespaces are forbidden it runs as the system's `postgres`."""
    if os.geteuid() != 0:
        return ()
    namespace = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
    if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode == 0:
        return namespace
    return ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig=TERM")
