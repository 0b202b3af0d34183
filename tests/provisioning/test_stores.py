"""The stores of downloads do the same: a folder, and a bucket of an S3-compatible store."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.provisioning.releases.store import Store, placed_files, store_of
from services.provisioning.settings import StoreSettings
from shared.files import NoSuchFile
from tests.harness.s3 import s3_store
from tests.harness.services import Running
from tests.provisioning.harness import ProvisioningHarness, post
from tests.provisioning.releasing import (
    CONTENT,
    RELEASES,
    check_files,
    draft,
    license_to,
    link_to,
    publish,
    published,
    upload,
)

LARGE = 9 * 1024 * 1024
"""More than a part of an upload to a bucket."""


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, Any]]:
    with s3_store() as settings:
        yield settings


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, bucket: dict[str, Any], tmp_path: Path) -> Store:
    return store_of(StoreSettings(downloads_dir=tmp_path, **(bucket if request.param == "bucket" else {})))


async def pieces(size: int, *, breaks: bool = False) -> AsyncIterator[bytes]:
    for start in range(0, size, 65_536):
        yield bytes([start % 251]) * min(65_536, size - start)
    if breaks:
        raise ConnectionResetError


async def read(store: Store, key: str, start: int, length: int) -> bytes:
    return b"".join([piece async for piece in store.read(key, start, length)])


async def test_a_store_returns_any_part_of_what_was_put_there(store: Store) -> None:
    whole = b"".join([piece async for piece in pieces(LARGE)])

    size = await store.put("releases/a/b", pieces(LARGE), name="a.iso")

    assert (size, await store.size("releases/a/b")) == (LARGE, LARGE)
    assert await read(store, "releases/a/b", 0, LARGE) == whole
    assert await read(store, "releases/a/b", LARGE - 7, 7) == whole[-7:]
    assert await read(store, "releases/a/b", 1_000_000, 2_000_000) == whole[1_000_000:3_000_000]
    assert await read(store, "releases/a/b", 5, 0) == b""


async def test_a_store_keeps_an_empty_file(store: Store) -> None:
    assert await store.put("releases/a/empty", pieces(0), name="empty") == 0
    assert await store.size("releases/a/empty") == 0
    assert await read(store, "releases/a/empty", 0, 0) == b""


async def test_a_store_keeps_nothing_of_what_breaks_off(store: Store) -> None:
    with pytest.raises(ConnectionResetError):
        await store.put("releases/a/broken", pieces(LARGE, breaks=True), name="a.iso")

    with pytest.raises(NoSuchFile):
        await store.size("releases/a/broken")


async def test_a_store_deletes_once_and_again(store: Store) -> None:
    await store.put("releases/a/c", pieces(10), name="a.iso")

    for _ in range(2):
        await store.delete("releases/a/c")

    with pytest.raises(NoSuchFile):
        await read(store, "releases/a/c", 0, 10)


async def test_a_store_lists_what_an_operator_has_put_there(store: Store) -> None:
    before = await placed_files(store)
    for key in ("incoming/Image-2.0.img", "incoming/folder/inner.img", "incoming/Agent.zip"):
        if isinstance(getattr(store, "root", None), Path):
            path = store.root / key  # type: ignore[attr-defined]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"12345")
        else:
            await store.put(key, pieces(5), name="x")

    assert before == []
    assert [(each.name, each.size) for each in await placed_files(store)] == [("Agent.zip", 5), ("Image-2.0.img", 5)]


async def test_what_a_dead_process_began_to_write_into_the_folder_is_swept_away(tmp_path: Path) -> None:
    store = store_of(StoreSettings(downloads_dir=tmp_path))
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / ".abc.part").write_bytes(b"half")

    await store.sweep(datetime.now(UTC) + timedelta(minutes=1))

    assert list((tmp_path / "releases").iterdir()) == []


@pytest.mark.rule("I4")
async def test_a_release_in_a_bucket_is_uploaded_chosen_published_and_downloaded(
    run: Callable[..., Awaitable[Running]], bucket: dict[str, Any]
) -> None:
    provisioning = await ProvisioningHarness.open(await run("provisioning", **bucket))
    product = await provisioning.product(kind="licence")
    ines = await provisioning.running.caller("admin")
    await license_to(provisioning, ines, product)
    release = await draft(provisioning, product)
    await store_of(provisioning.running.runtime.settings).put("incoming/b.img", pieces(LARGE), name="b")  # type: ignore[arg-type]
    uploaded = await upload(provisioning, release)
    await post(provisioning.provider, f"{RELEASES}/{release}/files", {"name": "b.img"})
    await check_files(provisioning)
    assert (await publish(provisioning, release)).status_code == 200

    path = await link_to(ines, uploaded.json()["id"])
    part = await provisioning.running.http().get(path, headers={"range": "bytes=-300"})

    assert (part.status_code, part.content) == (206, CONTENT[-300:])
    assert await provisioning.broken() == []
    await store_of(provisioning.running.runtime.settings).delete("incoming/b.img")  # type: ignore[arg-type]
    assert await provisioning.broken() == ["file b.img of release 2.0 is not in the store, or has another size"]


@pytest.mark.rule("I4")
async def test_customers_who_reach_the_store_are_sent_there_for_minutes(
    run: Callable[..., Awaitable[Running]], bucket: dict[str, Any]
) -> None:
    settings = bucket | {"downloads_public_bucket": True}
    provisioning = await ProvisioningHarness.open(await run("provisioning", **settings))
    product = await provisioning.product(kind="licence")
    ines = await provisioning.running.caller("admin")
    await license_to(provisioning, ines, product)
    _, file = await published(provisioning, product)

    answer = await provisioning.running.http().get(await link_to(ines, file))
    address = answer.headers["location"]
    async with httpx.AsyncClient() as customer:
        found = await customer.get(address, headers={"range": "bytes=10-19"})

    assert answer.status_code == 307
    assert (address.startswith(bucket["downloads_endpoint"]), "X-Amz-Expires=300" in address) == (True, True)
    assert (found.status_code, found.content) == (206, CONTENT[10:20])
    assert found.headers["content-disposition"] == 'attachment; filename="console-2.0.tar.gz"'
    assert len(await provisioning.database.events("provisioning.download_served")) == 1


async def test_a_store_that_does_not_answer_refuses_uploads_and_downloads_as_a_fault_of_ours(
    run: Callable[..., Awaitable[Running]], bucket: dict[str, Any]
) -> None:
    gone = bucket | {"downloads_endpoint": "http://127.0.0.1:9"}
    provisioning = await ProvisioningHarness.open(await run("provisioning", **gone))
    release = await draft(provisioning, await provisioning.product())

    answers = [
        await upload(provisioning, release),
        await provisioning.provider.http.get(f"{RELEASES}/placed-files"),
    ]

    assert [each.json()["type"] for each in answers] == ["/problems/store-unavailable"] * 2
    shown = (await provisioning.provider.http.get(f"{RELEASES}/{release}")).json()
    assert shown["files"] == []
