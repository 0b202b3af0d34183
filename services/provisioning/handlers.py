"""Every event that provisioning listens to, besides those of identity, which `shared.copies` handles."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.bill_groups import service as bill_groups
from services.provisioning.erased_people import service as erased_people
from services.provisioning.licences.maintenance import follow_contract
from services.provisioning.orders import cancelling, renewing
from services.provisioning.orders.payers import paid_by
from services.provisioning.orders.quoted import order_quote
from services.provisioning.plans import service as plans
from services.provisioning.services.models import Service
from services.provisioning.suspensions import service as suspensions
from shared.copies import follow_identity
from shared.events.billing import (
    BillGroupCreated,
    BillGroupUpdated,
    BillingStarted,
    PlanOffered,
    PlanPublished,
    PlanWithdrawn,
    QuoteAccepted,
    QuoteOrderRetried,
    SubscriptionChanged,
    SubscriptionEnded,
    SubscriptionEnding,
    SubscriptionExpiring,
    SubscriptionMoved,
    SubscriptionRenewalRefused,
    SubscriptionRenewed,
)
from shared.events.identity import UserErased
from shared.messaging.router import ServiceRouter

router = ServiceRouter("provisioning")
follow_identity(router)


@router.on(PlanPublished)
async def copy_plan_version(session: AsyncSession, event: PlanPublished) -> None:
    await plans.copy_plan_version(session, event)


@router.on(PlanWithdrawn)
async def copy_withdrawal(session: AsyncSession, event: PlanWithdrawn) -> None:
    await plans.copy_plan_offer(session, event)


@router.on(PlanOffered)
async def copy_return(session: AsyncSession, event: PlanOffered) -> None:
    await plans.copy_plan_offer(session, event)


@router.on(BillGroupCreated)
async def copy_bill_group(session: AsyncSession, event: BillGroupCreated) -> None:
    await bill_groups.copy_bill_group(session, event)


@router.on(BillGroupUpdated)
async def follow_bill_group(session: AsyncSession, event: BillGroupUpdated) -> None:
    if await bill_groups.copy_bill_group(session, event):
        await suspensions.follow_payer(session, Service.bill_group_id == event.bill_group_id, past_due=event.past_due)


@router.on(SubscriptionMoved)
async def follow_payer(session: AsyncSession, event: SubscriptionMoved) -> None:
    await paid_by(session, event)


@router.on(SubscriptionRenewed)
async def fulfil_renewal(session: AsyncSession, event: SubscriptionRenewed) -> None:
    await renewing.conclude_renewal(session, event)
    await follow_contract(session, event)


@router.on(SubscriptionRenewalRefused)
async def fail_renewal(session: AsyncSession, event: SubscriptionRenewalRefused) -> None:
    await renewing.conclude_renewal(session, event)


@router.on(SubscriptionEnding)
async def note_the_day(session: AsyncSession, event: SubscriptionEnding) -> None:
    await cancelling.note_day(session, event)


@router.on(SubscriptionEnded)
async def delete_ended(session: AsyncSession, event: SubscriptionEnded) -> None:
    await cancelling.end_of_period(session, event, now=event.occurred_at)


@router.on(BillingStarted)
async def begin_maintenance(session: AsyncSession, event: BillingStarted) -> None:
    await follow_contract(session, event)


@router.on(SubscriptionChanged)
async def change_maintenance(session: AsyncSession, event: SubscriptionChanged) -> None:
    await follow_contract(session, event)


@router.on(SubscriptionExpiring)
async def confirm_maintenance(session: AsyncSession, event: SubscriptionExpiring) -> None:
    await follow_contract(session, event)


@router.on(QuoteAccepted)
async def order_accepted_quote(session: AsyncSession, event: QuoteAccepted) -> None:
    await order_quote(session, event)


@router.on(QuoteOrderRetried)
async def order_quote_again(session: AsyncSession, event: QuoteOrderRetried) -> None:
    await order_quote(session, event)


@router.on(UserErased)
async def forget_erased_person(session: AsyncSession, event: UserErased) -> None:
    await erased_people.forget(session, event.user_id)
