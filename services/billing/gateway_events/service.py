"""Callbacks of the payment gateway: each event is taken once, in whatever order they come (S33)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.gateway_events.models import KnownGatewayEvent
from services.billing.gateway_events.payments import take_of_payment
from services.billing.gateways import events
from services.billing.gateways.events import GatewayEvent
from services.billing.gateways.port import Callback, GatewayEventRefused
from services.billing.payment_methods import saving
from services.billing.settings import Settings
from shared.errors import NotFound
from shared.scope import acting_in
from shared.telemetry import metrics


async def take_callback(session: AsyncSession, settings: Settings, callback: Callback, *, now: datetime) -> None:
    """Take what a signed callback says. The signature authorises the workspace that it names. ``now`` is real time.

    A retry by the gateway, with a new signature, changes nothing and gets the same answer. A replay of the same signed
    message is refused.
    """
    for event in callback.events:
        metrics.GATEWAY_CALLBACKS.labels(event.told).inc()
        async with acting_in(session, event.workspace_id):
            if await _is_new(session, event, callback.signed_at, now=now):
                try:
                    await _take(session, settings, event, now=now)
                except NotFound:
                    raise GatewayEventRefused("The callback is about nothing of this workspace.") from None


async def _take(session: AsyncSession, settings: Settings, event: GatewayEvent, *, now: datetime) -> None:
    match event:
        case events.MethodSaved():
            await saving.save_method(session, settings, event)
        case events.MethodRefused() | events.MethodRemoved():
            await saving.lose_method(session, event.workspace_id, event.method_id)
        case events.MethodExpiring():
            await saving.set_expiry(session, settings, event)
        case _:
            await take_of_payment(session, settings, event, now=now)


async def _is_new(session: AsyncSession, event: GatewayEvent, signed_at: datetime, *, now: datetime) -> bool:
    new = insert(KnownGatewayEvent).values(
        event_id=event.event_id, workspace_id=event.workspace_id, signed_at=signed_at, received_at=now
    )
    if await session.scalar(new.on_conflict_do_nothing().returning(KnownGatewayEvent.event_id)):
        return True
    seen = select(KnownGatewayEvent.signed_at).where(KnownGatewayEvent.event_id == event.event_id)
    if await session.scalar(seen) in (None, signed_at):
        raise GatewayEventRefused("The callback was sent before.")
    return False
