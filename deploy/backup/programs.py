"""PostgreSQL's own client programs."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import unquote, urlsplit, urlunsplit

from deploy.environment import OperatorError
from shared.logins import each_login

SAID = 2000
"""How much of what a failed program says is passed on, in characters."""


def program(name: str) -> str:
    """Of Debian's newest version, else from the PATH: `pg_dump` must not be older than the server."""
    folders = [path for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}") if path.parts[-3].isdigit()]
    if folders:
        return str(max(folders, key=lambda path: int(path.parts[-3])))
    found = shutil.which(name)
    if found is None:
        raise OperatorError(f"{name} is not installed: it is one of PostgreSQL's client programs, in Debian's package"
                            " postgresql-client. Its version has to be the server's, or newer.")  # fmt: skip
    return found


@contextmanager
def output_of(command: Sequence[str], url: str, **settings: str) -> Iterator[IO[bytes]]:
    """What a program writes. Raises `OperatorError` at the end, with its last words, if it fails."""
    with TemporaryFile() as said:
        running = subprocess.Popen(
            [*command, "--dbname", _without_password(url)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
            stderr=said, env=_environment(url, settings),
        )  # fmt: skip
        try:
            assert running.stdout
            with running.stdout as output:
                yield output
            running.wait()
        finally:
            running.kill()
            running.wait()
        if running.returncode:
            said.seek(0)
            words = said.read().decode(errors="replace").strip()[-SAID:]
            raise OperatorError(f"{Path(command[0]).name} failed: {words}")


def run(command: Sequence[str], url: str, **settings: str) -> None:
    """Run a program to its end. Raises `OperatorError`."""
    with output_of(command, url, **settings) as output:
        output.read()


def _environment(url: str, settings: Mapping[str, str]) -> dict[str, str]:
    """The password is not an argument: other users of the machine see those."""
    password = unquote(urlsplit(each_login(url)[0]).password or "")  # the one that was accepted last
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return os.environ | ({"PGPASSWORD": password} if password else {}) | ({"PGOPTIONS": options} if options else {})


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    user, _, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{place}" if user else place))
