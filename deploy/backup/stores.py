"""Where backups are kept: a folder, or a bucket of an S3-compatible store. Both by obstore."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from deploy.environment import OperatorError

PART = 32 * 1024 * 1024
"""A bucket takes 10,000 parts of a file: 320 GB."""
PARTS_AT_ONCE = 2
PIECE = 8 * 1024 * 1024
BUCKET = "s3://"
_NAME = re.compile(r"portico-(\d{8}T\d{6}Z)\.tar\.age")


@dataclass(frozen=True)
class Kept:
    """A backup in a store."""

    name: str
    bytes: int

    @property
    def at(self) -> datetime:
        """The moment that it is of."""
        return datetime.strptime(self.name, "portico-%Y%m%dT%H%M%SZ.tar.age").replace(tzinfo=UTC)


def name_at(moment: datetime) -> str:
    return f"portico-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar.age"


class Backups:
    """The backups of a folder or of ``s3://bucket/prefix``. Who signs in there, and where it is, are in the variables
    that AWS's own tools read. Raises `OperatorError` if the store fails."""

    def __init__(self, place: str) -> None:
        self._folder = None if place.startswith(BUCKET) else Path(place).absolute()
        self._store: S3Store | LocalStore = _bucket(place) if self._folder is None else LocalStore(self._folder)
        if self._folder is not None and not self._folder.is_dir():
            raise OperatorError(f"There is no folder {self._folder}.")

    def put(self, name: str, content: Iterator[bytes]) -> None:
        """Keep what ``content`` yields. It has its name only once all of it is there, never if ``content`` raises."""
        if any(each.name == name for each in self.newest_first()):
            raise OperatorError(f"There is a backup of this second already: {name}.")
        try:
            obstore.put(self._store, name, content, chunk_size=PART, max_concurrency=PARTS_AT_ONCE)
            if self._folder is not None:
                _sync(self._folder / name)
        except BaseError as error:
            raise OperatorError(f"The store does not take the backup: {error}") from error

    def put_beside(self, name: str, text: str) -> None:
        """Keep a text beside the backups, in place of the one of that name."""
        try:
            obstore.put(self._store, name, text.encode())
        except BaseError as error:
            raise OperatorError(f"The store does not take {name}: {error}") from error

    def newest_first(self) -> list[Kept]:
        try:
            found = [each for page in obstore.list(self._store) for each in page]
        except BaseError as error:
            raise OperatorError(f"The store cannot be read: {error}") from error
        kept = [Kept(each["path"], each["size"]) for each in found if _NAME.fullmatch(each["path"])]
        return sorted(kept, key=lambda each: each.name, reverse=True)

    def find(self, name: str | None) -> Kept:
        """The one of that name, or the newest."""
        for each in self.newest_first():
            if name in (None, each.name):
                return each
        raise OperatorError(f"There is no backup {name or ''}".rstrip() + ".")

    def copy_to(self, sink: BinaryIO, kept: Kept) -> None:
        """Write a backup into ``sink``, as it is."""
        for start in range(0, kept.bytes, PIECE):
            try:
                end = min(start + PIECE, kept.bytes)
                sink.write(obstore.get_range(self._store, kept.name, start=start, end=end))
            except BaseError as error:
                raise OperatorError(f"The store does not give the backup: {error}") from error

    def prune(self, keep: int) -> list[str]:
        """Delete all but the newest ``keep``, and return their names."""
        old = [each.name for each in self.newest_first()[keep:]]
        for name in old:
            try:
                obstore.delete(self._store, name)
            except BaseError as error:
                raise OperatorError(f"The store does not delete {name}: {error}") from error
        return old


def _bucket(place: str) -> S3Store:
    bucket, _, prefix = place.removeprefix(BUCKET).partition("/")
    if not bucket:
        raise OperatorError(f"{place} names no bucket: s3://bucket/prefix.")
    return S3Store(
        bucket, prefix=prefix.strip("/") or None,
        client_options={"timeout": "120s", "connect_timeout": "10s", "allow_http": _is_plain()},
        retry_config={"max_retries": 5, "retry_timeout": timedelta(minutes=3)},
    )  # fmt: skip


def _is_plain() -> bool:
    """Whether the store is reached without TLS, as one on the same machine may be."""
    return any(os.environ.get(name, "").startswith("http://") for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT"))


def _sync(file: Path) -> None:
    """After a crash the name never stands for less than the whole content."""
    for place in (file, file.parent):
        number = os.open(place, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
