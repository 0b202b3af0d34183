"""Which test process runs which files, and in which order: the longest first, so that none is left for the end."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

IN_ONE_PROCESS = ("tests/authorisation/",)
"""Folders whose files share what takes long to set up."""
LONGEST = (
    "tests/browser/test_every_page.py",
    "tests/browser/test_pages_without_a_service.py",
    "tests/browser/test_languages.py",
    "tests/authorisation/",
    "tests/fuzz/",
    "tests/bench/test_smoke.py",
    "tests/identity/test_decisions_under_locks.py",
)
"""What takes more than a minute, the longest first. Tests that break an installation are not among them: others would
follow them in it."""


class Scheduling(LoadFileScheduling):
    """The tests of a file in one process, and those of some folders."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in IN_ONE_PROCESS if nodeid.startswith(folder)), super()._split_scope(nodeid))


def scheduling(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """None leaves the choice to the option ``--dist``."""
    return Scheduling(config, log) if config.option.dist == "loadfile" else None


def place_of(item: pytest.Item) -> tuple[bool, int]:
    """By what the tests are sorted: those of equal places stay as they were collected."""
    first = (place for place, path in enumerate(LONGEST) if item.nodeid.startswith(path))
    return item.get_closest_marker("last") is not None, next(first, len(LONGEST))
