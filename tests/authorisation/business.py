"""What the customers of the matrix have: bill groups, services, failed orders, invoices, payments, and a log.

Every amount of money is a number that nothing else has, so that an answer can be searched for it."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from PIL import Image
from sqlalchemy import text

from deploy.serving.housekeeping import jobs_of
from services.billing.bill_groups.models import BillGroup
from services.billing.charges.service import plan_charges
from services.billing.gateways.events import PaymentReceived
from services.billing.gateways.simulator.adapter import SimulatedGateway
from services.billing.gateways.simulator.signing import SIGNATURE_HEADER
from services.billing.jobs import issue_due_invoices, print_invoices, start_due_billing
from services.billing.settings import Settings
from services.provisioning.jobs import advance_operations
from shared.events import Actor
from shared.events.billing import BillGroupCreated
from shared.outbox import Cause, emit, transaction
from tests.authorisation.callers import CUSTOMER, PARTNER, PROVIDER
from tests.authorisation.credentials import reset_credentials
from tests.authorisation.documents import add_documents
from tests.authorisation.failed_work import fail_to_diagnose
from tests.authorisation.installation import Installation
from tests.authorisation.mailing import mail
from tests.authorisation.tree import Tree
from tests.harness.services import SETTINGS
from tests.identity.harness import Person

MONTHLY, ONCE = 7_391_137, 5_519_023
SURPLUS, PAID_BACK = 3_127_459, 1_843_271
CIRCUIT = {"display_name": "Circuit", "kind": "virtual_circuit", "configuration_schema": {"type": "object"},
           "driver": "simulator", "driver_options": {"step_seconds": 0}}  # fmt: skip
SITE = {"key": "fra1", "display_name": "Frankfurt", "city": "Frankfurt", "country": "DE", "latitude": 50.1,
        "longitude": 8.7}  # fmt: skip
FAILING = {"step_seconds": 0, "fail_at_step": 1}
WITH_BUSINESS = (CUSTOMER, "harbour", "brookside", "fernhill")
EXPORTED = {"identity": "users", "billing": "invoices", "provisioning": "services", "audit": "entries"}
PAGE = "https://portal.larkspur.example/w/northwind/billing"


class Business:
    """Requests of people to any service."""

    def __init__(self, installation: Installation, tree: Tree) -> None:
        self.installation, self.tree = installation, tree

    async def ask(self, person: Person, method: str, path: str, body: Any = None) -> httpx.Response:
        token = (await person.token())["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
        site = self.installation[path.split("/", maxsplit=1)[0]]
        answer = await site.http.request(method, f"/api/{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer

    async def add_bill_group(self, workspace: str) -> None:
        """A second bill group, which no page creates yet."""
        id_, here, runtime = uuid4(), self.tree.ids[workspace], self.installation["billing"].runtime
        shown: dict[str, Any] = {"display_name": "Second", "currency": "EUR", "is_default": False}
        cause = Cause(Actor(), runtime.clock.now())
        async with transaction(runtime.worker_sessions, cause, workspace_id=here) as session:
            session.add(BillGroup(id=id_, workspace_id=here, terms_days=14, **shown))
            await session.flush()
            await emit(session, BillGroupCreated(workspace_id=here, bill_group_id=id_, **shown))

    async def groups(self, workspace: str) -> list[UUID]:
        """The bill groups of a workspace, the default one first."""
        query = "SELECT bill_group_id FROM bill_groups WHERE workspace_id = :here ORDER BY is_default DESC"
        found = await self.installation["billing"].rows(query, here=self.tree.ids[workspace])
        return [row["bill_group_id"] for row in found]

    async def publish(self, key: str, **changes: Any) -> dict[str, str]:
        """A product with a plan, as the fields of an order."""
        admin = self.tree.person(PROVIDER, "admin")
        product = (await self.ask(admin, "POST", "provisioning/products", CIRCUIT | {"key": key} | changes)).json()
        plan = {"product_id": product["id"], "display_name": "Monthly", "currency": "EUR",
                "recurring_minor": MONTHLY, "one_off_minor": ONCE}  # fmt: skip
        published = (await self.ask(admin, "POST", "billing/plans", plan)).json()
        return {"product_id": product["id"], "plan_version_id": published["plan_version_id"]}

    async def build(self) -> None:
        """A site with a host that has room for everything."""
        admin = self.tree.person(PROVIDER, "admin")
        site = (await self.ask(admin, "POST", "provisioning/sites", SITE)).json()
        host = {"site_id": site["id"], "display_name": "host-1", "capacity": {"ports": 1000}}
        await self.ask(admin, "POST", "provisioning/hosts", host)

    async def add_location(self, workspace: str, name: str, bill_group: UUID) -> UUID:
        body = {"display_name": name, "city": "Berlin", "bill_group_id": str(bill_group),
                "contact_name": "Mara", "contact_address": f"{name}@{workspace}.example"}  # fmt: skip
        admin = self.tree.person(workspace, "admin")
        return UUID((await self.ask(admin, "POST", "provisioning/locations", body)).json()["id"])

    async def order(
        self, workspace: str, product: dict[str, str], bill_group: UUID, by: str = "admin",
        location: UUID | None = None,
    ) -> None:  # fmt: skip
        place = {"location_id": str(location)} if location else {}
        body = product | {"configuration": {}, "bill_group_id": str(bill_group)} | place
        await self.ask(self.tree.person(workspace, by), "POST", "provisioning/orders", body)

    async def work(self) -> None:
        """Provision and bill all that was ordered."""
        await self.installation.carry()
        await self.installation["provisioning"].work(advance_operations)
        await self.installation.carry()
        await self.installation["billing"].work(start_due_billing)
        await self.installation["billing"].work(issue_due_invoices)
        await self.installation["billing"].work(print_invoices)
        await self.installation.carry()

    async def start_payments(self, workspace: str) -> None:
        query = "SELECT id FROM invoices WHERE workspace_id = :here"
        for invoice in await self.installation["billing"].rows(query, here=self.tree.ids[workspace]):
            body = {"invoices": [{"invoice_id": str(invoice["id"])}], "return_url": PAGE}
            await self.ask(self.tree.person(workspace, "admin"), "POST", "billing/payments", body)

    async def leave_a_credit(self, workspace: str) -> None:
        """A tiny one, of each subscription, as if something of it had been paid and not used."""
        async with self.installation["billing"].database.owner.begin() as session:
            credit = text(
                "INSERT INTO pending_lines (id, workspace_id, bill_group_id, subscription_id, terms, kind, period_from,"
                " period_to, quantity, currency, unit_minor, net_minor, left_minor, due_on)"
                " SELECT gen_random_uuid(), workspace_id, bill_group_id, id, 0, 'unused', current_date, current_date,"
                " 1, currency, 1, -1, -1, current_date FROM subscriptions WHERE workspace_id = :here"
            )
            await session.execute(credit, {"here": self.tree.ids[workspace]})

    async def fail_to_print(self, workspace: str) -> None:
        """One invoice, as if its printing had been given up."""
        async with self.installation["billing"].database.owner.begin() as session:
            failed = text(
                "UPDATE invoice_files SET failure = 'died', failed_at = now(), key = NULL, sha256 = NULL, size = NULL,"
                " printed_at = NULL WHERE id = (SELECT id FROM invoice_files WHERE workspace_id = :here LIMIT 1)"
            )
            await session.execute(failed, {"here": self.tree.ids[workspace]})

    async def save_methods(self, workspace: str) -> None:
        """A payment method of each bill group."""
        for group in await self.groups(workspace):
            body = {"bill_group_id": str(group), "kind": "card", "return_url": PAGE}
            begun = await self.ask(self.tree.person(workspace, "admin"), "POST", "billing/payment-methods", body)
            page = await payment_page(self.installation, begun.json()["setup_url"])
            assert (await self.installation["billing"].http.post(f"{page}/save")).status_code == 303

    async def export(self, service: str, list_: str) -> None:
        """An export of each customer's admin, who works nowhere else."""
        for workspace in WITH_BUSINESS:
            admin = self.tree.person(workspace, "admin")
            await self.ask(admin, "POST", f"{service}/exports", {"list": list_, "format": "csv"})
        site = self.installation[service]
        await site.work(
            next(timed.job for timed in jobs_of(site.runtime.service).jobs if timed.job.__name__ == "make_exports")
        )

    async def brand(self) -> None:
        """Provider and partner have a logo."""
        for workspace in (PROVIDER, PARTNER):
            token = (await self.tree.person(workspace, "admin").token())["access_token"]
            http, headers = self.installation["identity"].http, {"Authorization": f"Bearer {token}"}
            set_ = await http.put("/api/identity/branding/logo", content=drawn(), headers=headers)
            assert set_.is_success, set_.text

    async def plan_charges(self, workspace: str) -> None:
        """The default bill group pays by itself, and its invoice has become due."""
        [group, *_] = await self.groups(workspace)
        path = f"billing/payment-methods/auto-pay/{group}"
        await self.ask(self.tree.person(workspace, "admin"), "PUT", path, {"on": True})
        due = datetime.now(UTC) + timedelta(days=90)
        async with self.installation["billing"].runtime.worker_sessions.begin() as session:
            assert await plan_charges(session, now=due, today=due.date())

    async def pay_too_much(self, workspace: str) -> None:
        """The gateway reports more money than the invoice took, and staff pay a part of the rest back."""
        billing = self.installation["billing"]
        query = (
            "SELECT id, workspace_id, bill_group_id, amount_minor, currency FROM payments WHERE workspace_id = :here"
        )
        [payment] = await billing.rows(query, here=self.tree.ids[workspace])
        group = payment.pop("bill_group_id")
        got = {"amount_minor": payment.pop("amount_minor") + SURPLUS, "method": "card", "reference": "too-much"}
        event = PaymentReceived(event_id=uuid4(), payment_id=payment.pop("id"), **payment, **got)
        body, signature = gateway(self.installation).write_callback(event, now=datetime.now(UTC))
        told = await billing.http.post(
            "/api/billing/gateway-events", content=body, headers={SIGNATURE_HEADER: signature}
        )
        assert told.is_success, told.text
        path = f"billing/customers/{self.tree.ids[workspace]}/bill-groups/{group}/credit-refunds"
        await self.ask(self.tree.person(PROVIDER, "admin"), "POST", path, {"amount_minor": PAID_BACK})

    async def park(self, bill_group_id: str) -> None:
        """The billing run left the group out."""
        parked = text(
            "INSERT INTO parked_groups (bill_group_id, workspace_id, billing_on, reason, detail, parked_at)"
            " SELECT bill_group_id, workspace_id, current_date, 'sums', '', now() FROM bill_groups"
            " WHERE bill_group_id = CAST(:group AS uuid)"
        )
        async with self.installation["billing"].database.owner.begin() as session:
            await session.execute(parked, {"group": str(bill_group_id)})

    async def decline_payment(self, workspace: str) -> None:
        """The gateway reports that the payment has failed."""
        query = "SELECT pay_url FROM payments WHERE workspace_id = :here"
        [payment] = await self.installation["billing"].rows(query, here=self.tree.ids[workspace])
        page = await payment_page(self.installation, payment["pay_url"])
        answer = await self.installation["billing"].http.post(f"{page}/decline")
        assert answer.status_code == 303, answer.text


