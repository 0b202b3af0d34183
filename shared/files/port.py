"""What a store of files can do. Its keys are its own: no path, and nothing that people type."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol

_SEGMENT = "[a-z0-9][a-z0-9._-]{0,99}"
_KEY = re.compile(f"{_SEGMENT}(/{_SEGMENT}){{0,4}}")


class NoSuchFile(Exception):
    """Nothing was put there, or it was deleted."""


class NotAKey(ValueError):
    """A key is one to five names of small letters, digits, dots, dashes and underscores, with slashes between them."""


class Files(Protocol):
    """A store of files."""

    async def put(self, key: str, content: AsyncIterator[bytes]) -> int:
        """Keep what ``content`` yields, and return its size in bytes. Readers see all of it or, until then and if
        ``content`` raises, what was there before."""

    async def open(self, key: str) -> AsyncIterator[bytes]:
        """The content, in pieces. Raises `NoSuchFile` before the first one."""

    async def delete(self, key: str) -> None:
        """Nothing happens if it is not there."""

    async def sweep(self, before: datetime) -> None:
        """Delete what was begun before that moment, in real time, by a process that died, and never became a file."""


def checked(key: str) -> str:
    """The key itself. Raises `NotAKey`."""
    if not _KEY.fullmatch(key):
        raise NotAKey(key)
    return key
