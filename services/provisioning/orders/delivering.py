"""Orders of what is there already: entered by the provider's staff, fulfilled at once."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.orders.fulfilment import describe_order_event
from services.provisioning.orders.models import Order
from services.provisioning.orders.service import Checked, make_service
from services.provisioning.services.counts import add_to_counts, brings_a_circuit, counts_of
from services.provisioning.services.models import Service
from services.provisioning.states import OrderState, ServiceState, move
from shared.events.provisioning import ServiceProvisioned
from shared.outbox import emit


async def deliver_at_once(session: AsyncSession, order: Order, checked: Checked, *, now: datetime) -> Service:
    """Make the active service of an order in state placed, without any work on it. It is billed as one that was
    provisioned now; nobody is mailed that it is there."""
    product = checked.product
    service = await make_service(session, order, product, now=now)
    for order_state, service_state in (
        (OrderState.provisioning, ServiceState.provisioning), (OrderState.fulfilled, ServiceState.active),
    ):  # fmt: skip
        move(order, order_state)
        move(service, service_state)
    service.provisioned_at = now
    await session.flush()
    fields = describe_order_event(order, service, product) | {
        "subject_version": service.version,
        "billing_delay_days": product.billing_delay_days,
        "causation_id": order.causation_id,
    }
    await emit(session, ServiceProvisioned.model_validate(fields))
    circuit = await brings_a_circuit(session, service, product)
    counts = counts_of(product, service.quantity, circuit=circuit)
    for event in await add_to_counts(session, order.workspace_id, [counts]):
        if event:
            await emit(session, event)
    return service
