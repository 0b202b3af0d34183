"""The files that belong to a backup: billing's documents, and downloads unless these are in a bucket. Exports live for
a day, and belong to none."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from shutil import copyfile
from tempfile import mkstemp

from deploy.environment import files_folder
from services.provisioning.settings import StoreSettings

NOT_KEPT = ("exports",)


def folders() -> dict[str, Path]:
    """By their name in the archive."""
    found = {"billing": files_folder("billing")}
    settings = StoreSettings()
    if not settings.downloads_bucket:
        found["downloads"] = settings.downloads_dir or settings.files_dir / "downloads"
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


def bring_back(unpacked: Path, folders: Mapping[str, Path]) -> int:
    """Put the unpacked files where the services look for them, and return how many. What is there already has the same
    content: files never change."""
    count = 0
    for name, root in folders.items():
        for entry, file in files_of({name: unpacked / "files" / name}):
            place = root / entry.removeprefix(f"files/{name}/")
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not place.exists():
                _copy(file, place)
            count += 1
    return count


def _copy(file: Path, place: Path) -> None:
    """Under another name first, so that a broken copy never has the file's name."""
    number, begun = mkstemp(dir=place.parent, prefix=".", suffix=".part")
    os.close(number)
    try:
        copyfile(file, begun)
        os.replace(begun, place)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(begun)
        raise
