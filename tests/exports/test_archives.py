"""All lists of a service at once, as its part of an archive of the workspace."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from sqlalchemy import text

from shared.exports.batches import MOST_BATCHES
from tests.exports.harness import Exporting
from tests.exports.test_rights import change_grants
from tests.harness.services import Caller, Running

Run = Callable[..., Awaitable[Running]]
SERVICES = ("billing", "provisioning", "audit")
"""Identity has grants of its own: tests/identity/test_exported_lists.py."""


async def holder(exporting: Exporting, role: str = "admin", **more: Any) -> Caller:
    """Somebody whom the guard takes for a holder, so that only what is said of them below can refuse them."""
    caller = await exporting.running.caller(role, **more)
    await change_grants(exporting, caller, "UPDATE access_grants SET holder = 'primary'")
    return caller


async def ask(exporting: Exporting, caller: Caller, batch_id: UUID | None = None, **more: Any) -> httpx.Response:
    body = {"batch_id": str(batch_id or uuid4()), **more}
    return await caller.http.post(f"{exporting.path}/batches", json=body, headers={"Idempotency-Key": str(uuid4())})


async def batches(exporting: Exporting, caller: Caller) -> list[dict[str, Any]]:
    answer = await caller.http.get(f"{exporting.path}/batches")
    found: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return found


async def contents(exporting: Exporting, caller: Caller) -> dict[str, list[Any]]:
    """What is in the files of the newest archive, by name."""
    [newest, *_] = await batches(exporting, caller)
    found = {}
    for file in newest["files"]:
        answer = await exporting.file(caller, file["id"])
        assert answer.status_code == 200, answer.text
        found[file["name"]] = [orjson.loads(line) for line in answer.content.splitlines()]
    return found


@pytest.mark.parametrize("service", SERVICES)
async def test_every_list_of_a_service_is_in_its_part(run: Run, service: str) -> None:
    exporting = Exporting(await run(service))
    ben = await holder(exporting)
    wanted = {file.name for each in exporting.exports.lists for file in each.archived}
    of_sellers = {"links", "customers", "invited-customers", "partners"}

    answer = await ask(exporting, ben, locale="de-DE")
    await exporting.work()

    assert answer.status_code == 201, answer.text
    [made] = await batches(exporting, ben)
    assert {file["name"] for file in made["files"]} == wanted - of_sellers
    assert {(file["state"], file["format"]) for file in made["files"]} == {("done", "jsonl")}
    assert all(file["meaning"] and file["columns"] for file in made["files"])
    assert (await ben.http.get(exporting.path)).json()["items"] == [], "they are not among the single ones"


async def test_an_archive_has_the_rows_of_its_workspace_and_no_others(billing: Exporting) -> None:
    ben = await holder(billing)
    await billing.invoices(ben.workspace_id, 3)
    await billing.invoices(uuid4(), 2)

    await ask(billing, ben)
    await billing.work()

    listed = (await ben.http.get("/api/billing/invoices")).json()["items"]
    assert (await contents(billing, ben))["invoices"] == listed
    assert len(listed) == 3


async def test_the_log_hears_once_that_it_was_asked_for_and_once_that_it_was_downloaded(billing: Exporting) -> None:
    ben = await holder(billing)
    await ask(billing, ben)
    await billing.work()

    await contents(billing, ben)
    await contents(billing, ben)

    database = billing.running.database
    [asked] = await database.events("billing.archive_requested")
    [downloaded] = await database.events("billing.archive_downloaded")
    assert asked["lists"] == downloaded["lists"]
    assert {"invoices", "payments", "bill-groups"} <= {*asked["lists"]}
    assert [asked["subject"]["id"]] == [each["batch_id"] for each in await batches(billing, ben)]
    for name in ("export_made", "export_downloaded"):
        assert await database.events(f"billing.{name}") == []


async def test_one_is_made_at_once_and_three_a_day_beside_single_exports(billing: Exporting) -> None:
    ben, same = await holder(billing), uuid4()

    first = await ask(billing, ben, same)
    again, another = await ask(billing, ben, same), await ask(billing, ben)
    single = await billing.ask(ben, "invoices")
    await billing.work()
    later = []
    for _ in range(MOST_BATCHES):
        later.append((await ask(billing, ben)).status_code)
        await billing.work()

    assert first.json() == again.json()
    assert another.json()["type"].endswith("/too-many-archives")
    assert single.status_code == 201
    assert later == [201] * (MOST_BATCHES - 1) + [409]
    assert len(await batches(billing, ben)) == MOST_BATCHES


@pytest.mark.parametrize(("role", "more"), [("regular", {}), ("support", {}), ("billing", {"bill_group_id": uuid4()}),
                                            ("admin", {"via": "on_behalf"})])  # fmt: skip
async def test_nobody_but_an_admin_in_their_own_name_gets_one(billing: Exporting, role: str, more: Any) -> None:
    caller = await holder(billing, role, **more)

    refused = await ask(billing, caller), await caller.http.get(f"{billing.path}/batches")

    assert [answer.status_code for answer in refused] == [403, 403]
    assert await billing.running.database.events("billing.archive_requested") == []


async def test_who_is_no_admin_any_more_before_it_is_made_gets_nothing(billing: Exporting) -> None:
    ben = await holder(billing)
    await ask(billing, ben)

    await change_grants(billing, ben, "UPDATE access_grants SET role = 'regular', holder = NULL")
    await billing.work()

    async with billing.running.database.owner() as session:
        states = (await session.scalars(text("SELECT DISTINCT state FROM exports"))).all()
    assert (states, billing.files) == (["failed"], [])


async def test_who_is_no_admin_any_more_downloads_nothing_of_it(billing: Exporting) -> None:
    ben = await holder(billing)
    await ask(billing, ben)
    await billing.work()
    [made] = await batches(billing, ben)

    await change_grants(billing, ben, "UPDATE access_grants SET role = 'regular', holder = NULL")

    refused = [await billing.file(ben, file["id"]) for file in made["files"]]
    assert {answer.status_code for answer in refused} == {403}
