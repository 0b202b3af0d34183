"""PostgreSQL refuses to run as root: as whom it runs then, and where its files are so that this user reaches them."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.processes import CouldNotStart

USER = "postgres"
"""Of the system: packages of PostgreSQL make it."""
NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
AS_POSTGRES = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups", "--pdeathsig=TERM")


@dataclass(frozen=True)
class Home:
    """Where the files are, and what stands before a command that works on them."""

    folder: Path
    prefix: Sequence[str] = ()
    owner: str | None = None
    """Who has to own the files, if it is not whoever starts."""

    def run(self, *command: str | Path) -> "subprocess.CompletedProcess[str]":
        """In the folder: the caller's may be closed to this user."""
        return subprocess.run(
            [*self.prefix, *map(str, command)], cwd=self.folder, capture_output=True, text=True, check=False
        )

    def hand_over(self, path: Path) -> None:
        if self.owner is not None:
            shutil.chown(path, self.owner, pwd.getpwnam(self.owner).pw_gid)


def find(link: Path) -> Home:
    """The same one at each start. Whoever is not root has its files beside ``link``, and so has root in a user
    namespace, where it is not root and its files still belong to it. Where namespaces are forbidden, or keep root from
    entering the folder, the files belong to the system's user `postgres`, below its own home, and ``link`` leads
    there: this user could enter neither a folder of root nor a clone in root's home."""
    if os.geteuid() != 0:
        return Home(link.parent)
    if link.is_symlink():
        return _home_of_postgres(link)
    namespaced = Home(link.parent, NAMESPACE)
    if shutil.which(NAMESPACE[0]) and namespaced.run("test", "-w", link.parent).returncode == 0:
        return namespaced
    if link.exists():
        raise CouldNotStart(
            f"{link} was made in a user namespace, which this machine does not allow any more: allow them again, or"
            " give the data up with `make clean`."
        )
    return _home_of_postgres(link)


def _home_of_postgres(link: Path) -> Home:
    try:
        account = pwd.getpwnam(USER)
    except KeyError:
        raise CouldNotStart(
            f"PostgreSQL does not run as root, this machine allows no user namespace, and it has no user `{USER}`:"
            " start Portico as an ordinary user."
        ) from None
    if not link.is_symlink():
        folder = Path(tempfile.mkdtemp(prefix="portico-", dir=account.pw_dir))  # 0700
        os.chown(folder, account.pw_uid, account.pw_gid)
        link.symlink_to(folder / link.name)
    folder = link.readlink().parent
    if not folder.is_dir():
        raise CouldNotStart(f"The files of PostgreSQL are not in {folder} any more: `make clean`, and start again.")
    return Home(folder, AS_POSTGRES, USER)


def remove(link: Path) -> None:
    """The files that are elsewhere."""
    if link.is_symlink():
        shutil.rmtree(link.readlink().parent, ignore_errors=True)
        link.unlink()
