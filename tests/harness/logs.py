"""What is logged, for tests."""

import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog


@contextmanager
def captured_logs() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged meanwhile. A logger keeps what it was configured with at its first use, in whichever test that
    was: it has to forget that before."""
    structlog.reset_defaults()
    for module in list(sys.modules.values()):
        if isinstance(logger := vars(module).get("log"), type(structlog.get_logger())):
            vars(logger).pop("bind", None)
    with structlog.testing.capture_logs() as lines:
        yield lines
