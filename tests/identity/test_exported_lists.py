"""The lists of people, invitations and partners, as files."""

import csv
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import orjson
import pytest

from deploy.serving.housekeeping import jobs_of
from shared.jobs import JobContext
from shared.reads import AbsentReads
from tests.identity.harness import ANA, IdentityHarness, Person, Story, set_up_story


@pytest.fixture
async def story(start: Callable[..., Awaitable[IdentityHarness]], tmp_path: Path) -> Story:
    return await set_up_story(await start(files_dir=tmp_path / "files"))


async def work(person: Person) -> None:
    runtime = person.identity.runtime
    absent = AbsentReads(runtime.pool, runtime.access)
    worker = JobContext(runtime.worker_sessions, runtime.clock, runtime.settings, absent)
    make = next(timed.job for timed in jobs_of(runtime.service).jobs if timed.job.__name__ == "make_exports")
    while await make(worker):
        pass


async def export(person: Person, list_: str, **filters: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    asked = await person.post("exports", {"list": list_, "format": "csv", "filters": filters})
    await work(person)
    answer = await person.ask("GET", f"exports/{asked['id']}/file")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_invitations_are_exported_as_they_are_listed_and_filtered(story: Story) -> None:
    for address in ("mara@meridian.example", "noor@meridian.example"):
        await story.ana.post("invitations", {"address": address, "display_name": "=Mara", "role": "regular"})

    rows, pending = await export(story.ana, "invitations"), await export(story.ana, "invitations", state="pending")

    listed = (await story.ana.get("invitations"))["items"]
    assert [row["Id"] for row in rows] == [each["id"] for each in listed]
    assert {(row["E-mail address"], row["Status"]) for row in rows} == {
        (each["address"], each["state"]) for each in listed
    }
    assert {row["Status"] for row in pending} == {"pending"}
    assert len(pending) == 2
    assert pending[0]["Name"] == "'=Mara"


async def test_access_requests_are_exported_as_they_are_listed_and_filtered(story: Story) -> None:
    for person, said in ((story.tom, "=Tom"), (story.robin, "")):
        await person.post("access-requests", {"workspace": "northwind-logistics", "message": said})
    listed = (await story.jonas.get("access-requests"))["items"]
    await story.jonas.post(f"access-requests/{listed[0]['id']}/deny", {"reason": "Not now."})

    rows = await export(story.jonas, "access-requests")
    pending = await export(story.jonas, "access-requests", state="pending")

    assert [row["Id"] for row in rows] == [each["id"] for each in listed]
    assert [(row["Status"], row["Reason"], row["Decided by"]) for row in rows] == [
        ("denied", "Not now.", "Admin"), ("pending", "", ""),
    ]  # fmt: skip
    assert [row["What they wrote"] for row in pending] == ["'=Tom"]


async def test_partners_are_exported_with_their_totals(story: Story) -> None:
    [row] = await export(story.robin, "partners")

    [listed] = (await story.robin.get("partners"))["items"]
    assert (row["Id"], row["Account number"]) == (listed["id"], listed["account_number"])
    assert (row["Name"], row["Status"], row["Contact’s e-mail address"]) == ("Meridian Partners", "connected", ANA)
    assert row["Suspended"] == ""
    assert (row["Your role"], row["Customers"], row["Ports"], row["Monthly revenue"]) == ("admin", "1", "0", "")


async def test_an_export_of_customers_says_since_when_one_is_suspended(story: Story) -> None:
    await story.ana.ask("PUT", f"suspensions/{story.northwind}", {"reason": "Unpaid"})

    [row] = await export(story.ana, "customers")

    (listed,) = (await story.ana.get("customers"))["items"]
    assert listed["suspended_at"] is not None
    assert row["Suspended"][:10] == listed["suspended_at"][:10]


async def test_customers_to_invite_are_exported_by_their_status(story: Story) -> None:
    made = await story.ana.post("customers", {"display_name": "Tidewater Labs"})

    waiting, connected = (
        await export(story.ana, "customers", status="not_connected"),
        await export(story.ana, "customers"),
    )

    assert [(row["Id"], row["Status"]) for row in waiting] == [(made["id"], "not_connected")]
    assert [row["Id"] for row in connected] == [story.northwind]


async def test_who_may_not_see_partners_cannot_export_them(story: Story) -> None:
    asked = await story.jonas.ask("POST", "exports", {"list": "partners", "format": "csv"})

    assert (asked.status_code, (await story.jonas.ask("GET", "partners")).status_code) == (403, 403)


async def test_an_archive_of_a_partner_has_its_people_and_its_customers_but_nothing_of_theirs(story: Story) -> None:
    await story.ana.post("customers", {"display_name": "Tidewater Labs"})
    await story.ana.post("exports/batches", {"batch_id": str(uuid4()), "locale": "de-DE"})
    await work(story.ana)

    [archive] = (await story.ana.get("exports/batches"))["items"]
    found = {}
    for file in archive["files"]:
        answer = await story.ana.ask("GET", f"exports/{file['id']}/file")
        found[file["name"]] = [orjson.loads(line) for line in answer.content.splitlines()]

    assert set(found) == {
        "users", "invitations", "access-requests", "contacts", "people-of-seller", "links", "customers",
        "invited-customers", "partners",
    }  # fmt: skip
    for name in ("users", "customers"):
        assert found[name] == (await story.ana.get(name))["items"]
    assert [each["display_name"] for each in found["invited-customers"]] == ["Tidewater Labs"]
    assert {each["address"] for each in found["users"]}.isdisjoint({"jonas@northwind.example"})
    refused = await story.robin.ask("GET", f"exports/{archive['files'][0]['id']}/file")
    assert refused.status_code == 404
