"""The store of files that customers download: a folder, or a bucket of an S3-compatible store.

It has two parts. What staff upload is below ``releases/``. What an operator has put there beforehand, such as large
images, is directly below ``incoming/``, and is never changed or deleted."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.provisioning.releases.names import is_file_name
from services.provisioning.releases.stored_bucket import Bucket
from services.provisioning.releases.stored_folder import DownloadsFolder
from services.provisioning.settings import StoreSettings

INCOMING = "incoming/"
MOST_PLACED = 200


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """A file that an operator has put into the store."""

    name: str
    size: int


class Store(Protocol):
    """What a store of downloads can do. ``key`` is made by the service, never by people. All raise `OSError` when the
    store fails; those that read, `NoSuchFile` when nothing is there."""

    async def put(self, key: str, content: AsyncIterator[bytes], *, name: str) -> int:
        """Keep what ``content`` yields, and return its size in bytes. Nothing is kept if ``content`` raises. Customers
        whom the store serves itself save it as ``name``."""

    async def size(self, key: str) -> int:
        """In bytes."""

    def read(self, key: str, start: int, length: int) -> AsyncGenerator[bytes]:
        """``length`` bytes from ``start``, in pieces of at most a megabyte."""

    async def delete(self, key: str) -> None:
        """Nothing happens if it is not there."""

    async def placed(self, folder: str, most: int) -> Sequence[tuple[str, int]]:
        """Names and sizes of the files directly in a folder."""

    async def address(self, key: str, life: timedelta) -> str | None:
        """A signed URL at which the store serves the file itself for a while. None: it is not reachable for
        customers."""

    async def sweep(self, before: datetime) -> None:
        """Delete what was begun before that moment, in real time, by a process that died, and never became a file."""


def store_of(settings: StoreSettings) -> Store:
    if settings.downloads_bucket:
        return Bucket.of(settings)
    return DownloadsFolder(settings.downloads_folder)


async def placed_files(store: Store) -> list[PlacedFile]:
    """What operators have put into the store and can be a file of a release, by name, at most `MOST_PLACED`."""
    found = [PlacedFile(name, size) for name, size in await store.placed(INCOMING, MOST_PLACED) if is_file_name(name)]
    return sorted(found, key=lambda each: each.name)
