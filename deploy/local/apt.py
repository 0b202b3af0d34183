"""Installs or downloads Debian packages where this user may: as root, or with a sudo that asks for no password."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from deploy.local.processes import CouldNotStart


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def may_install() -> bool:
    return shutil.which("apt-get") is not None and _as_root() is not None


def install(packages: Sequence[str]) -> None:
    # With `env`, because sudo drops our environment.
    apt = [*(_as_root() or []), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*apt, "update"], check=False)
    done = subprocess.run([*apt, "install", "-y", "--no-install-recommends", *packages], check=False)
    if done.returncode:
        raise CouldNotStart(f"apt-get could not install {' '.join(packages)}; the reason is above.")


def download(package: str, folder: Path) -> None:
    """Fetch a package into ``folder`` without installing it. On failure the folder has no package."""
    root = _as_root()
    if root is not None:
        subprocess.run([*root, "apt-get", "-qq", "update"], check=False)
    subprocess.run(["apt-get", "-qq", "download", package], cwd=folder, stderr=subprocess.DEVNULL, check=False)
