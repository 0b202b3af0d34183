"""The PDF of an invoice is printed once and kept: the same bytes on every download, whatever happens to the template,
the printer, or the file."""

import asyncio
import base64
import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.billing import jobs
from services.billing.invoices import files
from services.billing.printing import NotPrinted, Printed, Printer, printer, printer_with
from shared.events.identity import BrandChanged
from tests.billing.harness import PROVIDER, BillingHarness, key
from tests.billing.test_printing import png
from tests.harness.services import Caller


async def issued(billing: BillingHarness) -> tuple[Caller, dict[str, Any], str]:
    """An invoice that is not printed yet: its reader, itself, and the path of its PDF."""
    customer = await billing.customer()
    await billing.subscribed(customer, await billing.plan())
    while await jobs.start_due_billing(billing.job) + await jobs.issue_due_invoices(billing.job):
        pass
    [invoice] = await billing.invoices(customer)
    return await billing.admin(customer), invoice, f"/api/billing/invoices/{invoice['id']}/pdf"


async def file_of(billing: BillingHarness, invoice: dict[str, Any]) -> dict[str, Any]:
    [row] = await billing.rows("SELECT * FROM invoice_files WHERE invoice_id = :i", i=invoice["id"])
    return row


def place_of(billing: BillingHarness, row: dict[str, Any]) -> Path:
    return Path(billing.job.settings.files_dir) / "billing" / str(row["key"])


async def run_sql(billing: BillingHarness, statement: str) -> None:
    async with billing.running.database.owner.begin() as session:
        await session.execute(text(statement))


async def make_due(billing: BillingHarness) -> None:
    await run_sql(billing, "UPDATE invoice_files SET due_at = now() WHERE due_at IS NOT NULL")


async def refuse(self: Printer, *_: Any) -> NotPrinted:
    return NotPrinted("died")


