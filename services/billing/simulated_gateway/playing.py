"""What follows from a choice on the simulator's pages."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid5

from services.billing.gateways.events import GatewayEvent, MethodRefused, MethodSaved
from services.billing.gateways.port import Checkout, Setup
from services.billing.gateways.simulator.adapter import SimulatedGateway, method_reference
from services.billing.gateways.simulator.scripts import SCRIPTS, Script
from services.billing.gateways.simulator.telling import Played
from shared.events.billing import PaymentMethod

BRANDS = {"card": ("Visa", "4242"), "sepa_debit": ("Example Bank", "3000"), "ach_debit": ("Example Bank", "6789")}
"""Made-up, in place of what people enter at a real provider."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen on a page."""

    outcome: str
    declined: str | None
    """Why it is declined, if it is."""
    method: PaymentMethod
    ends_soon: bool
    verified: bool

    @property
    def script(self) -> Script:
        return SCRIPTS[self.outcome] if self.declined is None else Script("declined", self.declined)


async def told_of_payment(
    gateway: SimulatedGateway, checkout: Checkout, chosen: Chosen, now: datetime
) -> GatewayEvent | None:
    """What is told at once of a payment. What is told later is kept. ``now`` is business time."""
    played = Played(checkout.payment_id, checkout.workspace_id, checkout.amount_minor, checkout.currency, chosen.method)
    return await gateway.settle_page(played, chosen.script, now)


def told_of_method(setup: Setup, chosen: Chosen, today: date) -> GatewayEvent:
    """What is told of a method that was entered, or was not."""
    about = {"workspace_id": setup.workspace_id, "method_id": setup.method_id}
    if chosen.declined is not None:
        return MethodRefused(event_id=uuid5(setup.method_id, "refused"), reason=chosen.declined, **about)
    brand, last_four = BRANDS[setup.kind]
    is_card = setup.kind == "card"
    return MethodSaved(
        event_id=uuid5(setup.method_id, "saved"), reference=method_reference(chosen.outcome, setup.method_id),
        kind=setup.kind, brand=brand, last_four=last_four,
        expires_year=(today.year if chosen.ends_soon else today.year + 4) if is_card else None,
        expires_month=today.month if is_card else None, verified=is_card or chosen.verified, **about,
    )  # fmt: skip
