"""Suppresses addresses that mails come back from, and forgets that when their recipients have new ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.messages.models import Message
from services.notifications.preferences.service import home_of
from services.notifications.recipient_book.models import BillGroupContact, CompanyContact
from services.notifications.suppressions.models import SoftBounce, Suppression, SuppressionReason
from services.notifications.suppressions.statuses import Failure, failure_of
from services.notifications.topics import Recipient, RecipientKind
from shared.copies import workspaces
from shared.events.notifications import AddressReleased, AddressSuppressed
from shared.one_at_a_time import one_at_a_time
from shared.outbox import emit

SOFT_BOUNCES = 3
"""So many messages that came back from a mailbox suppress it. One alone is an absence, a full mailbox or a mistake."""
WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail server said of a message to an address."""

    status: str
    """By RFC 3463, such as ``5.1.1``."""
    address: str


async def is_suppressed(session: AsyncSession, recipient: Recipient, address: str) -> bool:
    found = _active(recipient).where(Suppression.address == address.lower())
    return await session.scalar(found) is not None


async def take_bounce(session: AsyncSession, message: Message, bounce: Bounce, now: datetime) -> None:
    """Suppress the address of a message that came back, if its status says so. Addresses of mails with secrets are not
    kept, and those are always sent. ``now`` is real time. Idempotent."""
    failure = failure_of(bounce.status)
    if message.recipient.kind is RecipientKind.mailbox or failure is Failure.other:
        return
    await one_at_a_time(session, f"suppression {message.recipient_id}")
    if failure is Failure.hard:
        await _suppress(session, message, bounce, SuppressionReason.no_mailbox, now)
    elif await _count(session, message, bounce, now) >= SOFT_BOUNCES:
        await _suppress(session, message, bounce, SuppressionReason.often_refused, now)


async def _count(session: AsyncSession, message: Message, bounce: Bounce, now: datetime) -> int:
    """Messages that came back lately, with this one, since the address was last released."""
    new = insert(SoftBounce).values(message_id=message.id, workspace_id=message.workspace_id, at=now,
                                    recipient_kind=message.recipient_kind, recipient_id=message.recipient_id,
                                    status=bounce.status)  # fmt: skip
    await session.execute(new.on_conflict_do_nothing())
    known = await session.scalar(_of(message.recipient))
    released_at = known.released_at if known is not None else None
    since = max(now - WITHIN, released_at) if released_at else now - WITHIN
    theirs = SoftBounce.recipient_id == message.recipient_id, SoftBounce.recipient_kind == message.recipient_kind
    return await session.scalar(select(func.count()).where(*theirs, SoftBounce.at > since)) or 0


async def _suppress(
    session: AsyncSession, message: Message, bounce: Bounce, reason: SuppressionReason, now: datetime
) -> None:
    """The first reason stays, with its time, until the address is released."""
    workspace_id = await _belongs_to(session, message)
    found = await session.scalar(_of(message.recipient).with_for_update())
    if found is None:
        found = Suppression(id=uuid4(), recipient_kind=message.recipient_kind, recipient_id=message.recipient_id)
    elif found.released_at is None and found.address == bounce.address.lower():
        return
    found.workspace_id = workspace_id
    found.address, found.reason, found.status = bounce.address.lower(), reason, bounce.status
    found.message_id, found.since, found.released_at = message.id, now, None
    session.add(found)
    await session.flush()
    suppressed = AddressSuppressed(
        workspace_id=found.workspace_id,
        parent_workspace_id=await _parent_of(session, found.workspace_id),
        recipient_kind=found.recipient_kind,
        recipient_id=found.recipient_id,
        reason=reason,
        status=bounce.status,
        message_id=message.id,
    )
    await emit(session, suppressed)


async def follow_address(session: AsyncSession, recipient: Recipient, address: str | None) -> None:
    """Forget what came back from another address than the recipient has now. Idempotent."""
    known = await session.scalar(_of(recipient).with_for_update())
    if known is None or (address is not None and known.address == address.lower()):
        return
    if known.released_at is None:
        about = {"recipient_kind": known.recipient_kind, "recipient_id": known.recipient_id, "by": "new_address"}
        parent = await _parent_of(session, known.workspace_id)
        await emit(session, AddressReleased(workspace_id=known.workspace_id, parent_workspace_id=parent, **about))
    await forget_recipient(session, recipient)


async def forget_recipient(session: AsyncSession, recipient: Recipient) -> None:
    """Forget what came back from somebody's address, and that it is suppressed. Idempotent."""
    for model in (Suppression, SoftBounce):
        theirs = model.recipient_id == recipient.id, model.recipient_kind == recipient.kind
        await session.execute(delete(model).where(*theirs))


async def forget_bounces(session: AsyncSession, now: datetime) -> None:
    """Forget what does not count any more. ``now`` is real time."""
    await session.execute(delete(SoftBounce).where(SoftBounce.at < now - WITHIN))


async def _belongs_to(session: AsyncSession, message: Message) -> UUID:
    """The workspace of the contact; of a person one that they belong to, that of the message's cause if they do."""
    recipient = message.recipient
    match recipient.kind:
        case RecipientKind.user:
            return await home_of(session, recipient.id, message.workspace_id)
        case RecipientKind.billing_contact:
            return (await session.get_one(BillGroupContact, (recipient.id, "billing"))).workspace_id
        case _:
            return (await session.get_one(CompanyContact, recipient.id)).workspace_id


async def _parent_of(session: AsyncSession, workspace_id: UUID) -> UUID | None:
    found: UUID | None = await session.scalar(
        select(workspaces.c.parent_workspace_id).where(workspaces.c.id == workspace_id)
    )
    return found


def _of(recipient: Recipient) -> Select[Suppression]:
    return select(Suppression).where(
        Suppression.recipient_id == recipient.id, Suppression.recipient_kind == recipient.kind
    )


def _active(recipient: Recipient) -> Select[Suppression]:
    return _of(recipient).where(Suppression.released_at.is_(None))
