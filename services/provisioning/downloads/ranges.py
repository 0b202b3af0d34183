"""Ranges of a file that a request asks for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})")


class NotSatisfiable(Exception):
    """The file ends before the range."""


@dataclass(frozen=True, slots=True)
class Part:
    """``length`` bytes of a file of ``size`` bytes, from ``start``."""

    start: int
    length: int
    size: int

    @property
    def is_whole(self) -> bool:
        return self.length == self.size

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"


def asked_part(size: int, etag: str, asked: str | None, only_if: str | None) -> Part | None:
    """The part of a file that the headers ``Range`` and ``If-Range`` ask for. None: all of it, as without a range, also
    where ``If-Range`` names another content or a date, and for several ranges, or for what is none. Raises
    `NotSatisfiable`."""
    found = _RANGE.fullmatch(asked.strip()) if asked else None
    if found is None or (only_if is not None and only_if.strip() != etag):
        return None
    first, last = found["first"], found["last"]
    if not first:
        return _last_bytes(size, last)
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None  # no range by its grammar
    if start >= size:
        raise NotSatisfiable
    return Part(start, end - start + 1, size)


def _last_bytes(size: int, count: str) -> Part | None:
    if not count:
        return None
    length = min(int(count), size)
    if length == 0:
        raise NotSatisfiable
    return Part(size - length, length, size)