def drawn() -> bytes:
    """An image that can be a logo."""
    image = io.BytesIO()
    Image.new("RGB", (64, 32), "navy").save(image, "PNG")
    return image.getvalue()


def gateway(installation: Installation) -> SimulatedGateway:
    runtime = installation["billing"].runtime
    assert isinstance(runtime.settings, Settings)
    return SimulatedGateway.of(runtime.settings, runtime.sessions, runtime.clock)


async def payment_page(installation: Installation, link: str) -> str:
    """The path of the simulated page to which a link leads."""
    went = await installation["billing"].http.get(link.removeprefix(SETTINGS["public_url"]))
    return str(went.headers["location"]).removeprefix(SETTINGS["public_url"])


async def place_orders(business: Business, location: UUID) -> dict[str, str]:
    """Orders in each bill group, failed ones, and ones that wait. Returns what can be ordered."""
    await business.build()
    circuit = await business.publish("circuit", needs={"ports": 1})
    failing = await business.publish("failing", driver_options=FAILING)
    confirmed = await business.publish("confirmed", needs_acknowledgement=True)
    await business.installation.carry()
    for workspace in WITH_BUSINESS:
        for group in await business.groups(workspace):
            await business.order(workspace, circuit, group)
    for workspace in (CUSTOMER, "harbour"):
        await business.order(workspace, failing, (await business.groups(workspace))[0])
        await business.order(workspace, confirmed, (await business.groups(workspace))[0])
    second = (await business.groups(CUSTOMER))[1]
    await business.order(CUSTOMER, circuit, second, location=location)
    await business.work()
    for group in await business.groups(CUSTOMER):
        await business.order(CUSTOMER, circuit, group, by="member")
    await business.order(CUSTOMER, circuit, second, by="member", location=location)
    return circuit


