"""Saved payment methods: begun here, entered on the gateway's page; the default one, auto-pay, removal."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup, BillGroupContact, ContactKind
from services.billing.bill_groups.paying import check_paying_is_on
from services.billing.bill_groups.service import lock_group
from services.billing.gateways.links import HostedLink, Links
from services.billing.gateways.port import Gateway, Setup
from services.billing.invoices.models import OWED, Invoice
from services.billing.payment_methods.models import SHOWN, MethodState, PaymentMethod
from services.billing.settings import Settings
from shared.errors import PRESENT_STATE, Conflict, Invalid, NotFound
from shared.events.billing import (
    AutoPayChanged,
    DefaultPaymentMethodChanged,
    MethodKind,
    PaymentMethodEvent,
    PaymentMethodRemoved,
)
from shared.field_errors import field_error
from shared.origin import Origin
from shared.outbox import cause_of, emit

PAGE_LIFETIME = timedelta(hours=1)
MOST_METHODS = 20


class MethodNotActive(Conflict):
    """Only an active payment method can be the default one."""

    title = "This payment method cannot be charged"
    members = PRESENT_STATE


class DefaultMethodNeeded(Conflict):
    """The default payment method stays while auto-pay is on or an invoice is open. Choose another default first, or
    switch auto-pay off and pay what is open."""

    title = "The default payment method is still needed"


class AutoPayNeedsMethod(Conflict):
    """Auto-pay charges the default payment method, which has to be active. Save one first."""

    title = "Auto-pay needs a payment method"


class TooManyMethods(Conflict):
    """A bill group has at most 20 payment methods. Remove one first."""

    title = "There are too many payment methods"


async def begin_method(
    session: AsyncSession, settings: Settings, gateway: Gateway, workspace_id: UUID, bill_group_id: UUID,
    kind: MethodKind, label: str, return_url: str, *, now: datetime,
) -> tuple[PaymentMethod, str]:  # fmt: skip
    """Begin to save a method. Returns the address of the page on which it is entered. ``now`` is real time. Raises
    `PayingIsOff`, `TooManyMethods`."""
    if kind not in gateway.saves:
        wrong = [field_error("/kind", "not_offered", "is not offered by this seller's payment gateway")]
        raise Invalid("This kind of payment method is not offered.", errors=wrong)
    group = await lock_group(session, workspace_id, bill_group_id)
    check_paying_is_on(group, settings)
    mine = (PaymentMethod.bill_group_id == group.id, PaymentMethod.state.in_(SHOWN))
    if (await session.scalar(select(func.count()).select_from(PaymentMethod).where(*mine)) or 0) >= MOST_METHODS:
        raise TooManyMethods("Remove a payment method before you add another one.")
    cause = cause_of(session)
    method = PaymentMethod(
        id=uuid4(), workspace_id=workspace_id, bill_group_id=group.id, gateway=gateway.name, kind=kind,
        state=MethodState.requested, label=label, brand="", last_four="", is_default=False, notices=0,
        return_url=return_url, requested_at=cause.now, page_until=now + PAGE_LIFETIME, version=0, tries=0,
        due_at=None, origin=Origin.of(cause),
    )  # fmt: skip
    session.add(method)
    await session.flush()
    link = HostedLink("method", method.id, workspace_id, return_url, method.page_until)
    return method, Links.of(settings).address_of(link)


async def setup_of(session: AsyncSession, method: PaymentMethod) -> Setup:
    """What the gateway is asked for, to save a method."""
    group = await session.get_one(BillGroup, method.bill_group_id)
    contact = await session.get(BillGroupContact, (group.id, ContactKind.billing))
    others = (PaymentMethod.bill_group_id == group.id, PaymentMethod.gateway == method.gateway)
    known = select(PaymentMethod.reference).where(*others, PaymentMethod.reference.is_not(None)).limit(1)
    return Setup(
        method_id=method.id, workspace_id=method.workspace_id, bill_group_id=group.id,
        kind=method.kind,  # type: ignore[arg-type]
        currency=group.currency, holder=contact.company or contact.display_name if contact else "",
        known_reference=await session.scalar(known), return_url=method.return_url, expires_at=method.page_until,
    )  # fmt: skip


async def lock_method(session: AsyncSession, workspace_id: UUID, method_id: UUID) -> tuple[BillGroup, PaymentMethod]:
    """A method and its group, locked in that order. Raises `NotFound`."""
    mine = (PaymentMethod.id == method_id, PaymentMethod.workspace_id == workspace_id)
    group_id = await session.scalar(select(PaymentMethod.bill_group_id).where(*mine))
    if group_id is None:
        raise NotFound("There is no such payment method.")
    group = await lock_group(session, workspace_id, group_id)
    query = select(PaymentMethod).where(*mine).with_for_update().execution_options(populate_existing=True)
    return group, (await session.scalars(query)).one()


async def default_method(session: AsyncSession, group: BillGroup) -> PaymentMethod | None:
    """The default method of a locked group."""
    query = select(PaymentMethod).where(PaymentMethod.bill_group_id == group.id, PaymentMethod.is_default)
    return await session.scalar(query.execution_options(populate_existing=True))


async def set_default(session: AsyncSession, workspace_id: UUID, method_id: UUID) -> PaymentMethod:
    """Charge this method from now on (O18). Raises `MethodNotActive`."""
    _, method = await lock_method(session, workspace_id, method_id)
    if method.state not in SHOWN:
        raise NotFound("There is no such payment method.")
    if method.state != MethodState.active:
        raise MethodNotActive(f"This payment method is {method.state}.", state=method.state)
    if not method.is_default:
        await make_default(session, method)
    return method


async def make_default(session: AsyncSession, method: PaymentMethod) -> None:
    """Let a locked, active method of a locked group be the default one, and tell of it."""
    others = update(PaymentMethod).where(PaymentMethod.bill_group_id == method.bill_group_id, PaymentMethod.is_default)
    await session.execute(others.values(is_default=False, version=PaymentMethod.version + 1))
    method.is_default = True
    await publish(session, method, DefaultPaymentMethodChanged)


async def remove_method(session: AsyncSession, workspace_id: UUID, method_id: UUID) -> None:
    """Remove a method, and have it deleted at the gateway. One that is gone already is no error. Raises
    `DefaultMethodNeeded` (D17)."""
    group, method = await lock_method(session, workspace_id, method_id)
    if method.state not in SHOWN:
        return
    if method.is_default and (group.auto_pay or await _owes(session, group)):
        raise DefaultMethodNeeded("This method is charged for open invoices, or by auto-pay. Choose another one first.")
    await drop(session, method)
    method.due_at = func.clock_timestamp()
    await session.flush()


async def drop(session: AsyncSession, method: PaymentMethod) -> None:
    """Mark a locked method as removed, and tell of it."""
    told = method.state != MethodState.requested
    method.state, method.is_default = MethodState.removed, False
    if told:
        await publish(session, method, PaymentMethodRemoved)


async def _owes(session: AsyncSession, group: BillGroup) -> bool:
    owed = select(Invoice.id).where(Invoice.bill_group_id == group.id, Invoice.status.in_(OWED)).limit(1)
    return await session.scalar(owed) is not None


async def set_auto_pay(
    session: AsyncSession, settings: Settings, workspace_id: UUID, bill_group_id: UUID, *, on: bool
) -> BillGroup:
    """Switch auto-pay on or off. Raises `AutoPayNeedsMethod`; where nothing can be charged, `PayingIsOff`."""
    group = await lock_group(session, workspace_id, bill_group_id)
    if on:
        check_paying_is_on(group, settings)
    method = await default_method(session, group)
    if on and (method is None or method.state != MethodState.active):
        raise AutoPayNeedsMethod("Save a payment method first: auto-pay charges the default one.")
    await switch(session, group, on=on)
    return group


async def switch(session: AsyncSession, group: BillGroup, *, on: bool) -> None:
    """Switch a locked group's auto-pay, and tell of it if that changes anything."""
    if group.auto_pay == on:
        return
    group.auto_pay = on
    group.version += 1
    await session.flush()
    about: dict[str, Any] = {"workspace_id": group.workspace_id, "bill_group_id": group.id, "on": on}
    await emit(session, AutoPayChanged(subject_version=group.version, **about))


async def publish(
    session: AsyncSession, method: PaymentMethod, event: type[PaymentMethodEvent], **more: object
) -> None:
    """Store a change of a method, and tell of it."""
    method.version += 1
    await session.flush()
    names = ("workspace_id", "bill_group_id", "kind", "brand", "last_four", "label")
    about: dict[str, Any] = {name: getattr(method, name) for name in names}
    await emit(session, event(payment_method_id=method.id, subject_version=method.version, **about, **more))
