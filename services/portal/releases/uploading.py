"""A file in a form, passed on while the browser sends it: it is never whole in memory, nor on a disk of the portal."""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

MOST_BEFORE = 256 * 1024
"""Bytes of the form that may come before its file."""


class BadUpload(Exception):
    """The form is none, or breaks off."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    name: str
    """As the browser says, without folders."""
    content: AsyncIterator[bytes]
    """Can be read once. Raises `BadUpload` where the form breaks off."""


async def uploaded_file(request: Request) -> Uploaded | None:
    """The first file of a form, with its content yet to come. None: no file was chosen. Raises `BadUpload`."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise BadUpload
    form = _Form(options[b"boundary"])
    stream, before = request.stream(), 0
    async for chunk in stream:
        before += len(chunk)
        form.write(chunk)
        if form.name is not None or form.is_over or before > MOST_BEFORE:
            break
    if before > MOST_BEFORE and form.name is None:
        raise BadUpload
    return Uploaded(form.name, _content(form, stream)) if form.name else None


async def _content(form: "_Form", stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    while form.pieces:
        yield form.pieces.popleft()
    async for chunk in stream:
        form.write(chunk)
        while form.pieces:
            yield form.pieces.popleft()
    if not form.is_whole:
        raise BadUpload


class _Form:
    """Finds the first file of a form, and its bytes as they come."""

    def __init__(self, boundary: bytes) -> None:
        self.name: str | None = None
        """Of the file. None until it begins; empty: none was chosen."""
        self.pieces = deque[bytes]()
        self.is_whole = False
        """Whether the file has come to its end."""
        self.is_over = False
        """Whether the form has."""
        self._in_file = False
        self._header, self._value, self._disposition = b"", b"", b""
        try:
            self._parser = MultipartParser(boundary, {
                "on_part_begin": self._begin_part, "on_part_data": self._take, "on_part_end": self._end_part,
                "on_header_field": self._take_name, "on_header_value": self._take_value,
                "on_header_end": self._end_header, "on_headers_finished": self._end_headers, "on_end": self._end,
            })  # fmt: skip
        except FormParserError:
            raise BadUpload from None

    def write(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise BadUpload from None

    def _begin_part(self) -> None:
        self._header, self._value, self._disposition = b"", b"", b""

    def _take_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _take_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"filename" in options and self.name is None:
            named = options[b"filename"].decode("utf-8", "replace")
            self.name, self._in_file = named.replace("\\", "/").rpartition("/")[2], True

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self.pieces.append(bytes(data[start:end]))

    def _end_part(self) -> None:
        if self._in_file:
            self._in_file, self.is_whole = False, True

    def _end(self) -> None:
        self.is_over = True
