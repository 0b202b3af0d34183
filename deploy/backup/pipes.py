"""Pipes between threads, whose reader learns that the writer has failed: a stream that breaks off never looks like one
that has ended."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread
from typing import BinaryIO

PIECE = 1024 * 1024


class Pipe:
    """What ``write`` writes into a file can be read here meanwhile. ``write`` runs in a thread of its own, and gets
    `BrokenPipeError` when the reader has gone."""

    def __init__(self, write: Callable[[BinaryIO], object]) -> None:
        source, sink = os.pipe()
        self._source, self._sink = open(source, "rb"), open(sink, "wb", buffering=PIECE)  # noqa: SIM115 - `close`
        self._write, self._failure = write, list[BaseException]()
        Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            self._write(self._sink)
            self._sink.flush()
        except BaseException as failure:
            self._failure.append(failure)
        finally:
            with suppress(OSError):
                self._sink.close()

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, and at least one before the end. Raises what ``write`` has raised."""
        piece = self._source.read(size)
        if self._failure and (size < 0 or len(piece) < size):
            raise self._failure[0]
        return piece

    def pieces(self) -> Iterator[bytes]:
        """All of it."""
        with self:
            while piece := self.read(PIECE):
                yield piece

    def __enter__(self) -> "Pipe":
        return self

    def __exit__(self, *error: object) -> None:
        self._source.close()
