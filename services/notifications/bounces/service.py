"""Mails that came back: their reports are kept by requests, and read by workers."""

from datetime import datetime
from typing import Literal

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.bounces.models import ReturnedMail
from services.notifications.bounces.reports import addresses_of, read_report
from services.notifications.deliveries.models import Delivery, DeliveryState
from services.notifications.deliveries.return_paths import find_returned, is_mailbox
from services.notifications.deliveries.service import record_bounce
from services.notifications.messages.models import Message
from services.notifications.recipient_book.service import address_of
from services.notifications.settings import Settings
from services.notifications.suppressions.keeping import Bounce, take_bounce
from shared.jobs import JobContext
from shared.outbox import transaction
from shared.waking import wake

Result = Literal["taken", "not_final", "not_a_report", "not_ours"]


async def take_mail(session: AsyncSession, settings: Settings, mail: bytes, now: datetime) -> Result:
    """Keep what a mail says that came to the bounce address. ``now`` is real time. Idempotent."""
    returned = find_returned(addresses_of(mail), settings)
    if returned is None:
        return "not_ours"
    report = read_report(mail)
    if report is None:
        return "not_a_report"
    if report.action != "failed" or report.status.startswith("2."):
        return "not_final"
    new = insert(ReturnedMail).values(
        message_id=returned.message_id, mailbox=returned.mailbox, status=report.status, came_at=now
    )
    await session.execute(new.on_conflict_do_nothing())
    await wake(session, ReturnedMail.__tablename__)
    return "taken"


async def read_next(job: JobContext) -> bool:
    """Read what has waited longest; False if nothing waits. A mail may come back before it is written down that it was
    sent: that waits until it is."""
    at_work = Delivery.message_id == ReturnedMail.message_id, Delivery.state == DeliveryState.sending
    oldest = select(ReturnedMail).where(~exists().where(*at_work)).order_by(ReturnedMail.came_at).limit(1)
    async with job.sessions.begin() as session:
        came = await session.scalar(oldest)
        delivery = await _delivery_of(session, came) if came else None
        if came and delivery is None:  # its message is not known
            await session.delete(came)
    if came is None or delivery is None:
        return came is not None
    cause = delivery.origin.cause(job.now)
    async with transaction(job.sessions, cause, workspace_id=delivery.workspace_id) as session:
        mine = delete(ReturnedMail).where(ReturnedMail.id == came.id).returning(ReturnedMail.id)
        if await session.scalar(mine):  # nobody else was faster
            await _read(session, job, came)
    return True


async def _delivery_of(session: AsyncSession, came: ReturnedMail) -> Delivery | None:
    found: Delivery | None = await session.scalar(select(Delivery).where(Delivery.message_id == came.message_id))
    return found


async def _read(session: AsyncSession, job: JobContext, came: ReturnedMail) -> None:
    """The address is suppressed only if the recipient still has it. The bounce of a mail that is tried again meanwhile,
    since staff asked for it, does not end that."""
    one = select(Delivery).where(Delivery.message_id == came.message_id).with_for_update()
    delivery = (await session.scalars(one)).one()
    message = await session.get_one(Message, came.message_id)
    address = await address_of(session, message.recipient)
    bounce = Bounce(came.status, address or "")
    await record_bounce(session, delivery, bounce, job.real_now)
    if address is not None and is_mailbox(came.mailbox, address, job.settings):
        await take_bounce(session, message, bounce, job.real_now)
