"""The payment page is closed without paying: nothing is paid, and the invoice can be paid later."""

from typing import Any

from deploy.waiting import eventually
from tests.faults.orders import PATIENCE_SECONDS, PAUSE_SECONDS, settle
from tests.harness.installation import Installation

SLOW_PAYER = "mei@tiller.example"


async def test_an_invoice_stays_open_when_its_payment_page_is_closed_and_is_paid_once_later(
    installed: Installation,
) -> None:
    mei, http = await installed.signed_in(SLOW_PAYER), installed.site.http
    invoice = (await mei.get("/api/billing/invoices", status="open"))["items"][0]
    wanted = {"invoice_id": invoice["id"], "return_url": str(http.base_url)}

    async def look() -> dict[str, Any]:
        found: dict[str, Any] = await mei.get(f"/api/billing/invoices/{invoice['id']}")
        return found

    first = await mei.post("/api/billing/payments", wanted)
    assert (await http.get(page_of(first))).status_code == 200
    assert (await look())["status"] == "open", "and there the page was closed"

    again = await mei.post("/api/billing/payments", wanted)
    origin = {"Origin": str(http.base_url)}
    answers = [await http.post(f"{page_of(payment)}/pay", headers=origin) for payment in (again, first)]

    async def paid() -> bool:
        return bool((await look())["status"] == "paid")

    await eventually(paid, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    await settle(installed)
    assert answers[0].status_code == 303
    assert answers[1].status_code < 500
    async with installed.database("billing") as database:
        states = await database.fetch("SELECT state FROM payments WHERE invoice_id = $1", invoice["id"])
    assert [row["state"] for row in states].count("succeeded") == 1


def page_of(payment: dict[str, Any]) -> str:
    """The payment page's path at the installation's public address."""
    url: str = payment["pay_url"]
    return url[url.index("/api/") :]
