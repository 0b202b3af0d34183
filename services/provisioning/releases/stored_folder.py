"""Downloads in a folder of this machine, or of a network file system, which all processes of the service share."""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from shared.files import Folder, NoSuchFile

PIECE = 256 * 1024


class DownloadsFolder:
    """A folder with the parts that `store.py` describes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folder = Folder(root)

    async def put(self, key: str, content: AsyncIterator[bytes], *, name: str) -> int:
        return await self._folder.put(key, content)

    async def size(self, key: str) -> int:
        try:
            return (await asyncio.to_thread((self.root / key).stat)).st_size
        except FileNotFoundError:
            raise NoSuchFile(key) from None

    async def read(self, key: str, start: int, length: int) -> AsyncGenerator[bytes]:
        try:
            file = await asyncio.to_thread((self.root / key).open, "rb")
        except FileNotFoundError:
            raise NoSuchFile(key) from None
        with file:
            file.seek(start)
            while length > 0 and (piece := await asyncio.to_thread(file.read, min(PIECE, length))):
                length -= len(piece)
                yield piece

    async def delete(self, key: str) -> None:
        await self._folder.delete(key)
        with suppress(OSError):  # others are in it
            await asyncio.to_thread((self.root / key).parent.rmdir)

    async def placed(self, folder: str, most: int) -> Sequence[tuple[str, int]]:
        return await asyncio.to_thread(_listed, self.root / folder, most)

    async def address(self, key: str, life: timedelta) -> str | None:
        return None

    async def sweep(self, before: datetime) -> None:
        await self._folder.sweep(before)


def _listed(folder: Path, most: int) -> list[tuple[str, int]]:
    try:
        with os.scandir(folder) as entries:
            files = (entry for entry in entries if entry.is_file(follow_symlinks=False))
            return [(entry.name, entry.stat().st_size) for entry in islice(files, most)]
    except FileNotFoundError:
        return []
