"""What the simulator tells of a payment, at once and days later."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from pydantic import TypeAdapter
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from services.billing.gateways.events import GatewayEvent
from services.billing.gateways.models import SimulatedPayment
from services.billing.gateways.simulator.scripts import Script
from shared.db import Sessions
from shared.events import Actor
from shared.events.billing import PaymentMethod
from shared.origin import Origin
from shared.outbox import Cause
from shared.scope import begin_in

_events: TypeAdapter[GatewayEvent] = TypeAdapter(GatewayEvent)
FIRST = {
    "approved": "payment_succeeded",
    "declined": "payment_failed",
    "processing": "payment_processing",
}
"""What is told at once of a payment on the simulator's page, by the script's answer."""


@dataclass(frozen=True, slots=True)
class Played:
    """The payment that a script is played for."""

    payment_id: UUID
    workspace_id: UUID
    amount_minor: int
    currency: str
    method: PaymentMethod


def event_of(played: Played, told: str, reason: str = "") -> GatewayEvent:
    """An event about the payment. Its id is the same however often it is told."""
    about = asdict(played) | {"reference": f"sim_pay_{played.payment_id.hex}", "told": told, "reason": reason}
    return _events.validate_python({"event_id": uuid5(played.payment_id, told), **about})


def first_event(played: Played, script: Script) -> GatewayEvent | None:
    """What the page tells when its button is pressed. None where the gateway keeps silent."""
    told = FIRST.get(script.answer)
    return event_of(played, told, script.reason) if told else None


def play(played: Played, script: Script) -> list[tuple[timedelta, GatewayEvent]]:
    """What is told later, and when."""
    return [(timedelta(days=later.days), event_of(played, later.told, later.reason)) for later in script.later]


async def keep(
    sessions: Sessions, now: datetime, key: str, answer: dict[str, Any],
    later: list[tuple[timedelta, GatewayEvent]], played: Played, *, replace: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Remember a request under its key, and what is to be told of it. ``now`` is business time. Returns the answer that
    counts: the first one, unless that may be replaced."""
    events = [{"at": (now + after).isoformat(), "event": event.model_dump(mode="json")} for after, event in later]
    values = asdict(Origin.of(Cause(Actor(), now))) | {
        "workspace_id": played.workspace_id, "key": key, "answer": answer, "events": events,
        "next_at": now + later[0][0] if later else None, "due_at": None, "tries": 0,
    }  # fmt: skip
    new = insert(SimulatedPayment).values(id=func.gen_random_uuid(), **values)
    async with begin_in(sessions, played.workspace_id) as session:
        kept = {"answer": new.excluded.answer if replace else SimulatedPayment.answer}
        stored = new.on_conflict_do_update(index_elements=["key"], set_=kept).returning(SimulatedPayment.answer)
        found: dict[str, Any] = (await session.execute(stored)).scalar_one()
        return found
