"""The folders of files: whether they are there, and have room."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from deploy.doctor.finding import Check, Finding, See, bad, ok, unknown, warn
from deploy.environment import SERVICES, files_folder

LITTLE, TOO_LITTLE = 2_000_000_000, 200_000_000
"""Bytes that are free."""
SEE = See.settings


async def files() -> Sequence[Finding]:
    folders = {str(name): files_folder(name) for name in SERVICES}
    there = {name: folder for name, folder in folders.items() if _existing(folder) is not None}
    if not there:
        do = "Run it where the folders are, or set PORTICO_FILES_DIR."
        return [unknown("folders", "none of the services' folders is on this machine", do, SEE)]
    by_disk: dict[int, list[str]] = {}
    for name, folder in there.items():
        by_disk.setdefault(folder_of(folder).stat().st_dev, []).append(name)
    wrong = [bad(name, f"{folder} cannot be written", "Let the user of the processes write there.", SEE)
             for name, folder in there.items() if not os.access(folder_of(folder), os.W_OK)]  # fmt: skip
    return [*wrong, *(_room(names, folder_of(folders[names[0]])) for names in by_disk.values())]


def _existing(folder: Path) -> Path | None:
    """The service's own folder, or where it makes it."""
    return next((each for each in (folder, *list(folder.parents)[:2]) if each.is_dir()), None)


def folder_of(folder: Path) -> Path:
    return _existing(folder) or folder


def _room(names: Sequence[str], folder: Path) -> Finding:
    found = shutil.disk_usage(folder)
    seen = f"{found.free / 1e9:.1f} of {found.total / 1e9:.1f} GB free"
    about = ", ".join(names)
    if found.free < TOO_LITTLE:
        return bad(about, seen, "Make room now: invoices and exports are not stored.", SEE)
    if found.free < LITTLE:
        return warn(about, seen, "Make room soon.", SEE)
    return ok(about, seen)


CHECKS = (Check("files", files),)
