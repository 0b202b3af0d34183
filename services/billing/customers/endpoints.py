"""The seller's side: what the provider's staff see and change of a customer's bill groups."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.billing.bill_groups import managing
from services.billing.bill_groups.models import BillGroup
from services.billing.bill_groups.schemas import BillGroupChange
from services.billing.bill_groups.summary import read_bill_groups, read_group
from services.billing.customers.schemas import BillGroupCreate, CustomerGroupRead, SubscriptionMove
from services.billing.invoices import listing as invoices
from services.billing.invoices.schemas import InvoiceRead, InvoicesQuery
from services.billing.mrr.endpoints import Months
from services.billing.mrr.listing import read_mrr
from services.billing.mrr.schemas import MrrRead
from services.billing.next_invoices.schemas import NextInvoiceRead
from services.billing.next_invoices.service import estimate
from services.billing.payment_methods.listing import list_methods
from services.billing.payment_methods.schemas import PaymentMethodRead, PaymentMethodsQuery
from services.billing.settings import CurrentSettings, Today
from services.billing.subscriptions import listing as subscriptions
from services.billing.subscriptions.moving import MovedWithWhole, NotMovable, OtherCurrency, move_subscription
from services.billing.subscriptions.schemas import SubscriptionRead, SubscriptionsQuery
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session
from shared.errors import NotFound, Unavailable
from shared.idempotency import Once
from shared.pages import CountedPage, json_response
from shared.schemas import Read
from shared.sellers import CustomerReader, acting_for

router = Router("billing", "customers")


class GroupMade(Read):
    """The bill group, by its id."""

    id: UUID


class Moved(Read):
    id: UUID
    bill_group_id: UUID
    """The bill group that pays now."""


@router.get("/{workspace_id}/bill-groups", guard=allow("bill_group.view"), response_model=list[CustomerGroupRead],
            problems=(NotFound,))  # fmt: skip
async def list_bill_groups(read: CustomerReader, today: Today, settings: CurrentSettings) -> Response:
    """The bill groups of a customer below the caller's workspace, closed ones last."""
    return json_response(await read_bill_groups(read, today=today, zone=settings.time_zone))


@router.get("/{workspace_id}/bill-groups/{bill_group_id}", guard=allow("bill_group.view"),
            response_model=CustomerGroupRead, problems=(NotFound,))  # fmt: skip
async def get_bill_group(
    bill_group_id: UUID, read: CustomerReader, today: Today, settings: CurrentSettings
) -> Response:
    """One bill group of a customer."""
    return json_response(await read_group(read, bill_group_id, today=today, zone=settings.time_zone))


@router.get("/{workspace_id}/bill-groups/{bill_group_id}/next-invoice", guard=allow("bill_group.view"),
            response_model=NextInvoiceRead, problems=(NotFound,))  # fmt: skip
async def get_next_invoice(bill_group_id: UUID, read: CustomerReader, now: Now, settings: CurrentSettings) -> Response:
    """The estimated next invoice of a customer's bill group, as `GET /api/billing/next-invoices/{id}` tells it."""
    return json_response(await estimate(read, bill_group_id, settings, now=now))


@router.get("/{workspace_id}/mrr", guard=allow("bill_group.view"), response_model=list[MrrRead],
            problems=(NotFound,))  # fmt: skip
async def get_mrr(read: CustomerReader, today: Today, months: Months = 12) -> Response:
    """What a customer's subscriptions cost per month, in the last months, and what changed that."""
    return json_response(await read_mrr(read, months=months, today=today))


@router.post("/{workspace_id}/bill-groups", guard=allow("bill_group.manage"), status_code=201,
             problems=(NotFound, managing.TooManyBillGroups))  # fmt: skip
async def create_bill_group(
    workspace_id: UUID, body: BillGroupCreate, session: Session, access: CurrentAccess, settings: CurrentSettings,
    once: Once,
) -> GroupMade:  # fmt: skip
    """Create a bill group of a customer. It takes over the billing contact of the customer's default group."""

    async def create() -> BillGroup:
        terms = settings.terms_days if body.terms_days is None else body.terms_days
        async with acting_for(session, access, workspace_id):
            return await managing.create_group(session, workspace_id, body.display_name, body.currency, terms)

    return await once(body, GroupMade, create)


@router.patch("/{workspace_id}/bill-groups/{bill_group_id}", guard=allow("bill_group.manage"),
              problems=(NotFound, managing.BillGroupInUse, managing.DefaultStaysOpen,
                        managing.ClosedIsNoDefault))  # fmt: skip
async def change_bill_group(
    workspace_id: UUID, bill_group_id: UUID, body: BillGroupChange, session: Session, access: CurrentAccess
) -> GroupMade:
    """Rename a bill group, change its terms, make it the default, close or open it, switch its portal and paying."""
    async with acting_for(session, access, workspace_id):
        group = await managing.change_group(session, workspace_id, bill_group_id, body)
    return GroupMade(id=group.id)


@router.get("/{workspace_id}/payment-methods", guard=allow("bill_group.view"), response_model=list[PaymentMethodRead],
            problems=(NotFound,))  # fmt: skip
async def list_payment_methods(read: CustomerReader, query: Annotated[PaymentMethodsQuery, Query()]) -> Response:
    """The saved payment methods of a customer, as `GET /api/billing/payment-methods` lists them. Staff cannot change
    them."""
    return json_response(await list_methods(read, query))


@router.get("/{workspace_id}/subscriptions", guard=allow("bill_group.view"),
            response_model=CountedPage[SubscriptionRead], problems=(NotFound,))  # fmt: skip
async def list_subscriptions(read: CustomerReader, query: Annotated[SubscriptionsQuery, Query()]) -> Response:
    """The subscriptions of a customer, newest first."""
    return json_response(await subscriptions.list_subscriptions(read, query))


@router.post("/{workspace_id}/subscriptions/{subscription_id}/move", guard=allow("bill_group.manage"),
             problems=(NotFound, MovedWithWhole, NotMovable, OtherCurrency, Unavailable))  # fmt: skip
async def move(
    workspace_id: UUID, subscription_id: UUID, body: SubscriptionMove, session: Session, access: CurrentAccess,
    once: Once,
) -> Moved:  # fmt: skip
    """Let another bill group of the customer pay for a subscription from its next billing date on. Issued invoices stay
    with the former one."""

    async def act() -> object:
        async with acting_for(session, access, workspace_id):
            return await move_subscription(session, workspace_id, subscription_id, body.bill_group_id)

    return await once(body, Moved, act)


@router.get("/{workspace_id}/invoices", guard=allow("bill_group.view"), response_model=CountedPage[InvoiceRead],
            problems=(NotFound,))  # fmt: skip
async def list_invoices(read: CustomerReader, today: Today, query: Annotated[InvoicesQuery, Query()]) -> Response:
    """The invoices of a customer, as `GET /api/billing/invoices` lists them."""
    return json_response(await invoices.list_invoices(read, query, today=today))
