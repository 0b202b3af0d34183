"""The files that belong to a backup: billing's documents, and downloads unless these are in a bucket. Exports live for
a day, and belong to none."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.environment import files_folder
from services.provisioning.settings import StoreSettings
from shared.files.folder import Folder

NOT_KEPT = ("exports",)


def folders() -> dict[str, Path]:
    """By their name in the archive."""
    found = {"billing": files_folder("billing")}
    settings = StoreSettings()
    if not settings.downloads_bucket:
        found["downloads"] = settings.downloads_folder
    return found


def files_of(folders: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    """Each file with the name of its entry. What begins with a dot is being written."""
    for name, root in sorted(folders.items()):
        for folder, below, files in os.walk(root):
            place = Path(folder).relative_to(root)
            below[:] = sorted(each for each in below if place / each not in map(Path, NOT_KEPT))
            for file in sorted(files):
                if not file.startswith("."):
                    yield f"files/{name}/{(place / file).as_posix()}", Path(folder) / file


async def bring_back(unpacked: Path, folders: Mapping[str, Path]) -> int:
    """Put the unpacked files where the services look for them, and return how many. What is there already has the same
    content: files never change."""
    count = 0
    for name, root in folders.items():
        source, target = Folder(unpacked / "files" / name), Folder(root)
        for entry, _ in files_of({name: source.root}):
            key = entry.removeprefix(f"files/{name}/")
            if not (root / key).exists():
                await target.put(key, await source.open(key))
            count += 1
    return count
