"""ZIP files that are sent while they are made, so that no process holds one, whatever its size."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from io import RawIOBase
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from fastapi.responses import StreamingResponse

Member = tuple[str, AsyncIterator[bytes]]
"""The path of a file within the ZIP, and its content."""


async def zipped(members: AsyncIterator[Member], made_at: datetime) -> AsyncIterator[bytes]:
    """The ZIP file with these members, in pieces. ``made_at`` is the time of all of them."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as file:
        async for path, content in members:
            with file.open(_info(path, made_at), "w", force_zip64=True) as member:
                async for piece in content:
                    member.write(piece)
                    if taken := sink.take():
                        yield taken
    yield sink.take()


def zip_file(name: str, content: AsyncIterator[bytes]) -> StreamingResponse:
    """A ZIP file to download under a name, for nobody else to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingResponse(content, media_type="application/zip", headers=headers)


async def pieces_of(texts: Iterable[str | bytes]) -> AsyncIterator[bytes]:
    """What is there already as the content of a member."""
    for text in texts:
        yield text.encode() if isinstance(text, str) else text


def _info(path: str, made_at: datetime) -> ZipInfo:
    info = ZipInfo(path, made_at.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


class _Sink(RawIOBase):
    """What was written since it was last taken. It cannot be searched, so that the file is written in one go."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        written = bytes(piece)  # type: ignore[call-overload]
        self._pieces.append(written)
        return len(written)

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken
