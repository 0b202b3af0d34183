"""The payment page is closed without paying: nothing is paid, and the invoice can be paid later."""

from typing import Any

from deploy.waiting import eventually
from tests.faults.orders import PATIENCE_SECONDS, PAUSE_SECONDS, settle
from tests.flows.steps import payment_page
from tests.harness.installation import Installation

STATES = "SELECT state FROM payments JOIN payment_allocations a ON a.payment_id = id WHERE a.invoice_id = $1"
SLOW_PAYER = "mei@tiller.example"


async def test_an_invoice_stays_open_when_its_payment_page_is_closed_and_is_paid_once_later(
    installed: Installation,
) -> None:
    mei, http = await installed.signed_in(SLOW_PAYER), installed.site.http
    invoice = (await mei.get("/api/billing/invoices", status="open"))["items"][0]
    wanted = {"invoices": [{"invoice_id": invoice["id"]}], "return_url": str(http.base_url)}

    async def look() -> dict[str, Any]:
        found: dict[str, Any] = await mei.get(f"/api/billing/invoices/{invoice['id']}")
        return found

    first = await mei.post("/api/billing/payments", wanted)
    assert (await http.get(await payment_page(http, first))).status_code == 200
    assert (await look())["status"] == "open", "and there the page was closed"

    again = await mei.post("/api/billing/payments", wanted)
    origin = {"Origin": str(http.base_url)}
    pages = [await payment_page(http, payment) for payment in (again, first)]
    answers = [await http.post(f"{page}/pay", headers=origin) for page in pages]

    async def paid() -> bool:
        return bool((await look())["status"] == "paid")

    await eventually(paid, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    await settle(installed)
    assert answers[0].status_code == 303
    assert answers[1].status_code < 500
    async with installed.database("billing") as database:
        states = await database.fetch(STATES, invoice["id"])
    assert [row["state"] for row in states].count("succeeded") == 1
