"""Quotes for tests: a customer that asks, and staff who price."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.billing import jobs
from shared.events.provisioning import OrderPlaced
from tests.billing.harness import BillingHarness, key
from tests.harness.services import Caller

MINE, ALL = "/api/billing/quotes", "/api/billing/quoting"
WISH = "Twenty ports in Hamburg, from March on"


def line(plan: UUID, **changes: Any) -> dict[str, Any]:
    return {
        "plan_version_id": str(plan), "configuration": {"cpu": 4}, "quantity": 2, "display_name": "Uplink Hamburg",
        "recurring_minor": 80_000, "one_off_minor": 5_000,
    } | changes  # fmt: skip


@dataclass
class Quoted:
    """A quote of a customer, with its admin."""

    billing: BillingHarness
    customer: UUID
    admin: Caller
    id: str

    async def read(self) -> dict[str, Any]:
        answer = await self.admin.http.get(f"{MINE}/{self.id}")
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    async def seen_by_staff(self) -> dict[str, Any]:
        answer = await self.billing.provider.http.get(f"{ALL}/{self.id}")
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    async def ask(self, what: str, **body: Any) -> httpx.Response:
        """As the customer's admin."""
        return await self.admin.http.post(f"{MINE}/{self.id}/{what}", json=body or None, headers=key())

    async def act(self, what: str, **body: Any) -> httpx.Response:
        """As one of the provider's staff."""
        return await self.billing.provider.http.post(f"{ALL}/{self.id}/{what}", json=body or None, headers=key())

    async def draft(self, *lines: dict[str, Any], days: int = 30, version: int | None = None, **more: Any) -> Any:
        if version is None:
            version = ((await self.seen_by_staff())["draft"] or {"version": 0})["version"]
        until = (self.billing.now + timedelta(days=days)).date().isoformat()
        body = {"version": version, "lines": list(lines), "valid_until": until} | more
        return await self.billing.provider.http.put(f"{ALL}/{self.id}/draft", json=body)

    async def offer(self, *lines: dict[str, Any], days: int = 30, printed: bool = True, **more: Any) -> dict[str, Any]:
        """Draft and offer these lines. Returns the offer as the customer reads it."""
        drafted = await self.draft(*lines, days=days, **more)
        assert drafted.status_code == 200, drafted.text
        offered = await self.act("offer", draft_version=drafted.json()["version"])
        assert offered.status_code == 200, offered.text
        if printed:
            await jobs.print_offers(self.billing.job)
        found: dict[str, Any] = (await self.read())["offer"]
        return found

    async def accept(self, version: int = 1, **more: Any) -> httpx.Response:
        return await self.ask("accept", **{"offer_version": version, "name": "Jonas Weber", "po_number": "4711"} | more)

    def placed(self, line: dict[str, Any], **more: Any) -> OrderPlaced:
        """The order of one of its lines, as provisioning places it."""
        about = {"quantity": line["quantity"], "quote_id": UUID(self.id), "product_id": UUID(line["product_id"])}
        return self.billing.order(self.customer, UUID(line["plan_version_id"]), **about | more)

    async def events(self, name: str) -> list[dict[str, Any]]:
        return [each for each in await self.billing.events(name, self.customer) if each["quote_id"] == self.id]


async def requested(billing: BillingHarness, **body: Any) -> Quoted:
    customer = await billing.customer()
    admin = await billing.admin(customer)
    answer = await admin.http.post(MINE, json={"wish": WISH} | body, headers=key())
    assert answer.status_code == 201, answer.text
    return Quoted(billing, customer, admin, answer.json()["id"])


def other_plan() -> UUID:
    return uuid4()