async def give_up(billing: BillingHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Print as often as it is tried, in vain."""
    with monkeypatch.context() as broken:
        broken.setattr(Printer, "print", refuse)
        for _ in range(files.RETRY.tries):
            await make_due(billing)
            await billing.print_all()


@pytest.mark.rule("O28")
async def test_until_it_is_printed_a_download_says_so_and_then_sends_the_stored_file(billing: BillingHarness) -> None:
    admin, invoice, path = await issued(billing)
    early = await admin.http.get(path)
    told = (await admin.http.get(path.removesuffix("/pdf"))).json()["document"]
    await billing.print_all()
    row, answer = await file_of(billing, invoice), await admin.http.get(path)

    assert (early.status_code, early.headers["retry-after"], told) == (409, "2", "printing")
    assert early.json()["type"] == "/problems/invoice-being-printed"
    assert (await admin.http.get(path.removesuffix("/pdf"))).json()["document"] == "ready"
    assert answer.content == place_of(billing, row).read_bytes()
    assert hashlib.sha256(answer.content).hexdigest() == row["sha256"]
    assert len(answer.content) == row["size"] == int(answer.headers["content-length"])
    assert len(await billing.events("invoice_downloaded", admin.workspace_id)) == 1
    assert await billing.verify() == []


@pytest.mark.rule("D21", "O28")
async def test_the_bytes_stay_when_the_template_changes(
    billing: BillingHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, _, path = await issued(billing)
    await billing.print_all()
    first = (await admin.http.get(path)).content
    changed = tmp_path / "invoice.typ"
    changed.write_text(printer.TEMPLATE.read_text().replace("20pt", "21pt"))
    mine = printer_with(billing.job.settings.font_path, billing.job.settings.print_memory_mib)
    await mine.stop()
    monkeypatch.setattr(mine, "template", changed)
    other, _, its = await issued(billing)
    await billing.print_all()

    assert (await admin.http.get(path)).content == first
    assert len((await other.http.get(its)).content) != len(first)
    await mine.stop()


@pytest.mark.parametrize("happened", ["lost", "tampered with"])
async def test_a_file_that_is_lost_or_was_changed_is_never_sent_and_printed_again(
    billing: BillingHarness, happened: str
) -> None:
    admin, invoice, path = await issued(billing)
    await billing.print_all()
    first, row = (await admin.http.get(path)).content, await file_of(billing, invoice)
    if happened == "lost":
        place_of(billing, row).unlink()
    else:
        place_of(billing, row).write_bytes(first.replace(b"%PDF", b"%PDX"))

    assert await billing.verify() == ["The file of an invoice is lost or was changed: INV-2027-000001."]
    assert (await admin.http.get(path)).status_code == 409
    await billing.print_all()

    assert (await admin.http.get(path)).content == first
    assert (await file_of(billing, invoice))["earlier"] == []
    assert await billing.verify() == []


async def test_what_cannot_be_printed_with_the_same_bytes_again_is_recorded(
    billing: BillingHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, invoice, path = await issued(billing)
    await billing.print_all()
    before = await file_of(billing, invoice)
    place_of(billing, before).unlink()
    changed = tmp_path / "invoice.typ"
    changed.write_text(printer.TEMPLATE.read_text().replace("20pt", "21pt"))
    mine = printer_with(billing.job.settings.font_path, billing.job.settings.print_memory_mib)
    await mine.stop()
    monkeypatch.setattr(mine, "template", changed)
    await admin.http.get(path)
    await billing.print_all()
    await mine.stop()

    after = await file_of(billing, invoice)
    assert after["earlier"] == [before["sha256"]] != [after["sha256"]]


async def test_what_is_not_printed_after_all_tries_is_given_up_and_staff_have_it_printed_again(
    billing: BillingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, invoice, path = await issued(billing)
    await give_up(billing, monkeypatch)
    listed = (await billing.provider.http.get("/api/billing/unprinted-invoices")).json()["items"]
    refused = await admin.http.get(path)

    [one] = listed
    assert (one["id"], one["state"], one["failure"]) == (str(invoice["id"]), "failed", "died")
    assert one["customer_name"] == "Northwind Logistics"
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/invoice-not-printed")
    assert any("could not be printed" in each for each in await billing.verify())

    again = f"/api/billing/unprinted-invoices/{invoice['id']}/print"
    asked = await billing.provider.http.post(again, headers=key())
    twice = await billing.provider.http.post(again, headers=key())
    await billing.print_all()

    assert (asked.status_code, twice.status_code) == (202, 409)
    assert (await admin.http.get(path)).content.startswith(b"%PDF")
    assert (await billing.provider.http.get("/api/billing/unprinted-invoices")).json()["items"] == []
    assert (await billing.provider.http.post(again, headers=key())).status_code == 404


async def test_a_customer_and_a_reader_of_the_provider_have_nothing_printed(
    billing: BillingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, invoice, _ = await issued(billing)
    await give_up(billing, monkeypatch)
    workspace = billing.provider.workspace_id
    reader = await billing.running.caller("read_only", workspace_id=workspace, kind="provider")
    again = f"/api/billing/unprinted-invoices/{invoice['id']}/print"

    assert (await admin.http.get("/api/billing/unprinted-invoices")).status_code == 403
    assert len((await reader.http.get("/api/billing/unprinted-invoices")).json()["items"]) == 1
    assert (await reader.http.post(again, headers=key())).status_code == 403


async def test_a_character_that_no_font_has_is_listed_for_staff(billing: BillingHarness) -> None:
    customer = await billing.customer(name="Northwind \u1401")
    await billing.subscribed(customer, await billing.plan())
    await billing.run_jobs()

    [one] = (await billing.provider.http.get("/api/billing/unprinted-invoices")).json()["items"]

    assert (one["state"], one["failure"], one["missing"]) == ("ready", None, ["\u1401"])
    assert await billing.verify() == []


@pytest.mark.rule("O5")
async def test_an_invoice_from_before_files_were_kept_is_printed_when_it_is_asked_for(billing: BillingHarness) -> None:
    admin, _, path = await issued(billing)
    await run_sql(billing, "DELETE FROM invoice_files")

    assert len(await billing.verify()) == 1
    assert (await admin.http.get(path)).status_code == 409
    await billing.print_all()
    assert (await admin.http.get(path)).content.startswith(b"%PDF")


async def test_invoices_without_a_row_are_found_once(billing: BillingHarness) -> None:
    await issued(billing)
    await issued(billing)
    await run_sql(billing, "DELETE FROM invoice_files")

    found = await asyncio.gather(jobs.find_unprinted(billing.job), jobs.find_unprinted(billing.job))
    await billing.print_all()

    assert sum(found) == 2
    assert await billing.verify() == []


async def test_a_worker_that_died_while_it_printed_is_replaced_and_prints_nothing_twice(
    billing: BillingHarness,
) -> None:
    _, invoice, _ = await issued(billing)
    async with billing.running.runtime.worker_sessions.begin() as session:
        [late] = await files.claim_files(billing.job, session)  # and this worker is slow
    await make_due(billing)
    await billing.print_all()
    first = await file_of(billing, invoice)

    stored = await files.print_file(billing.job, late.row)

    assert isinstance(stored, files.Stored)
    assert (stored.key, stored.sha256) == (first["key"], first["sha256"])
    assert len([each for each in place_of(billing, first).parent.iterdir()]) == 1


async def test_a_full_store_is_tried_again(billing: BillingHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, _, path = await issued(billing)

    async def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("shared.files.folder.Folder.put", full)
        await billing.print_all()
    assert (await admin.http.get(path)).status_code == 409
    await make_due(billing)
    await billing.print_all()

    assert (await admin.http.get(path)).status_code == 200


async def test_no_connection_is_held_while_it_is_printed_or_sent(
    billing: BillingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, _, path = await issued(billing)
    runtime = billing.running.runtime
    held: list[int] = []
    prints = Printer.print

    async def seen(self: Printer, *given: Any) -> Printed | NotPrinted:
        held.append(runtime.worker_sessions.kw["bind"].pool.checkedout())
        return await prints(self, *given)

    monkeypatch.setattr(Printer, "print", seen)
    await billing.print_all()
    opens = files.Folder.open

    async def opened(self: Any, name: str) -> Any:
        held.append(runtime.sessions.kw["bind"].pool.checkedout())
        return await opens(self, name)

    monkeypatch.setattr(files.Folder, "open", opened)
    assert (await admin.http.get(path)).status_code == 200

    assert held == [0, 0, 0]


@pytest.mark.rule("O10", "D21")
async def test_an_invoice_has_the_logo_of_its_seller_at_issue_also_when_it_is_printed_later(
    billing: BillingHarness,
) -> None:
    first, second = png(60, 20), png(30, 30)
    await billing.hear(brand_with(first, version=1))
    _, invoice, _ = await issued(billing)
    await billing.hear(brand_with(second, version=2))
    async with billing.running.runtime.worker_sessions.begin() as session:
        [claimed] = await files.claim_files(billing.job, session)

    printed = await files.print_file(billing.job, claimed.row)
    await run_sql(billing, "DELETE FROM logos")
    without = await files.print_file(billing.job, claimed.row)

    hash_ = hashlib.sha256(first).hexdigest()
    [stored] = await billing.rows("SELECT document->>'logo' AS logo, seller->>'logo_hash' AS seller FROM invoices")
    assert stored == {"logo": hash_, "seller": hash_}
    assert isinstance(printed, files.Stored)
    assert without == NotPrinted("no_logo", hash_)
    assert UUID(str(invoice["id"])) == claimed.row.invoice_id


def brand_with(logo: bytes, version: int) -> BrandChanged:
    said = {"logo_hash": hashlib.sha256(logo).hexdigest(), "logo_png": base64.b64encode(logo).decode()}
    return BrandChanged(workspace_id=PROVIDER, subject_version=version, color="#206bc4", **said)
