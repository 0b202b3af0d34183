"""Steps that the flows share: waiting for events to arrive, placing an order, paying."""

from typing import Any

import httpx

from deploy.demo.person import PATIENCE_SECONDS
from deploy.environment import SERVICES
from deploy.waiting import eventually
from tests.harness.installation import DemoUser, Installation, real_now

MEMBERS = "/api/identity/links"
CUSTOMERS = "/api/identity/customers"
INVITATIONS = "/api/identity/invitations"


async def joins(installed: Installation, parent: DemoUser, company: str, address: str) -> DemoUser:
    """The first user of a new customer, who has accepted the invitation."""
    made = await parent.post(CUSTOMERS, {"display_name": company})
    await parent.put(f"{CUSTOMERS}/{made['id']}/contact", {"address": address, "display_name": "Kim Adler"})
    return await accepts(installed, address, parent, f"{CUSTOMERS}/{made['id']}/invite", {"role": "admin"})


async def accepts(
    installed: Installation, address: str, inviter: DemoUser, path: str, body: dict[str, Any]
) -> DemoUser:
    """A person who is invited by this request, and has accepted."""
    invited_at = real_now()
    await inviter.post(path, body)
    person = installed.user(address)
    await person.accept_invitation(invited_at)
    return person


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


async def first_invoice(person: DemoUser) -> dict[str, Any]:
    """The first invoice that somebody gets, once it is there."""

    async def look() -> dict[str, Any] | None:
        found = (await person.get("/api/billing/invoices"))["items"]
        return found[0] if found else None

    invoice = await eventually(look, seconds=PATIENCE_SECONDS)
    assert invoice
    return invoice


async def is_everywhere(installed: Installation, workspace_id: str, column: str, value: str) -> bool:
    """Whether a column of each service's copy of the workspace has this value, as text."""
    found = []
    for service in SERVICES:
        if service != "identity":
            async with installed.database(service) as database:
                query = f"SELECT {column}::text FROM workspace_copies WHERE id = $1"
                found.append(await database.fetchval(query, workspace_id))
    return found == [value] * (len(SERVICES) - 1)


async def mailed(installed: Installation, address: str, subject: str) -> bool:
    """Whether a mail with this subject arrives there."""

    async def found() -> bool:
        return subject in [mail["subject"] for mail in await installed.mails(address)]

    return bool(await eventually(found, seconds=PATIENCE_SECONDS))


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
