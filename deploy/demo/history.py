"""Creates two and a half months of history in about a minute: people join, order, are billed and pay, day by day."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.demo import companies
from deploy.demo.catalogue import HOSTS, IN_MAINTENANCE, PRODUCTS, SITES, Product
from deploy.demo.companies import ANA, CUSTOMERS, MARA, OPERATIONS, ROBIN, TOM, Customer, Order
from deploy.demo.person import PATIENCE_SECONDS, Person, Site, UnexpectedAnswer
from deploy.demo.selling import sell
from deploy.demo.shared_account import share_account
from deploy.waiting import eventually
from shared.language import DEFAULT_TAG

DAYS = (74, 59, 44, 29, 14, 6, 2, 0)
"""The days on which something happens; business time jumps from one to the next."""
PAUSE_SECONDS = 0.3


@dataclass
class History:
    """``go_to`` moves business time to a number of days before today; ``portal`` is the portal's public URL."""

    site: Site
    portal: str
    go_to: Callable[[int], None]
    today: Callable[[], datetime]
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)
    """The ids of sites by their keys."""
    people: dict[str, Person] = field(default_factory=dict)

    async def create(self) -> None:
        self.go_to(companies.FIRST_DAY)
        await self._publish_catalogue()
        await self._found_partner()
        await asyncio.gather(*(self._bring(customer) for customer in CUSTOMERS))
        for day in DAYS:
            self.go_to(day)
            await asyncio.gather(*(self._spend_day(customer, day) for customer in CUSTOMERS))
        await self._ask_for_access()
        await self._ask_for_an_order()
        await self._open_clinics()
        await self._bring_gateways()
        await sell(await self._signed_in(ROBIN.address), await self._of_halcyon(), self.products, self.today())
        await share_account(await self._signed_in(companies.PAULA), self._invited)

    async def _publish_catalogue(self) -> None:
        robin = await self._signed_in(ROBIN.address)
        await self._build_sites(robin)
        for product in PRODUCTS:
            if product.more.get("brings"):
                await self._until_known(robin, product)
            made = await robin.post("/api/provisioning/products", product.as_body())
            for plan in product.plans:
                await robin.post("/api/billing/plans", plan.as_body(made["id"]))
            self.products[product.key] = made

    async def _until_known(self, robin: Person, product: Product) -> None:
        """Provisioning hears of the plans of what comes along a moment later."""

        async def may_be_published() -> bool:
            try:
                await robin.post("/api/provisioning/product-checks", product.as_body())
            except UnexpectedAnswer:
                return False
            return True

        said = f"the plans of what {product.name} brings"
        await eventually(may_be_published, said, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)

    async def _build_sites(self, robin: Person) -> None:
        for site in SITES:
            made = await robin.post("/api/provisioning/sites", site)
            self.sites[made["key"]] = made["id"]
            for name, capacity in HOSTS.items():
                host = {"site_id": made["id"], "display_name": f"{made['key']}-{name}", "capacity": capacity}
                added = await robin.post("/api/provisioning/hosts", host)
                if added["display_name"] == IN_MAINTENANCE:
                    await robin.post(f"/api/provisioning/hosts/{added['id']}/begin-maintenance", {})

    async def _found_partner(self) -> None:
        """Meridian with Ana, its admin; Tom, who may see no customer yet; and a contact that gets service mail."""
        invited_at = datetime.now(UTC)
        robin = await self._signed_in(ROBIN.address)
        await robin.patch("/api/identity/workspace-settings", {"locale": DEFAULT_TAG} | companies.PROVIDER_FACE)
        partner = {"display_name": companies.PARTNER_NAME, "address": ANA.address, "contact_name": ANA.name}
        await robin.post("/api/identity/partners", partner)
        ana = await self._invited(ANA.address, invited_at)
        await ana.patch("/api/identity/workspace-settings", {"locale": DEFAULT_TAG} | companies.PARTNER_FACE)
        invited_at = datetime.now(UTC)
        tom = {"address": TOM.address, "display_name": TOM.name, "role": "regular"}
        await ana.post("/api/identity/invitations", tom)
        operations = {"kind": "admin", "address": OPERATIONS.address, "display_name": OPERATIONS.name}
        await ana.post("/api/identity/contacts", operations | {"wants_service_mail": True})
        await self._invited(TOM.address, invited_at)

    async def _ask_for_access(self) -> None:
        """Tom, to a customer whose admin has yet to decide."""
        tom = await self._signed_in(TOM.address)
        await tom.post("/api/identity/access-requests", companies.ASKED_BY_TOM)

    async def _ask_for_an_order(self) -> None:
        """Mara, at Halcyon Health, whose admin has yet to decide."""
        priya, invited_at = await self._of_halcyon(), datetime.now(UTC)
        mara = {"address": MARA.address, "display_name": MARA.name, "role": "member"}
        await priya.post("/api/identity/invitations", mara)
        await self._place(await self._invited(MARA.address, invited_at), companies.ASKS_FOR, message=companies.WHY)

    async def _of_halcyon(self) -> Person:
        """The admin of Halcyon Health."""
        [address] = [each.admin.address for each in CUSTOMERS if each.name == "Halcyon Health" and each.admin]
        return await self._signed_in(address)

    async def _open_clinics(self) -> None:
        """Two locations of Halcyon Health. Noor signs up for the first one, and orders what is deployed there."""
        priya, invited_at = await self._of_halcyon(), datetime.now(UTC)
        clinic, *_ = [await priya.post("/api/provisioning/locations", each) for each in companies.CLINICS]
        known = "/api/identity/location-invitations"
        said = f"the location of {companies.NOOR.name}"
        await eventually(
            lambda: priya.get(known, location_id=clinic["id"]), said, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS
        )
        await priya.post(f"/api/identity/location-invitations/{clinic['id']}/send", {})
        await self._order(await self._invited(companies.NOOR.address, invited_at), companies.CLINIC_UPLINK)

    async def _bring_gateways(self) -> None:
        """Noor asks for three assets. One is delivered, one is planned, and one waits for Robin."""
        noor, robin = self.people[companies.NOOR.address], await self._signed_in(ROBIN.address)
        today = self.today().date()
        for order, days in zip(companies.GATEWAYS, (0, 9, 12), strict=True):
            wanted_on = (today + timedelta(days)).isoformat()
            await self._order(noor, order, wanted_on=wanted_on, message=companies.GATEWAY_WISH)
        tasks = "/api/provisioning/manual-tasks"
        count, said = len(companies.GATEWAYS), "what is to be brought by hand"
        found = await eventually(lambda: self._tasks(robin, count), said, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
        delivered, planned, _ = (found[each.name] for each in companies.GATEWAYS)
        asset = {"serial_numbers": [companies.SERIAL_NUMBER], "condition": "new"}
        await robin.post(f"{tasks}/{delivered}/finish", asset)
        day = (today + timedelta(7)).isoformat()
        await robin.post(f"{tasks}/{planned}/plan", {"planned_on": day, "note": companies.PLAN_NOTE})

    async def _tasks(self, robin: Person, count: int) -> dict[str, str]:
        """The ids of open tasks by the names of their services, once there are so many."""
        found = (await robin.get("/api/provisioning/manual-tasks"))["items"]
        return {each["display_name"]: each["id"] for each in found} if len(found) == count else {}

    async def _bring(self, customer: Customer) -> None:
        """Ana adds a customer, puts an address on file, and invites it; an admin with ``last_seen`` accepts at once.
        Who buys from the provider itself is Robin's."""
        seller = await self._signed_in(ROBIN.address if customer.direct else ANA.address)
        made = await seller.post("/api/identity/customers", {"display_name": customer.name})
        if customer.admin is None:
            return
        contact = {"address": customer.admin.address, "display_name": customer.admin.name}
        await seller.put(f"/api/identity/customers/{made['id']}/contact", contact)
        invited_at = datetime.now(UTC)
        await seller.post(f"/api/identity/customers/{made['id']}/invite", {"role": "admin"})
        if customer.last_seen is not None:
            admin = await self._invited(customer.admin.address, invited_at)
            await self._say_where_invoices_go(customer, admin)
            if customer.direct:
                await self._add_lost_contact(admin)

    async def _add_lost_contact(self, admin: Person) -> None:
        """A contact whose mailbox is gone: the provider's staff see the mails that it does not get."""
        lost = {"kind": "admin", "address": companies.LOST.address, "display_name": companies.LOST.name}
        await admin.post("/api/identity/contacts", lost | {"wants_service_mail": True})

    async def _say_where_invoices_go(self, customer: Customer, admin: Person) -> None:
        assert customer.admin is not None
        [group] = await eventually(
            lambda: admin.get("/api/billing/bill-groups"),
            f"the bill group of {customer.name}",
            seconds=PATIENCE_SECONDS,
            pause=PAUSE_SECONDS,
        )
        contact = {"address": customer.admin.address, "display_name": customer.admin.name, "company": customer.name}
        postal = {"street": customer.street, "city": customer.city}
        await admin.put(f"/api/billing/bill-groups/{group['id']}/contacts/billing", contact | postal)

    async def _spend_day(self, customer: Customer, day: int) -> None:
        """After the billing run, the customer's admin signs in, places the day's orders and pays."""
        if customer.admin is None or customer.last_seen is None or day < customer.last_seen:
            return  # reading counts as activity, too: after the last day nobody signs in for them
        admin = self.people[customer.admin.address]
        await self._until_billed(admin)
        orders = [order for order in customer.orders if order.days_ago == day]
        if orders or customer.last_seen == day:
            await admin.sign_in()
            await asyncio.gather(*(self._order(admin, order) for order in orders))
        if customer.pays:
            await self._pay(admin)

    async def _order(self, admin: Person, order: Order, **more: str) -> None:
        placed = await self._place(admin, order, **more)
        await eventually(
            lambda: self._ended(admin, placed["id"], order.ends),
            f"the end of order {placed['number']}",
            seconds=PATIENCE_SECONDS,
            pause=PAUSE_SECONDS,
        )

        if order.machines:
            await self._activate(admin, placed["id"], order.machines)

    async def _activate(self, admin: Person, order_id: str, machines: Sequence[str]) -> None:
        """The customer's software gets the key of its licence on each machine."""
        service_id = (await admin.get(f"/api/provisioning/orders/{order_id}"))["service_id"]
        licence = await admin.get(f"/api/provisioning/licences/of-service/{service_id}")
        shown = await admin.post(f"/api/provisioning/licences/{licence['id']}/key", {})
        for machine in machines:
            wanted = {"key": shown["key"], "fingerprint": f"demo-{machine}", "machine_name": machine}
            answer = await self.site.http.post("/api/provisioning/activations", json=wanted)
            if answer.status_code != 200:
                raise UnexpectedAnswer(f"Activating {machine}: {answer.status_code} {answer.text[:300]}")

    async def _place(self, person: Person, order: Order, **more: str) -> dict[str, Any]:
        product_id = self.products[order.product]["id"]
        plans = (await person.get("/api/billing/plans", product_id=product_id))["items"]
        [plan] = [plan for plan in plans if plan["display_name"] == order.plan]
        wanted = {
            "product_id": product_id,
            "plan_version_id": plan["plan_version_id"],
            "configuration": order.configuration,
            "quantity": order.quantity,
            "display_name": order.name,
        }
        if self.products[order.product]["needs"]:
            wanted["site_id"] = self.sites[order.configuration["location"]]
        if self.products[order.product]["brings"]:
            along = await person.get(f"/api/provisioning/products/{order.product}/brought")
            wanted["brought_plan_version_ids"] = [each["plans"][0]["plan_version_id"] for each in along]
        if order.part_of:
            [whole] = (await person.get("/api/provisioning/services", q=order.part_of))["items"]
            wanted["part_of"] = whole["id"]
        door = "add-ons" if order.part_of else "orders"
        placed: dict[str, Any] = await person.post(f"/api/provisioning/{door}", wanted | more)
        return placed

    async def _ended(self, admin: Person, order_id: str, wanted: str) -> bool:
        order = await admin.get(f"/api/provisioning/orders/{order_id}")
        if order["state"] in {"fulfilled", "failed"} - {wanted}:
            raise UnexpectedAnswer(f"Order {order['number']} is {order['state']}: {order['failure']}")
        if order["state"] != wanted:
            return False
        if order["service_id"] is None:  # it waits for somebody
            return True
        parts = (await admin.get(f"/api/provisioning/parts/{order['service_id']}"))["parts"]
        return all(part["state"] == "active" for part in parts)

    async def _until_billed(self, admin: Person) -> None:
        """Wait until all billing that is due has started, and all due billing dates are invoiced."""

        async def nothing_due() -> bool:
            now = self.today()
            waiting = [
                one
                for one in (await admin.get("/api/billing/subscriptions", limit=200))["items"]
                if one["clock"] == "pending" and datetime.fromisoformat(one["billing_starts_at"]) <= now
            ]
            groups = await admin.get("/api/billing/bill-groups")
            dates = [group["next_billing_on"] for group in groups if group["next_billing_on"]]
            return not waiting and all(date > now.date().isoformat() for date in dates)

        await eventually(nothing_due, f"the bills of {admin.address}", seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)

    async def _pay(self, admin: Person) -> None:
        """Pay the open invoices on the simulated payment page."""
        for invoice in (await admin.get("/api/billing/invoices", status="open"))["items"]:
            wanted = {"invoices": [{"invoice_id": invoice["id"]}], "return_url": self.portal}
            payment = await admin.post("/api/billing/payments", wanted)
            page = await self._page(payment["pay_url"])
            answer = await self.site.http.post(f"{page}/pay", headers={"Origin": self.portal})
            if answer.status_code != 303:
                raise UnexpectedAnswer(f"Paying {invoice['number']}: {answer.status_code} {answer.text[:300]}")

    async def _page(self, pay_url: str) -> str:
        """The path of the simulated payment page to which a payment's link leads."""
        answer = await self.site.http.get(pay_url[pay_url.index("/api/") :])
        address = answer.headers.get("location", "")
        if "/simulated-gateway/" not in address:
            raise UnexpectedAnswer(f"The link to a payment page: {answer.status_code} {answer.text[:300]}")
        return str(address[address.index("/api/") :])

    async def _signed_in(self, address: str) -> Person:
        if address not in self.people:
            self.people[address] = Person(self.site, address)
            await self.people[address].sign_in()
        return self.people[address]

    async def _invited(self, address: str, invited_at: datetime) -> Person:
        self.people[address] = Person(self.site, address)
        await self.people[address].accept_invitation(invited_at)
        return self.people[address]
