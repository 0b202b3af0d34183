"""PostgreSQL refuses to run as root: this chooses another user, and a folder that this user can reach."""

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
"""The system user that PostgreSQL's packages create."""
NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
AS_POSTGRES = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups", "--pdeathsig=TERM")


@dataclass(frozen=True)
class Home:
    """The folder of PostgreSQL's files, and the prefix of commands that work on them."""

    folder: Path
    prefix: Sequence[str] = ()
    owner: str | None = None
    """The user who has to own the files, if it is not the current one."""

    def run(self, *command: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run it in the folder, since this user may not enter the current one."""
        return subprocess.run(
            [*self.prefix, *map(str, command)], cwd=self.folder, capture_output=True, text=True, check=False
        )

    def hand_over(self, path: Path) -> None:
        if self.owner is not None:
            shutil.chown(path, self.owner, pwd.getpwnam(self.owner).pw_gid)


def find(link: Path) -> Home:
    """The same one at each start. Without root the files are at ``link``. Root uses a user namespace, in which the
    server does not run as root and the files still belong to root; they are at ``link``, too. Where namespaces are
    forbidden, or root cannot enter the folder in one, the files belong to the system user `postgres`, below its home,
    and ``link`` points there: that user can enter neither a folder of root nor a clone in root's home."""
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
    """Remove the files that ``link`` points to."""
    if link.is_symlink():
        shutil.rmtree(link.readlink().parent, ignore_errors=True)
        link.unlink()
