"""What is to be printed is printed as soon as that is committed, however seldom workers look."""

from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import pytest

from deploy.waiting import eventually
from services.billing import jobs
from tests.billing.harness import BillingHarness, key
from tests.billing.quoting import line, requested
from tests.billing.test_invoice_files import file_of, give_up, issued, place_of
from tests.harness.waking import only_woken


def woken(billing: BillingHarness, name: str) -> AbstractAsyncContextManager[None]:
    """Within it, the job of this name runs when it is woken alone."""
    return only_woken(jobs.jobs, name, billing.job, billing.running.database.worker_url)


async def is_printed(billing: BillingHarness, invoice: dict[str, Any]) -> bool:
    """As its row and the store say: asking for the PDF would have it printed."""
    row = await file_of(billing, invoice)
    return row["key"] is not None and place_of(billing, row).exists()


async def test_an_invoice_is_printed_at_once(billing: BillingHarness) -> None:
    async with woken(billing, "print_invoices"):
        _, invoice, _ = await issued(billing)
        await eventually(partial(is_printed, billing, invoice))


async def test_an_invoice_whose_file_is_lost_is_printed_again_at_once(billing: BillingHarness) -> None:
    admin, invoice, path = await issued(billing)
    await billing.print_all()
    place_of(billing, await file_of(billing, invoice)).unlink()

    async with woken(billing, "print_invoices"):
        assert (await admin.http.get(path)).status_code == 409
        await eventually(partial(is_printed, billing, invoice))


async def test_an_invoice_that_was_given_up_is_printed_at_once_when_staff_ask_for_it(
    billing: BillingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, invoice, _ = await issued(billing)
    await give_up(billing, monkeypatch)

    async with woken(billing, "print_invoices"):
        again = f"/api/billing/unprinted-invoices/{invoice['id']}/print"
        assert (await billing.provider.http.post(again, headers=key())).status_code == 202
        await eventually(partial(is_printed, billing, invoice))


async def test_an_offer_is_printed_at_once(billing: BillingHarness) -> None:
    quote = await requested(billing)

    async def is_ready() -> bool:
        return bool((await quote.read())["offer"]["document"] == "ready")

    async with woken(billing, "print_offers"):
        offer = await quote.offer(line(await billing.plan()), printed=False)
        assert offer is not None
        await eventually(is_ready)
