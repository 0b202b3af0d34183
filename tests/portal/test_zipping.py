"""ZIP files that are sent while they are made."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

from hypothesis import given
from hypothesis import strategies as st

from services.portal.zipping import Member, pieces_of, zipped

MADE_AT = datetime(2026, 11, 30, 14, 20, 6, tzinfo=UTC)
CONTENTS = st.lists(st.lists(st.binary(max_size=2000), max_size=5), max_size=5)


async def of(contents: list[list[bytes]]) -> AsyncIterator[Member]:
    for number, pieces in enumerate(contents):
        yield f"folder/{number}.bin", pieces_of(pieces)


@given(CONTENTS)
async def test_what_is_packed_is_unpacked(contents: list[list[bytes]]) -> None:
    whole = b"".join([piece async for piece in zipped(of(contents), MADE_AT)])

    with ZipFile(BytesIO(whole)) as file:
        assert file.testzip() is None
        assert file.namelist() == [f"folder/{number}.bin" for number in range(len(contents))]
        assert [file.read(name) for name in file.namelist()] == [b"".join(pieces) for pieces in contents]


async def test_pieces_are_sent_before_the_last_is_there() -> None:
    async def endless() -> AsyncIterator[bytes]:
        noise = b"".join(number.to_bytes(3, "big") for number in range(100_000))
        while True:
            yield noise

    async def members() -> AsyncIterator[Member]:
        yield "endless.bin", endless()

    sent = zipped(members(), MADE_AT)

    assert len(await anext(sent)) > 0
    await sent.aclose()  # type: ignore[attr-defined]
