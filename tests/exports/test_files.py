"""Files in a folder."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_IMODE

import pytest

from shared.files import Folder, NoSuchFile, NotAKey


async def pieces(*parts: bytes | Exception) -> AsyncIterator[bytes]:
    for part in parts:
        if isinstance(part, Exception):
            raise part
        yield part


async def read(files: Folder, key: str) -> bytes:
    return b"".join([piece async for piece in await files.open(key)])


async def test_what_is_put_is_read_until_it_is_deleted(tmp_path: Path) -> None:
    files = Folder(tmp_path / "files")

    size = await files.put("exports/a.csv", pieces(b"one,", b"two"))
    content = await read(files, "exports/a.csv")
    await files.delete("exports/a.csv")
    await files.delete("exports/a.csv")

    assert (size, content) == (7, b"one,two")
    with pytest.raises(NoSuchFile):
        await files.open("exports/a.csv")


async def test_a_file_that_is_not_written_to_its_end_is_never_seen(tmp_path: Path) -> None:
    files = Folder(tmp_path)
    await files.put("exports/a.csv", pieces(b"old"))

    with pytest.raises(OSError, match="full"):
        await files.put("exports/a.csv", pieces(b"new", OSError("full")))

    assert await read(files, "exports/a.csv") == b"old"
    assert [file.name for file in (tmp_path / "exports").iterdir()] == ["a.csv"]


@pytest.mark.parametrize("key", ["", "..", "a/../b", "/etc/passwd", "a//b", ".a", "a/.b", "A", "a\\b", "a\0", "a/" * 6])
async def test_a_key_is_no_path(tmp_path: Path, key: str) -> None:
    files = Folder(tmp_path)

    for touch in (files.open(key), files.delete(key), files.put(key, pieces(b"x"))):
        with pytest.raises(NotAKey):
            await touch


async def test_nobody_else_may_look_into_the_folder(tmp_path: Path) -> None:
    files = Folder(tmp_path / "files")

    await files.put("exports/a.csv", pieces(b"x"))

    assert [S_IMODE(path.stat().st_mode) for path in (files.root, files.root / "exports")] == [0o700, 0o700]
    assert S_IMODE((files.root / "exports" / "a.csv").stat().st_mode) == 0o600


async def test_what_a_killed_process_has_begun_is_swept_after_a_while(tmp_path: Path) -> None:
    files = Folder(tmp_path)
    await files.put("exports/a.csv", pieces(b"whole"))
    (tmp_path / "exports" / ".begun.part").write_bytes(b"half")

    await files.sweep(datetime.now(UTC) - timedelta(days=1))
    kept = sorted(file.name for file in (tmp_path / "exports").iterdir())
    await files.sweep(datetime.now(UTC) + timedelta(days=1))

    assert kept == [".begun.part", "a.csv"]
    assert [file.name for file in (tmp_path / "exports").iterdir()] == ["a.csv"]
