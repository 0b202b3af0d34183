"""Steps that the flows share: waiting for events to arrive, placing an order, paying."""

from typing import Any

import httpx

from deploy.demo.person import PATIENCE_SECONDS
from deploy.waiting import eventually
from tests.harness.installation import DemoUser, Installation

MEMBERS = "/api/identity/links"
CUSTOMERS = "/api/identity/customers"


async def customer_row(ana: DemoUser, name: str, **query: Any) -> dict[str, Any] | None:
    """A customer's row as the Customers page shows it to this person."""
    ana.forget_token()
    items = (await ana.get(CUSTOMERS, q=name, **query))["items"]
    return next((row for row in items if row["display_name"] == name), None)


async def catalogue(person: DemoUser, key: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A product and its first plan."""
    product = await person.get(f"/api/provisioning/products/{key}")
    plan = (await person.get("/api/billing/plans", product_id=product["id"]))["items"][0]
    return product, plan


async def order_body(person: DemoUser, key: str, configuration: dict[str, Any]) -> dict[str, Any]:
    product, plan = await catalogue(person, key)
    return {
        "product_id": product["id"],
        "plan_version_id": plan["plan_version_id"],
        "configuration": configuration,
        "quantity": 1,
    }


async def settled(person: DemoUser, order_id: str) -> dict[str, Any]:
    """The order once it is fulfilled or failed."""

    async def look() -> dict[str, Any] | None:
        order: dict[str, Any] = await person.get(f"/api/provisioning/orders/{order_id}")
        return order if order["state"] in ("fulfilled", "failed") else None

    found = await eventually(look, seconds=PATIENCE_SECONDS)
    assert found
    return found


async def payment_page(http: httpx.AsyncClient, payment: dict[str, Any]) -> str:
    """The path of the simulated payment page to which a payment's link leads."""
    url: str = payment["pay_url"]
    address: str = (await http.get(url[url.index("/api/") :])).headers["location"]
    return address[address.index("/api/") :]


async def pay(installed: Installation, person: DemoUser, invoice_id: str, verb: str = "pay") -> dict[str, Any]:
    """Pay an invoice on the simulated payment page, and return the payment."""
    body = {"invoices": [{"invoice_id": invoice_id}], "return_url": str(installed.site.http.base_url)}
    payment: dict[str, Any] = await person.post("/api/billing/payments", body)
    page = await payment_page(installed.site.http, payment)
    origin = {"Origin": str(installed.site.http.base_url)}
    assert (await installed.site.http.get(page)).status_code == 200
    assert (await installed.site.http.post(f"{page}/{verb}", headers=origin)).status_code == 303
    return payment
