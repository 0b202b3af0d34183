import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.upgrades.earlier import unpack


@pytest.fixture(scope="session")
def earlier_code() -> Iterator[Path]:
    """The folder with the code of the earlier commit."""
    with tempfile.TemporaryDirectory(prefix="portico-earlier-") as folder:
        yield unpack(Path(folder))
