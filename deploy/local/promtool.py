"""Makes sure that the tests of the alert rules find promtool: the system's, else that of Debian's package of
Prometheus, which is unpacked and not installed, since it would start a server."""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from deploy.environment import DEMO_FOLDER
from deploy.local import apt

KEPT = DEMO_FOLDER / "tools" / "promtool"
INSIDE = "./usr/bin/promtool"


def find_promtool() -> str | None:
    return shutil.which("promtool") or (str(KEPT) if KEPT.exists() else None)


def _unpack() -> None:
    """Download the package with apt, and extract only promtool."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as tar:
        apt.download("prometheus", Path(folder))
        for package in Path(folder).glob("*.deb"):
            subprocess.run(["dpkg-deb", "--fsys-tarfile", package], stdout=tar, check=True)
            tar.seek(0)
            with tarfile.open(fileobj=tar) as archive:
                _keep(archive)


def _keep(archive: tarfile.TarFile) -> None:
    program, partly = archive.extractfile(INSIDE), KEPT.with_suffix(".part")
    assert program is not None
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    partly.write_bytes(program.read())
    partly.chmod(0o755)
    partly.rename(KEPT)


def main() -> None:
    if find_promtool() is None and shutil.which("apt-get"):
        _unpack()
    if find_promtool() is None:
        sys.exit("The tests of the alert rules need promtool: it is part of Prometheus (prometheus.io/download)")


if __name__ == "__main__":
    main()
