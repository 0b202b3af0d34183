"""The part of a file that a request asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.provisioning.downloads.ranges import NotSatisfiable, asked_part


@given(size=st.integers(0, 40), first=st.integers(0, 50) | st.none(), last=st.integers(0, 50) | st.none())
def test_a_range_is_cut_as_the_standard_says(size: int, first: int | None, last: int | None) -> None:
    content = bytes(range(size))
    header = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    to = size if last is None else last + 1
    wanted = content[first:to] if first is not None else content[-last:] if last else b""

    try:
        part = asked_part(size, '"x"', header, None)
    except NotSatisfiable:
        assert wanted == b""
        return

    if part is None:
        assert (first is None and last is None) or (first is not None and last is not None and last < first)
    else:
        assert content[part.start : part.start + part.length] == wanted
        assert part.length > 0


@pytest.mark.parametrize("header", ["bytes=0-1,4-5", "items=0-1", "bytes=a-b", "bytes=-", "bytes=" + "9" * 40 + "-"])
def test_what_is_no_single_range_asks_for_all(header: str) -> None:
    assert asked_part(10, '"x"', header, None) is None