async def do_business(installation: Installation, tree: Tree, location: UUID) -> dict[str, str]:
    """Orders in each bill group, failed orders, invoices, payments that are under way, and entries about money of
    people who may not see money any more. ``location`` is one of Northwind's second bill group. Returns what can be
    ordered."""
    business = Business(installation, tree)
    circuit = await place_orders(business, location)
    for workspace in WITH_BUSINESS:
        await reset_credentials(installation, tree, workspace)
        await fail_to_diagnose(installation, tree, workspace)
        await business.start_payments(workspace)
        await business.save_methods(workspace)
        await add_documents(installation, tree, workspace, await business.groups(workspace))
    await business.decline_payment("fernhill")
    await business.pay_too_much("fernhill")
    await business.plan_charges(CUSTOMER)
    await business.brand()
    for workspace in (CUSTOMER, "harbour"):
        await business.park((await business.groups(workspace))[0])
    await lower_to_support(business)
    for workspace in (CUSTOMER, "harbour"):
        await business.fail_to_print(workspace)
        await business.leave_a_credit(workspace)
    await mail(business)
    for service, list_ in EXPORTED.items():
        await business.export(service, list_)
    await installation.carry()
    return circuit


async def lower_to_support(business: Business) -> None:
    """Support of Northwind downloaded an invoice while it was a regular user: the entry is its own."""
    tree = business.tree
    admin, support = tree.person(CUSTOMER, "admin"), tree.person(CUSTOMER, "support")
    user = f"identity/users/{await support.user_id()}"
    await business.ask(admin, "PATCH", user, {"role": "regular"})
    await business.installation.carry()
    [invoice, *_] = (await business.ask(support, "GET", "billing/invoices")).json()["items"]
    await business.ask(support, "GET", f"billing/invoices/{invoice['id']}/pdf")
    await business.ask(admin, "PATCH", user, {"role": "support"})
