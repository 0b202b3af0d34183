"""What customers download: the releases that their licences entitle to, by links that live for minutes."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.provisioning.downloads.links import LIFE, NoLink, make_link, open_link, seal_link
from shared.clock import Clock
from shared.events import Actor
from tests.harness.clocks import StoppedClock
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness
from tests.provisioning.releasing import (
    CONTENT,
    DOWNLOADS,
    ask,
    downloads_folder,
    license_to,
    link_to,
    published,
    releases_of,
    withdraw,
)

LICENCE: dict[str, Any] = {"kind": "licence", "display_name": "Console"}
MAY, JUNE = date(2026, 5, 31), "2026-06-15"


@pytest.fixture
async def ines(provisioning: ProvisioningHarness) -> Caller:
    """Somebody who may download for a customer, and change nothing."""
    admin = await provisioning.running.caller("admin")
    await provisioning.add_workspace(admin.workspace_id, "customer", "Northwind Trading")
    return await provisioning.running.caller(
        "read_only", workspace_id=admin.workspace_id, address="ines@northwind.example"
    )


@pytest.fixture
async def console(provisioning: ProvisioningHarness) -> dict[str, Any]:
    return await provisioning.product(**LICENCE)


async def entitle(
    provisioning: ProvisioningHarness, caller: Caller, product: dict[str, Any], until: date | None = None, **more: Any
) -> None:
    orderer = await provisioning.running.caller("admin", workspace_id=caller.workspace_id)
    await license_to(provisioning, orderer, product, until, **more)


async def fetch(provisioning: ProvisioningHarness, path: str, **headers: str) -> httpx.Response:
    """As a browser does, without a token."""
    return await provisioning.running.http().get(path, headers=headers)


@pytest.mark.rule("I4", "I10", "I22")
async def test_a_file_is_downloaded_by_a_link_and_logged_once(
    provisioning: ProvisioningHarness, ines: Caller, console: dict[str, Any]
) -> None:
    release, file = await published(provisioning, console)
    await entitle(provisioning, ines, console, MAY)

    [listed] = (await ines.http.get(f"{DOWNLOADS}/products")).json()["items"]
    [shown] = await releases_of(ines, console)
    path = await link_to(ines, file)
    answer = await fetch(provisioning, path)
    again = await fetch(provisioning, path)

    assert (listed["display_name"], listed["entitled_until"]) == ("Console", "2026-05-31")
    assert (shown["id"], shown["version"], shown["is_locked"]) == (release, "2.0", False)
    assert (answer.status_code, answer.content) == (200, CONTENT) == (again.status_code, again.content)
    assert answer.headers["content-disposition"] == 'attachment; filename="console-2.0.tar.gz"'
    assert answer.headers["etag"] == f'"{shown["files"][0]["sha256"]}"'
    assert (answer.headers["accept-ranges"], answer.headers["cache-control"]) == ("bytes", "private, no-store")
    [event] = await provisioning.database.events("provisioning.download_served")
    assert (event["workspace_id"], event["file_name"]) == (str(ines.workspace_id), "console-2.0.tar.gz")
    assert (event["actor"]["user_id"], event["actor"]["via"]) == (str(ines.user_id), "self")
    assert (event["sha256"], event["size"]) == (shown["files"][0]["sha256"], len(CONTENT))
    assert (event["product_name"], event["release_version"]) == ("Console", "2.0")
    [counted] = (await provisioning.provider.http.get(f"/api/provisioning/releases/{release}")).json()["files"]
    assert counted["downloads"] == 1


@pytest.mark.rule("I4")
async def test_what_came_out_after_the_maintenance_is_shown_locked(
    provisioning: ProvisioningHarness, ines: Caller, console: dict[str, Any]
) -> None:
    await published(provisioning, console, version="2.0", released_on="2026-05-31")
    _, later = await published(provisioning, console, version="2.1", released_on=JUNE)
    await entitle(provisioning, ines, console, MAY)

    shown = {each["version"]: each["is_locked"] for each in await releases_of(ines, console)}
    refused = await ask(ines, later)
    await entitle(provisioning, ines, console, None)  # one without an end

    assert shown == {"2.1": True, "2.0": False}, "the last day of the maintenance counts"
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/release-locked")
    assert refused.json()["maintenance_ended_on"] == "2026-05-31"
    assert [each["is_locked"] for each in await releases_of(ines, console)] == [False, False]
    assert (await ask(ines, later)).status_code == 200


@pytest.mark.rule("I4")
@pytest.mark.parametrize("state", ["revoked", "on hold", "ended"])
async def test_a_licence_that_is_not_valid_entitles_to_nothing(
    provisioning: ProvisioningHarness, ines: Caller, console: dict[str, Any], state: str
) -> None:
    _, file = await published(provisioning, console)
    at = provisioning.running.runtime.clock.now()
    changes: dict[str, dict[str, Any]] = {
        "revoked": {"revoked_at": at, "revoked_for": "Unpaid"},
        "on hold": {"on_hold": True},
        "ended": {"ended_at": at},
    }
    await entitle(provisioning, ines, console, **changes[state])

    assert (await ines.http.get(f"{DOWNLOADS}/products")).json()["items"] == []
    assert (await ines.http.get(f"{DOWNLOADS}/products/{console['key']}/releases")).status_code == 404
    assert (await ask(ines, file)).status_code == 404


@pytest.mark.rule("I4")
async def test_a_product_that_is_no_licence_is_downloaded_while_a_service_of_it_is_active(
    provisioning: ProvisioningHarness, ines: Caller
) -> None:
    agent = await provisioning.product(display_name="Agent")
    _, file = await published(provisioning, agent)
    admin = await provisioning.running.caller("admin", workspace_id=ines.workspace_id)
    await provisioning.order(admin, agent)

    before = await ask(ines, file)
    await provisioning.work()
    after = await ask(ines, file)

    assert (before.status_code, after.status_code) == (404, 200)
    [listed] = (await ines.http.get(f"{DOWNLOADS}/products")).json()["items"]
    assert (listed["display_name"], listed["entitled_until"]) == ("Agent", None)


@pytest.mark.rule("I4")
async def test_another_workspace_sees_none_of_it(
    provisioning: ProvisioningHarness, ines: Caller, console: dict[str, Any]
) -> None:
    _, file = await published(provisioning, console)
    await entitle(provisioning, ines, console)
    stranger = await provisioning.running.caller("admin")

    found = [await ask(stranger, file), await ask(stranger, str(uuid4()))]

    assert [each.status_code for each in found] == [404, 404]
    assert found[0].json() == found[1].json()
    assert (await stranger.http.get(f"{DOWNLOADS}/products")).json()["items"] == []


@pytest.mark.rule("I4", "L2")
async def test_somebody_within_a_bill_group_downloads_what_its_licences_entitle_to(
    provisioning: ProvisioningHarness, ines: Caller, console: dict[str, Any]
) -> None:
    group, other = uuid4(), uuid4()
    _, file = await published(provisioning, console)
    await entitle(provisioning, ines, console, bill_group_id=group)
    here, elsewhere = [
        await provisioning.running.caller("read_only", workspace_id=ines.workspace_id, bill_group_id=each)
        for each in (group, other)
    ]

    assert [(await ask(each, file)).status_code for each in (here, elsewhere)] == [200, 404]


@pytest.mark.rule("I4")
async def test_a_download_that_broke_off_is_resumed_by_a_new_link(
    provisioning: ProvisioningHarness, ines: Caller, console: dict[str, Any]
) -> None:
    _, file = await published(provisioning, console)
    await entitle(provisioning, ines, console)

    first = await fetch(provisioning, await link_to(ines, file), range="bytes=0-9999")
    etag = first.headers["etag"]
    rest = await fetch(provisioning, await link_to(ines, file), range="bytes=10000-", if_range=etag)
    other = await fetch(
        provisioning, await link_to(ines, file), **{"range": "bytes=10000-", "if-range": '"something else"'}
    )
    beyond = await fetch(provisioning, await link_to(ines, file), range=f"bytes={len(CONTENT)}-")

    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.content + rest.content == CONTENT
    assert rest.headers["content-range"] == f"bytes 10000-{len(CONTENT) - 1}/{len(CONTENT)}"
    assert int(rest.headers["content-length"]) == len(CONTENT) - 10_000
    assert (other.status_code, other.content) == (200, CONTENT), "of another content all is sent"
    assert (beyond.status_code, beyond.json()["type"]) == (416, "/problems/range-not-satisfiable")
    assert beyond.headers["content-range"] == f"bytes */{len(CONTENT)}"
    assert len(await provisioning.database.events("provisioning.download_served")) == 3, "not what is not served"


@pytest.mark.rule("I4")
async def test_of_many_requests_by_one_link_at_once_one_is_logged(
    provisioning: ProvisioningHarness, ines: Caller, console: dict[str, Any]
) -> None:
    _, file = await published(provisioning, console)
    await entitle(provisioning, ines, console)
    path = await link_to(ines, file)

    await asyncio.gather(*(fetch(provisioning, path, range=f"bytes={part}000-{part}999") for part in range(1, 6)))

    assert len(await provisioning.database.events("provisioning.download_served")) == 1


@pytest.mark.rule("I4")
async def test_a_link_dies_after_minutes_and_with_its_release(
    provisioning: ProvisioningHarness, ines: Caller, console: dict[str, Any]
) -> None:
    release, file = await published(provisioning, console)
    await entitle(provisioning, ines, console)
    old, clock = await link_to(ines, file), StoppedClock()
    clock.move(seconds=LIFE.total_seconds() + 1)
    ordinary, provisioning.running.runtime.clock = provisioning.running.runtime.clock, clock
    expired = await fetch(provisioning, old)
    provisioning.running.runtime.clock = ordinary

    fresh = await link_to(ines, file)
    await withdraw(provisioning, release)
    answers = [
        expired, await fetch(provisioning, fresh), await fetch(provisioning, f"{DOWNLOADS}/made-up"),
        await fetch(provisioning, fresh[:-6]),
    ]  # fmt: skip

    assert [each.status_code for each in answers] == [410] * 4
    assert len({each.text for each in answers}) == 1
    assert await provisioning.database.events("provisioning.download_served") == []
    assert await releases_of(ines, console) == []


async def test_a_link_says_nothing_to_others_and_no_other_secret_passes_for_one(
    provisioning: ProvisioningHarness,
) -> None:
    keys, now = provisioning.running.runtime.settings.secret_keys, Clock().real_now()  # type: ignore[attr-defined]
    actor = Actor(kind="user", user_id=uuid4(), address="ines@northwind.example")
    link = make_link(uuid4(), workspace_id=uuid4(), parent_workspace_id=None, actor=actor, now=now)

    sealed = seal_link(keys, link)

    assert "northwind" not in sealed
    assert open_link(keys, sealed, now + LIFE - timedelta(seconds=1)) == link
    for wrong, at in ((sealed, now + LIFE), (sealed[:-2] + "AA", now), ("gAAAAA", now), ("é", now)):
        with pytest.raises(NoLink):
            open_link(keys, wrong, at)


async def test_a_file_that_the_store_lacks_is_a_fault_of_ours_and_not_logged_as_downloaded(
    provisioning: ProvisioningHarness, ines: Caller, console: dict[str, Any]
) -> None:
    release, file = await published(provisioning, console)
    await entitle(provisioning, ines, console)
    path = downloads_folder(provisioning) / "releases" / release / file
    path.write_bytes(b"shorter")

    answer = await fetch(provisioning, await link_to(ines, file))

    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/file-unavailable")
    assert await provisioning.database.events("provisioning.download_served") == []


async def test_a_process_serves_a_bounded_number_of_downloads(
    provisioning: ProvisioningHarness, ines: Caller, console: dict[str, Any]
) -> None:
    _, file = await published(provisioning, console)
    await entitle(provisioning, ines, console)
    provisioning.running.runtime.settings.downloads_at_once = 0  # type: ignore[attr-defined]

    answer = await fetch(provisioning, await link_to(ines, file))

    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/too-many-downloads")
    assert int(answer.headers["retry-after"]) > 0
