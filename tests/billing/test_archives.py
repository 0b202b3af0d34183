"""What an archive takes from billing besides lists: PDFs, and the payments of all invoices."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.billing.harness import BillingHarness, key
from tests.billing.test_credits import two_invoices
from tests.billing.test_invoice_files import issued
from tests.billing.test_payment_outcomes import attempts
from tests.harness.services import Caller


async def archive_of(billing: BillingHarness, caller: Caller) -> str:
    """The id of an archive that a holder has asked for."""
    async with billing.running.database.owner.begin() as session:
        made_holder = text("UPDATE access_grants SET holder = 'primary' WHERE user_id = :user")
        await session.execute(made_holder, {"user": caller.user_id})
    batch_id = str(uuid4())
    answer = await caller.http.post("/api/billing/exports/batches", json={"batch_id": batch_id}, headers=key())
    assert answer.status_code == 201, answer.text
    return batch_id


async def test_pdfs_for_an_archive_are_one_entry_of_the_log(billing: BillingHarness) -> None:
    admin, _, path = await issued(billing)
    await billing.print_all()
    archive = await archive_of(billing, admin)

    answers = [await admin.http.get(path, params={"archive": archive}) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert await billing.events("invoice_downloaded", admin.workspace_id) == []
    assert len(await billing.events("archive_downloaded", admin.workspace_id)) == 1


async def test_nobody_says_of_a_download_that_it_is_for_an_archive_of_somebody_else(billing: BillingHarness) -> None:
    admin, _, path = await issued(billing)
    await billing.print_all()
    archive = await archive_of(billing, admin)
    colleague = await billing.admin(admin.workspace_id)
    await archive_of(billing, colleague)
    regular = await billing.running.caller("regular", workspace_id=admin.workspace_id)

    answers = [await caller.http.get(path, params={"archive": archive}) for caller in (colleague, regular)]

    assert [answer.status_code for answer in answers] == [404, 403]
    assert await billing.events("archive_downloaded", admin.workspace_id) == []


@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_payments_of_all_invoices_are_listed_page_by_page(billing: BillingHarness, limit: int) -> None:
    _, invoices, jonas = await two_invoices(billing)
    stranger = await billing.admin(uuid4())
    begun = (await billing.pay(jonas, *invoices)).json()
    await billing.press(begun["pay_url"], "decline")
    await billing.pay(jonas, invoices[0])

    found: list[Any] = []
    cursor = None
    while cursor is not None or not found:
        asked = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = (await jonas.http.get("/api/billing/payments", params=asked)).json()
        found, cursor = found + page["items"], page["next"]

    singly = [await attempts(jonas, invoice) for invoice in invoices]
    assert sorted(map(repr, found)) == sorted(repr(row) for rows in singly for row in rows)
    assert [row["begun_at"] for row in found] == sorted((row["begun_at"] for row in found), reverse=True)
    assert len(found) == len(invoices) + 1
    assert (await stranger.http.get("/api/billing/payments")).json()["items"] == []
