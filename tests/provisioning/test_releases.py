"""What staff publish: releases of products, with files that are uploaded or lie in the store already."""

import asyncio
import base64
import hashlib
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from services.provisioning.jobs import check_release_files
from services.provisioning.releases.files import BROKEN_OFF_AFTER
from services.provisioning.releases.names import is_file_name
from shared.clock import Clock
from tests.harness.clocks import StoppedClock
from tests.provisioning.harness import ProvisioningHarness, post
from tests.provisioning.releasing import (
    CONTENT,
    RELEASES,
    check_files,
    downloads_folder,
    draft,
    publish,
    published,
    stored,
    upload,
    withdraw,
)


def in_(time: timedelta) -> Clock:
    clock = StoppedClock()
    clock.move(seconds=time.total_seconds())
    return clock


async def read(provisioning: ProvisioningHarness, release: str) -> dict[str, object]:
    answer = await provisioning.provider.http.get(f"{RELEASES}/{release}")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


@pytest.mark.rule("I4")
async def test_a_release_is_entered_gets_files_and_is_published_with_signed_checksums(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product(display_name="Console")
    release = await draft(provisioning, product)

    added = await upload(provisioning, release)
    answer = await publish(provisioning, release)

    digest = hashlib.sha256(CONTENT).hexdigest()
    assert (added.json()["size"], added.json()["sha256"]) == (len(CONTENT), digest)
    assert answer.json()["state"] == "published"
    shown = await read(provisioning, release)
    [file] = shown["files"]
    assert file == added.json() | {"downloads": 0}
    [event] = await provisioning.database.events("provisioning.release_published")
    assert (event["release_version"], event["product_name"], event["files"]) == ("2.0", "Console", 1)
    assert (event["released_on"], event["workspace_id"]) == ("2026-05-04", str(provisioning.provider.workspace_id))
    assert event["actor"]["user_id"] == str(provisioning.provider.user_id)
    assert await provisioning.broken() == []


async def test_a_release_needs_a_file_and_changes_no_more_once_it_is_published(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product()
    empty = await draft(provisioning, product, version="1.0")
    release, file = await published(provisioning, product)

    nothing_in_it = await publish(provisioning, empty)
    body = {"version": "3.0", "released_on": "2026-06-01"}
    changed = await provisioning.provider.http.put(f"{RELEASES}/{release}", json=body)
    more = await upload(provisioning, release, "more.zip")
    less = await provisioning.provider.http.delete(f"{RELEASES}/{release}/files/{file}")
    again = await publish(provisioning, release)

    assert nothing_in_it.json()["type"] == "/problems/release-not-ready"
    assert [each.json()["type"] for each in (changed, more, less)] == ["/problems/release-not-draft"] * 3
    assert again.json()["revision"] == (await read(provisioning, release))["revision"]
    assert len(await provisioning.database.events("provisioning.release_published")) == 1


async def test_a_version_is_one_release_of_its_product(provisioning: ProvisioningHarness) -> None:
    product, other = await provisioning.product(), await provisioning.product()
    await draft(provisioning, product)
    await draft(provisioning, other)

    body = {"product_id": product["id"], "version": "2.0", "released_on": "2026-05-04"}
    answer = await post(provisioning.provider, RELEASES, body)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/release-version-taken")


async def test_a_draft_is_changed_and_its_files_are_removed_from_the_store(provisioning: ProvisioningHarness) -> None:
    release = await draft(provisioning, await provisioning.product())
    file = (await upload(provisioning, release)).json()["id"]

    body = {"version": "2.1", "released_on": "2026-05-05", "notes": "New"}
    await provisioning.provider.http.put(f"{RELEASES}/{release}", json=body)
    removed = await provisioning.provider.http.delete(f"{RELEASES}/{release}/files/{file}")
    before = stored(provisioning)
    await check_files(provisioning)

    shown = await read(provisioning, release)
    assert (shown["version"], shown["released_on"], shown["notes"], shown["files"]) == ("2.1", "2026-05-05", "New", [])
    assert removed.status_code == 204
    assert (before, stored(provisioning)) == ([file], [])
    assert (await upload(provisioning, release)).status_code == 201, "the name is free again"


async def test_a_withdrawn_release_has_a_reason_and_does_not_come_back(provisioning: ProvisioningHarness) -> None:
    release, _ = await published(provisioning, await provisioning.product())
    unpublished = await draft(provisioning, await provisioning.product())

    for _again in range(2):
        assert (await withdraw(provisioning, release)).json()["state"] == "withdrawn"

    assert (await read(provisioning, release))["withdrawn_for"] == "It does not start"
    assert (await publish(provisioning, release)).json()["type"] == "/problems/release-not-draft"
    assert (await withdraw(provisioning, unpublished)).json()["type"] == "/problems/release-not-published"
    [event] = await provisioning.database.events("provisioning.release_withdrawn")
    assert (event["reason"], event["release_version"]) == ("It does not start", "2.0")


async def test_releases_are_listed_newest_first_page_by_page(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    for day in ("02", "01", "03"):
        await draft(provisioning, product, version=f"1.{day}", released_on=f"2026-04-{day}")
    await draft(provisioning, await provisioning.product())

    asked, found = {"product_id": product["id"], "limit": "2"}, []
    while True:
        page = (await provisioning.provider.http.get(RELEASES, params=asked)).json()
        found.append([each["version"] for each in page["items"]])
        if not page["next"]:
            break
        asked["cursor"] = page["next"]

    assert found == [["1.03", "1.02"], ["1.01"]]


@pytest.mark.parametrize("name", ["..", ".hidden", "a..b", "a b", "ä.zip", "a.", "x" * 151, "a\\b", "a;b"])
def test_a_name_of_a_file_leads_nowhere_else_and_needs_no_quoting(name: str) -> None:
    assert not is_file_name(name)
    assert is_file_name("Edge_Console-2.4.1+build~7.tar.gz")


async def test_a_file_that_is_too_large_is_refused_and_nothing_is_kept(provisioning: ProvisioningHarness) -> None:
    release = await draft(provisioning, await provisioning.product())
    provisioning.running.runtime.settings.downloads_upload_mb = 1  # type: ignore[attr-defined]
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield bytes(64 * 1024)

    answer = await provisioning.provider.http.put(f"{RELEASES}/{release}/files/a.iso", content=endless())
    await check_files(provisioning)

    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")
    assert sent < 30, "it is not read to its end"
    assert (await read(provisioning, release))["files"] == []
    assert stored(provisioning) == []


async def test_what_is_left_of_an_upload_that_died_is_deleted(provisioning: ProvisioningHarness) -> None:
    release = await draft(provisioning, await provisioning.product())
    file = (await upload(provisioning, release)).json()["id"]
    async with provisioning.database.owner.begin() as session:  # as a killed process leaves it
        await session.execute(
            text("UPDATE release_files SET state = 'receiving', size = NULL, sha256 = NULL, due_at = :due"),
            {"due": provisioning.running.runtime.clock.real_now() + BROKEN_OFF_AFTER},
        )

    await check_files(provisioning)
    before = stored(provisioning)
    await check_release_files(provisioning.worker(in_(BROKEN_OFF_AFTER + timedelta(minutes=1))))

    assert (before, stored(provisioning)) == ([file], [])
    assert (await read(provisioning, release))["files"] == []


async def test_of_two_files_with_one_name_the_first_counts(provisioning: ProvisioningHarness) -> None:
    release = await draft(provisioning, await provisioning.product())

    answers = await asyncio.gather(*(upload(provisioning, release) for _ in range(2)))

    assert sorted(each.status_code for each in answers) == [201, 409]
    assert len(stored(provisioning)) == 1


@pytest.mark.rule("I4")
async def test_a_file_that_lies_in_the_store_is_chosen_checked_and_never_removed(
    provisioning: ProvisioningHarness,
) -> None:
    release = await draft(provisioning, await provisioning.product())
    incoming = downloads_folder(provisioning) / "incoming"
    incoming.mkdir(parents=True)
    (incoming / "Appliance-2.0.img").write_bytes(CONTENT)
    (incoming / "not a name.img").write_bytes(CONTENT)
    (incoming / "link.img").symlink_to(Path("/etc/hostname"))

    listed = (await provisioning.provider.http.get(f"{RELEASES}/placed-files")).json()["items"]
    chosen = await post(provisioning.provider, f"{RELEASES}/{release}/files", {"name": "Appliance-2.0.img"})
    missing = await post(provisioning.provider, f"{RELEASES}/{release}/files", {"name": "other.img"})
    early = await publish(provisioning, release)
    await check_files(provisioning)

    assert listed == [{"name": "Appliance-2.0.img", "size": len(CONTENT)}]
    assert (chosen.status_code, chosen.json()["state"]) == (201, "checking")
    assert (missing.status_code, missing.json()["type"]) == (422, "/problems/file-not-placed")
    assert early.json()["type"] == "/problems/release-not-ready"
    [file] = (await read(provisioning, release))["files"]
    assert (file["state"], file["sha256"]) == ("ready", hashlib.sha256(CONTENT).hexdigest())
    await provisioning.provider.http.delete(f"{RELEASES}/{release}/files/{file['id']}")
    await check_files(provisioning)
    assert (incoming / "Appliance-2.0.img").exists()


async def test_a_chosen_file_that_is_gone_fails_after_some_tries(provisioning: ProvisioningHarness) -> None:
    release = await draft(provisioning, await provisioning.product())
    incoming = downloads_folder(provisioning) / "incoming"
    incoming.mkdir(parents=True)
    (incoming / "a.img").write_bytes(CONTENT)
    await post(provisioning.provider, f"{RELEASES}/{release}/files", {"name": "a.img"})
    (incoming / "a.img").unlink()

    for times in range(6):
        await check_release_files(provisioning.worker(in_(timedelta(hours=2 * times))))

    [file] = (await read(provisioning, release))["files"]
    assert file["state"] == "failed"
    assert (await publish(provisioning, release)).json()["type"] == "/problems/release-not-ready"


@pytest.mark.rule("I4")
async def test_customers_verify_files_with_openssl_and_sha256sum_as_the_documents_say(
    provisioning: ProvisioningHarness, tmp_path: Path
) -> None:
    release, _ = await published(provisioning, await provisioning.product())
    async with provisioning.database.owner() as session:
        query = text("SELECT checksums, signature, signing_key FROM releases WHERE id = :id")
        found = (await session.execute(query, {"id": release})).one()
    (tmp_path / "SHA256SUMS").write_text(found.checksums)
    (tmp_path / "SHA256SUMS.sig").write_bytes(base64.b64decode(found.signature))
    (tmp_path / "signing-key.pem").write_text(found.signing_key)
    (tmp_path / "console-2.0.tar.gz").write_bytes(CONTENT)
    document = (Path(__file__).parents[2] / "docs/downloads.md").read_text()
    commands = document.split("```sh\n")[1].split("```")[0]

    def verify() -> subprocess.CompletedProcess[str]:
        return subprocess.run(["sh", "-ec", commands], cwd=tmp_path, capture_output=True, text=True, check=False)

    genuine = verify()
    (tmp_path / "console-2.0.tar.gz").write_bytes(CONTENT + b"!")
    changed = verify()
    (tmp_path / "console-2.0.tar.gz").write_bytes(CONTENT)
    (tmp_path / "SHA256SUMS").write_text(found.checksums + "\n")
    forged = verify()

    assert genuine.returncode == 0, genuine.stderr
    assert "Signature Verified Successfully" in genuine.stdout
    assert "console-2.0.tar.gz: OK" in genuine.stdout
    assert changed.returncode != 0
    assert forged.returncode != 0
