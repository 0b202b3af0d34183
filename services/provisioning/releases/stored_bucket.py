"""Downloads in a bucket of an S3-compatible store, by obstore, which is asynchronous and needs no other package."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from services.provisioning.settings import StoreSettings
from shared.files import NoSuchFile

PIECE = 1024 * 1024
"""What is asked for at once: so a customer who reads slowly holds no connection to the store, and little memory."""
PART = 8 * 1024 * 1024
PARTS_AT_ONCE = 2
"""An upload holds so many parts in memory. A bucket takes 10,000 parts of a file."""


class Bucket:
    """A bucket with the parts that `store.py` describes. Uploads that break off are aborted; those of a process that
    died are for a lifecycle rule of the bucket."""

    def __init__(self, bucket: S3Store, *, is_public: bool) -> None:
        self._bucket, self._is_public = bucket, is_public

    @classmethod
    def of(cls, settings: StoreSettings) -> "Bucket":
        secret = settings.downloads_secret_key
        key = secret.get_secret_value() if secret else None
        place = settings.downloads_bucket, settings.downloads_endpoint, settings.downloads_region
        return cls(_connected(*place, settings.downloads_access_key, key), is_public=settings.downloads_public_bucket)

    async def put(self, key: str, content: AsyncIterator[bytes], *, name: str) -> int:
        size = 0

        async def counted() -> AsyncIterator[bytes]:
            nonlocal size
            async for piece in content:
                size += len(piece)
                yield piece

        saved_as = {"Content-Disposition": f'attachment; filename="{name}"'}
        with _failing(key):
            await obstore.put_async(
                self._bucket, key, counted(), attributes=saved_as, chunk_size=PART, max_concurrency=PARTS_AT_ONCE
            )
        return size

    async def size(self, key: str) -> int:
        with _failing(key):
            return (await self._bucket.head_async(key))["size"]

    async def read(self, key: str, start: int, length: int) -> AsyncGenerator[bytes]:
        end = start + length
        while start < end:
            with _failing(key):
                piece = await self._bucket.get_range_async(key, start=start, end=min(start + PIECE, end))
            start += len(piece)
            yield bytes(piece)

    async def delete(self, key: str) -> None:
        with _failing(key):
            await self._bucket.delete_async(key)

    async def placed(self, folder: str, most: int) -> Sequence[tuple[str, int]]:
        """Of the first ``most`` that begin so: the bucket lists those of folders below, too."""
        with _failing(folder):
            async for page in self._bucket.list(folder, chunk_size=most):
                found = [(each["path"].removeprefix(folder), each["size"]) for each in page]
                return [(name, size) for name, size in found if "/" not in name]
        return []

    async def address(self, key: str, life: timedelta) -> str | None:
        if not self._is_public:
            return None
        with _failing(key):
            return str(await obstore.sign_async(self._bucket, "GET", key, life))

    async def sweep(self, before: datetime) -> None:
        """The bucket's lifecycle rule does it."""


@lru_cache(maxsize=8)
def _connected(
    bucket: str, endpoint: str | None, region: str, access_key: str | None, secret_key: str | None
) -> S3Store:
    """One client of a process, which keeps its connections."""
    return S3Store(
        bucket, endpoint=endpoint, region=region, access_key_id=access_key, secret_access_key=secret_key,
        client_options={"allow_http": bool(endpoint and endpoint.startswith("http://")), "timeout": "30s",
                        "connect_timeout": "5s"},
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
    )  # fmt: skip


@contextmanager
def _failing(key: str) -> Iterator[None]:
    """The library's exceptions as those of the port."""
    try:
        yield
    except FileNotFoundError:
        raise NoSuchFile(key) from None
    except BaseError as error:
        raise OSError(type(error).__name__) from error
