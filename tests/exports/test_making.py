"""From asking for an export to its file."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import text

from deploy.waiting import eventually
from shared.exports.making import LeaseLost
from shared.exports.service import KEPT, MOST_UNFINISHED
from tests.exports.harness import Exporting, Later
from tests.harness.waking import only_woken


async def test_a_file_has_every_row_of_the_list_once_in_its_order(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    await billing.invoices(ben.workspace_id, 450)

    rows = await billing.table(ben, "invoices")

    listed = (await ben.http.get("/api/billing/invoices", params={"limit": 200})).json()["items"]
    assert [row["Invoice number"] for row in rows][:200] == [each["number"] for each in listed]
    assert len({row["Invoice number"] for row in rows}) == len(rows) == 450
    assert rows[0] | {"Id": "", "Invoice number": "", "Bill group id": ""} == {
        "Id": "", "Invoice number": "", "Status": "open", "Overdue": "false", "Issued": "2027-01-10",
        "Due": "2027-01-24", "Currency": "EUR", "Total": "12.50", "Paid": "0.00", "Bill group id": "",
    }  # fmt: skip


async def test_an_export_is_made_at_once_however_seldom_workers_look(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    await billing.invoices(ben.workspace_id, 3)

    async def done() -> bool:
        return bool((await billing.state(ben, export["id"]))["state"] == "done")

    async with only_woken(billing.jobs, "make_exports", billing.worker(), billing.running.database.worker_url):
        export = (await billing.ask(ben, "invoices")).json()
        await eventually(done)


async def test_json_lines_are_the_items_of_the_api(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    await billing.invoices(ben.workspace_id, 5)

    answer = await billing.file(ben, await billing.made(ben, "invoices", "jsonl"))

    listed = (await ben.http.get("/api/billing/invoices")).json()["items"]
    assert [orjson.loads(line) for line in answer.content.splitlines()] == listed
    assert answer.headers["content-type"] == "application/jsonl"


async def test_amounts_are_in_major_units_of_their_currency(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    await billing.invoices(ben.workspace_id, 1, total=5, currency="EUR")
    await billing.invoices(ben.workspace_id, 1, total=1250, currency="JPY")

    rows = await billing.table(ben, "invoices")

    assert {(row["Total"], row["Currency"]) for row in rows} == {("0.05", "EUR"), ("1250", "JPY")}


async def test_titles_are_in_the_language_of_the_person(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    await billing.invoices(ben.workspace_id, 1)

    [row] = await billing.table(ben, "invoices", locale="de-DE")

    assert {"Rechnungsnummer", "Währung", "Bezahlt"} <= row.keys()


async def test_a_filter_leaves_rows_out_and_an_unknown_one_is_refused_by_name(billing: Exporting) -> None:
    ben, group = await billing.running.caller("admin"), uuid4()
    await billing.invoices(ben.workspace_id, 3)
    await billing.invoices(ben.workspace_id, 2, group=group)

    rows = await billing.table(ben, "invoices", filters={"bill_group_id": str(group), "status": "open"})
    refused = [
        await billing.ask(ben, "invoices", filters=filters)
        for filters in ({"status": "lost"}, {"limit": 5}, {"cursor": "x"}, {"nonsense": 1})
    ]

    assert [row["Bill group id"] for row in rows] == [str(group)] * 2
    assert [answer.status_code for answer in refused] == [422] * 4
    assert [answer.json()["errors"][0]["pointer"] for answer in refused] == [
        "/filters/status", "/filters/limit", "/filters/cursor", "/filters/nonsense",
    ]  # fmt: skip
    assert (await billing.ask(ben, "prices")).json()["errors"][0]["pointer"] == "/list"


async def test_an_empty_list_is_a_file_with_titles_only(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")

    answer = await billing.file(ben, await billing.made(ben, "subscriptions"))

    assert answer.content.startswith(b"\xef\xbb\xbfId,Description,")
    assert len(answer.content.splitlines()) == 1


async def test_an_export_says_how_far_it_is_and_until_when_its_file_can_be_had(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    await billing.invoices(ben.workspace_id, 3)
    asked = (await billing.ask(ben, "invoices")).json()
    early = await billing.file(ben, asked["id"])

    await billing.work()

    done = await billing.state(ben, asked["id"])
    [listed] = (await ben.http.get(billing.path)).json()["items"]
    file = await billing.file(ben, asked["id"])
    assert (early.status_code, early.json()["state"]) == (409, "queued")
    assert (asked["state"], done["state"], done["rows"]) == ("queued", "done", 3)
    assert listed == done
    assert done["size"] == len(file.content) == int(file.headers["content-length"])
    assert file.headers["content-disposition"].startswith('attachment; filename="invoices-20')


async def test_at_most_three_are_unfinished_also_if_they_are_asked_for_at_once(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")

    answers = await asyncio.gather(*(billing.ask(ben, "invoices") for _ in range(MOST_UNFINISHED + 2)))

    assert sorted(answer.status_code for answer in answers) == [201] * MOST_UNFINISHED + [409] * 2
    await billing.work()
    assert (await billing.ask(ben, "invoices")).status_code == 201


async def test_the_log_hears_who_exported_what_and_who_downloaded_it(billing: Exporting) -> None:
    ben = await billing.running.caller("admin", address="ben@northwind.example")
    await billing.invoices(ben.workspace_id, 2)

    await billing.file(ben, await billing.made(ben, "invoices"))

    events = [*await billing.running.database.events("billing.export_made")]
    events += await billing.running.database.events("billing.export_downloaded")
    assert [(event["list"], event["format"], event["rows"]) for event in events] == [("invoices", "csv", 2)] * 2
    assert [event["actor"]["address"] for event in events] == ["ben@northwind.example"] * 2
    assert [event["workspace_id"] for event in events] == [str(ben.workspace_id)] * 2


async def test_after_a_day_the_file_is_gone_and_after_two_nothing_is_left(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    id_ = await billing.made(ben, "invoices")
    expire = billing.job("delete_expired_exports")

    await expire(billing.worker())
    kept = billing.files
    await expire(billing.worker(Later(KEPT + timedelta(minutes=1))))
    over = await billing.file(ben, id_)
    await expire(billing.worker(Later(2 * KEPT + timedelta(minutes=1))))

    assert kept == [f"{id_}-1.csv"]
    assert billing.files == []
    assert over.status_code == 410
    assert (await billing.file(ben, id_)).status_code == 404


async def test_an_expired_file_is_refused_before_it_is_deleted(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    id_ = await billing.made(ben, "invoices")

    async with billing.running.database.owner.begin() as session:
        await session.execute(text("UPDATE exports SET expires_at = now()"))

    assert billing.files
    assert (await billing.file(ben, id_)).status_code == 410


async def test_the_export_of_a_killed_worker_is_made_by_another_one_and_its_remains_are_deleted(
    billing: Exporting,
) -> None:
    ben = await billing.running.caller("admin")
    await billing.invoices(ben.workspace_id, 3)
    id_ = (await billing.ask(ben, "invoices")).json()["id"]
    dead = await billing.attempt()
    await dead.make()  # and is killed before it says so

    await billing.work()  # its lease holds
    waiting = await billing.state(ben, id_)
    await billing.work(Later(timedelta(minutes=2)))
    await billing.file(ben, id_)
    made = await billing.running.database.events("billing.export_made")
    await billing.job("delete_expired_exports")(billing.worker(Later(KEPT + timedelta(minutes=5))))

    assert waiting["state"] == "running"
    assert len(made) == 1
    assert billing.files == []


async def test_a_worker_that_was_thought_dead_leaves_no_file_behind(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    await billing.invoices(ben.workspace_id, 3)
    id_ = (await billing.ask(ben, "invoices")).json()["id"]
    slow = await billing.attempt()
    await billing.work(Later(timedelta(minutes=2)))

    with pytest.raises(LeaseLost):
        await slow.make()

    assert billing.files == [f"{id_}-2.csv"]


async def test_what_fails_is_tried_again_and_given_up_at_last(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    id_ = (await billing.ask(ben, "invoices")).json()["id"]
    billing.folder.parent.parent.write_text("a file where the folder should be")

    states = []
    for minutes in (0, 5, 10, 15):
        await billing.work(Later(timedelta(minutes=minutes)))
        states.append((await billing.state(ben, id_))["state"])

    assert states == ["queued", "queued", "failed", "failed"]
    assert (await billing.file(ben, id_)).json()["state"] == "failed"


async def test_a_list_is_exported_in_the_order_that_its_endpoint_takes(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    await billing.invoices(ben.workspace_id, 250)
    order = {"sort": "issued_on", "descending": "false", "from": "2027-01-01"}

    rows = await billing.table(ben, "invoices", filters=order)

    listed = (await ben.http.get("/api/billing/invoices", params=order | {"limit": "200"})).json()["items"]
    numbers = [row["Invoice number"] for row in rows]
    assert numbers[:200] == [each["number"] for each in listed]
    assert numbers == sorted(numbers)
    assert len(numbers) == 250
