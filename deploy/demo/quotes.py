"""Quotes of the demo: one that is asked for, one to answer, and one that is accepted and ordered."""

from datetime import date, timedelta
from typing import Any

from deploy.demo import companies
from deploy.demo.person import PATIENCE_SECONDS, Person
from deploy.waiting import eventually

PAUSE_SECONDS = 0.3


async def make_quotes(buyer: Person, seller: Person, product_id: str, today: date) -> None:
    """The admin of a customer asks; one of the provider's staff prices and offers; the admin accepts one."""
    plans = (await buyer.get("/api/billing/plans", product_id=product_id))["items"]
    await _ask(buyer, companies.WISHES[0])
    offered, accepted = [await _ask(buyer, wish) for wish in companies.WISHES[1:]]
    for quote, line in zip((offered, accepted), companies.QUOTED, strict=True):
        until = (today + timedelta(days=30)).isoformat()
        lines = [line | {"plan_version_id": plans[0]["plan_version_id"]}]
        draft = {"version": 0, "lines": lines, "valid_until": until, "terms": companies.QUOTE_TERMS}
        await seller.put(f"/api/billing/quoting/{quote}/draft", draft)
        await seller.post(f"/api/billing/quoting/{quote}/offer", {"draft_version": 1})
    await seller.post(f"/api/billing/quoting/{offered}/messages", {"body": companies.QUOTE_MESSAGE})
    await seller.post(f"/api/billing/quoting/{offered}/notes", {"body": companies.QUOTE_NOTE})
    await _until(buyer, accepted, lambda found: found["offer"]["document"] == "ready", "the offer is printed")
    acceptance = {"offer_version": 1, "name": companies.WHO_ACCEPTS, "po_number": "HH-2207"}
    await buyer.post(f"/api/billing/quotes/{accepted}/accept", acceptance)
    await _until(buyer, accepted, lambda found: found["state"] == "ordered", "the quote is ordered")


async def _ask(buyer: Person, wish: str) -> str:
    return str((await buyer.post("/api/billing/quotes", {"wish": wish}))["id"])


async def _until(buyer: Person, quote: str, holds: Any, said: str) -> None:
    async def found() -> bool:
        return bool(holds(await buyer.get(f"/api/billing/quotes/{quote}")))

    await eventually(found, said, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
