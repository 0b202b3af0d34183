"""Files in a folder of this machine, which all processes of the service share."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from shared.files.port import NoSuchFile, checked

PIECE = 256 * 1024
BEGUN = ".part"
"""The end of the names of files that are being written. They begin with a dot, which no key does."""


class Folder:
    """Keeps each file below ``root`` at its key. Only the processes' user may look into it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def put(self, key: str, content: AsyncIterator[bytes]) -> int:
        place, size = self.root / checked(key), 0
        file = await asyncio.to_thread(self._begin, place)
        try:
            with file:
                async for piece in content:
                    size += await asyncio.to_thread(file.write, piece)
                await asyncio.to_thread(_sync, file)
            await asyncio.to_thread(os.replace, file.name, place)
        except BaseException:
            os.unlink(file.name)
            raise
        return size

    async def open(self, key: str) -> AsyncIterator[bytes]:
        try:
            file = await asyncio.to_thread((self.root / checked(key)).open, "rb")
        except FileNotFoundError:
            raise NoSuchFile(key) from None
        return _pieces(file)

    async def delete(self, key: str) -> None:
        await asyncio.to_thread((self.root / checked(key)).unlink, missing_ok=True)

    async def sweep(self, before: datetime) -> None:
        await asyncio.to_thread(self._sweep, before.timestamp())

    def _begin(self, place: Path) -> BinaryIO:
        """An empty file beside ``place``, so that it can be renamed to it."""
        self.root.mkdir(0o700, parents=True, exist_ok=True)
        folder = self.root
        for name in place.parent.relative_to(self.root).parts:
            folder /= name
            folder.mkdir(0o700, exist_ok=True)
        return NamedTemporaryFile(dir=folder, prefix=".", suffix=BEGUN, delete=False)  # type: ignore[return-value]

    def _sweep(self, before: float) -> None:
        for left in self.root.rglob(f".*{BEGUN}"):
            with suppress(FileNotFoundError):  # another process sweeps, too, or has finished it
                if left.stat().st_mtime < before:
                    left.unlink()


def _sync(file: BinaryIO) -> None:
    """After a crash the name never stands for less than the whole content."""
    file.flush()
    os.fsync(file.fileno())


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
