"""The flows of orders and money."""

from collections.abc import Sequence
from typing import Any

from deploy.waiting import eventually
from tests.faults.matrix.flows import CHANGES, Flow, count_events, once
from tests.faults.matrix.world import World
from tests.faults.orders import ORDERS, PATIENCE_SECONDS, Effects, effects_of, offer, place_order
from tests.flows.steps import payment_page

A_MONTH_DAYS = 31
ONCE = {
    "provisioning.order_placed": 1,
    "provisioning.service_provisioned": 1,
    "billing.subscription_started": 1,
    "billing.billing_started": 1,
}


async def product(world: World) -> dict[str, Any]:
    """The body of an order; the product is made at the first call."""
    if "product" not in world.kept:
        world.kept["product"] = await offer(world.installed, step_seconds=0.05)
    found: dict[str, Any] = world.kept["product"]
    return found


class Ordering(Flow):
    name, event, publisher = "order to provisioned", "provisioning.service_provisioned", "provisioning"
    listener = "billing.on.provisioning.service_provisioned"

    async def prepare(self, world: World) -> Sequence[list[str]]:
        await product(world)
        return [[] for _ in range(CHANGES)]

    async def change(self, world: World, item: list[str]) -> None:
        item.append(await place_order(world.installed, world.admin, await product(world)))

    async def check(self, world: World, items: Sequence[list[str]]) -> None:
        effects = [await effects_of(world.installed, order_id) for [order_id] in items]
        wrong = [one for one in effects if not self._is_once(one)]
        assert wrong == []

    def _is_once(self, one: Effects) -> bool:
        counted = (one.services, one.steps_made, one.provisioned_events, one.subscriptions, one.billing_starts)
        return counted == (1, 4, 1, 1, 1) and one.audit_entries == ONCE and len(set(one.mails)) == 1


async def bill_groups(world: World) -> list[str]:
    """Thirty bill groups of the company, each with a service that is billed monthly; made at the first call."""
    if "groups" not in world.kept:
        path = f"/api/billing/customers/{world.workspaces[world.admin.address]}/bill-groups"
        bodies = [{"display_name": f"Site {number}", "currency": "EUR"} for number in range(CHANGES)]
        groups = [(await world.insist(world.robin, "POST", path, body))["id"] for body in bodies]

        async def known() -> bool:
            query = "SELECT count(*) FROM bill_groups WHERE id = ANY($1::uuid[])"
            [row] = await world.rows("provisioning", query, groups)
            return bool(row["count"] == len(groups))

        await eventually(known, "the bill groups", seconds=PATIENCE_SECONDS)
        body = await product(world)
        for group in groups:
            await world.insist(world.admin, "POST", ORDERS, body | {"bill_group_id": group})
        await world.settle()
        world.kept["groups"] = groups
    found: list[str] = world.kept["groups"]
    return found


_INVOICES = "SELECT id::text, bill_group_id::text, status FROM invoices WHERE bill_group_id = ANY($1::uuid[])"


class Invoicing(Flow):
    """A month passes, and each of the bill groups gets its invoice."""

    name, event, publisher = "invoice issued", "billing.invoice_issued", "billing"
    listener = "notifications.on.billing.invoice_issued"
    often = False

    async def prepare(self, world: World) -> Sequence[float]:
        groups = await bill_groups(world)
        self.before = await self._count(world, groups)
        return [A_MONTH_DAYS]

    async def change(self, world: World, item: float) -> None:
        groups = await bill_groups(world)
        world.installed.advance(item)

        async def issued() -> bool:
            counts = await self._count(world, groups)
            return all(counts[group] > self.before[group] for group in groups)

        await eventually(issued, "the invoices", seconds=PATIENCE_SECONDS, pause=0.1)

    async def check(self, world: World, items: Sequence[float]) -> None:
        """That numbers have no gaps, and lines bill each day once, is checked by `portico verify`."""
        groups = await bill_groups(world)
        assert await self._count(world, groups) == {group: count + 1 for group, count in self.before.items()}
        ids = [row["id"] for row in await world.rows("billing", _INVOICES, groups) if row["status"] != "draft"]
        assert await count_events(world, "billing", self.event, "invoice_id", ids) == once(ids)

    async def _count(self, world: World, groups: list[str]) -> dict[str, int]:
        found = dict.fromkeys(groups, 0)
        for row in await world.rows("billing", _INVOICES, groups):
            found[row["bill_group_id"]] += row["status"] != "draft"
        return found


class Paying(Flow):
    name, event, publisher = "pay", "billing.payment_succeeded", "billing"
    listener = "notifications.on.billing.payment_succeeded"

    async def prepare(self, world: World) -> Sequence[str]:
        groups = await bill_groups(world)
        if len(await self._open(world, groups)) < CHANGES:
            month = Invoicing()
            for days in await month.prepare(world):
                await month.change(world, days)
            await world.settle()
        return (await self._open(world, groups))[:CHANGES]

    async def _open(self, world: World, groups: list[str]) -> list[str]:
        return [row["id"] for row in await world.rows("billing", _INVOICES, groups) if row["status"] == "open"]

    async def change(self, world: World, item: str) -> None:
        """Begin a payment, and press the button of the payment page until it has been told."""
        http = world.installed.site.http
        wanted = {"invoices": [{"invoice_id": item}], "return_url": str(http.base_url)}
        payment = await world.insist(world.admin, "POST", "/api/billing/payments", wanted)

        async def page_of() -> str | None:
            try:
                return await payment_page(http, payment)
            except KeyError:  # no redirection yet
                return None

        page = await eventually(page_of, "the payment page", seconds=PATIENCE_SECONDS, pause=0.2)
        assert page

        async def told() -> bool:
            answer = await http.post(f"{page}/pay", headers={"Origin": str(http.base_url)})
            assert answer.status_code in (303, 404, 409, 410, 429, 502, 503), answer.text
            return answer.status_code not in (429, 502, 503)

        await eventually(told, "the payment", seconds=PATIENCE_SECONDS, pause=0.2)

    async def check(self, world: World, items: Sequence[str]) -> None:
        rows = await world.rows(
            "billing",
            "SELECT i.id::text, i.status, count(p.id) FILTER (WHERE p.state = 'succeeded') AS paid,"
            " min(p.id::text) FILTER (WHERE p.state = 'succeeded') AS payment FROM invoices i"
            " JOIN payment_allocations a ON a.invoice_id = i.id JOIN payments p ON p.id = a.payment_id"
            " WHERE i.id = ANY($1::uuid[]) GROUP BY 1, 2",
            items,
        )
        assert {row["id"]: (row["status"], row["paid"]) for row in rows} == dict.fromkeys(items, ("paid", 1))
        payments = [row["payment"] for row in rows]
        assert await count_events(world, "billing", self.event, "payment_id", payments) == once(payments)
        paid = await count_events(world, "billing", "billing.invoice_paid", "invoice_id", items)
        assert paid == once(items)
