"""What the end of suspending or resuming means for the service."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.operations.progress import Ended
from services.provisioning.operations.telling import told_of
from services.provisioning.parts.service import follow_whole
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from services.provisioning.services.telling import standing_of
from services.provisioning.states import OperationState, ServiceState, move
from services.provisioning.verbs import Verb
from shared.events import Event
from shared.events.provisioning import ServiceResumed, ServiceSuspended, Suspension

OWN: tuple[Suspension, ...] = ("customer", "pause")
"""Why a service is suspended by the wish of its people."""
AGAIN = timedelta(minutes=10)
"""After how long the system tries again what has failed."""


async def conclude_suspension(session: AsyncSession, ended: Ended) -> Sequence[Event]:
    """The service is suspended, or works again. If that failed, people who had wanted it are told and may try again;
    what the system wants for other reasons is tried again later."""
    service, suspending = ended.service, ended.operation.verb == Verb.suspend
    if ended.operation.state != OperationState.succeeded:
        service.settle_at = ended.real_now + AGAIN
        if suspending:
            await give_up_wish(session, service)
        return [told_of(ended.operation, service)]
    service.settle_at = None
    move(service, ServiceState.suspended if suspending else ServiceState.active)
    product = await session.get_one(Product, service.product_id)
    event = ServiceSuspended if suspending else ServiceResumed
    return [event.model_validate(standing_of(service, product))]


async def give_up_wish(session: AsyncSession, service: Service) -> None:
    """People see that it works, and may try again."""
    service.suspended_for = [reason for reason in service.suspended_for if reason not in OWN]
    service.version += 1
    await follow_whole(session, Service.id == service.id)
