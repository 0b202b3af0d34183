"""A private instance of the installed PostgreSQL, in a folder and on its own port, as root or not, without systemd."""

import shutil
import signal
import subprocess
from pathlib import Path

from deploy.local import ordinary_user
from deploy.local.ordinary_user import Home
from deploy.local.processes import CouldNotStart, spawn
from deploy.local.server import Postgres

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may be 107 bytes long at most; TCP has no such limit
    "max_connections": "300",  # six processes with two pools each, and tests beside them
    "shared_buffers": "128MB",
}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Settings for data that may be lost, as in tests."""


class PrivatePostgres(Postgres):
    def __init__(self, directory: Path, password: str, port: int, fast: bool = False) -> None:
        super().__init__(password, port)
        self.data = directory / "postgres"
        self.log = directory / "log" / "postgres.log"
        self.fast = fast

    @property
    def settings(self) -> dict[str, str]:
        return SETTINGS | (FAST if self.fast else {})

    def begin(self) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        home = ordinary_user.find(self.data)
        if not (self.data / "PG_VERSION").exists():
            self._create_data(home)
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        options += ["-D", str(self.data.resolve()), "-p", str(self.port)]
        command = [*home.prefix, str(self._binary("postgres")), *options]
        # SIGINT: do not wait for clients.
        self.child = spawn("PostgreSQL", command, self.log, stop_signal=signal.SIGINT, cwd=home.folder)

    def answers(self) -> bool:
        asked = [str(self._binary("pg_isready")), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0

    def forget(self) -> None:
        super().forget()
        ordinary_user.remove(self.data)

    def _create_data(self, home: Home) -> None:
        data = self.data.resolve()
        secret = home.folder / ".postgres-password"
        data.mkdir(mode=0o700, exist_ok=True)
        secret.unlink(missing_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        for path in (data, secret):
            home.hand_over(path)
        options = [f"--pgdata={data}", f"--username={self.user}", f"--pwfile={secret}", "--auth=scram-sha-256"]
        try:
            made = home.run(self._binary("initdb"), *options, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        finally:
            secret.unlink()
        if made.returncode:
            shutil.rmtree(data)
            raise CouldNotStart(f"initdb could not create {data}: {made.stderr.strip()}")

    def _binary(self, name: str) -> Path:
        """A program of the version that created the data, so that it still opens after a system upgrade."""
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
    """The folder with `initdb` and `postgres`: of Debian's newest, or the given, version, else from the PATH."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob(f"{version or '*'}/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None
