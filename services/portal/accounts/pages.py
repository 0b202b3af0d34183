"""A customer's account: its bill groups, and one of them with all that belongs to it."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.accounts.views import Account, GroupNextInvoice, GroupPage, PortalsOfCustomer
from services.portal.clients.access_rules import GroupAccess
from services.portal.clients.billing import Invoice, Subscription
from services.portal.clients.http import CountedPage
from services.portal.clients.payments import PaymentMethod
from services.portal.customers.account_paths import ACCOUNT, PROVIDER_GROUP, Base, account_path, group_path
from services.portal.customers.closings import closing_of
from services.portal.forms import Form
from services.portal.invoice_lines import Estimate, estimate_of
from services.portal.rendering import page
from services.portal.revenue import revenue_of
from services.portal.viewer import InWorkspace, Section, Viewer, section

router = APIRouter()


@router.get(ACCOUNT)
async def account(request: Request, viewer: InWorkspace, base: Base, customer_id: UUID) -> Response:
    if base == "partner":
        return await _portals(request, viewer, customer_id)
    customer, groups, mrr = await asyncio.gather(
        viewer.services.identity.customer(customer_id),
        section(viewer, "bill_group.view", lambda: viewer.services.billing.customer_groups(customer_id)),
        section(viewer, "bill_group.view", lambda: viewer.services.billing.customer_mrr(customer_id)),
    )
    revenue = revenue_of(mrr.content or [])
    path, closing = account_path(viewer, customer_id), await closing_of(viewer, customer)
    return page(request, Account(customer, path, groups, mrr, revenue, closing))


async def _portals(request: Request, viewer: Viewer, customer_id: UUID) -> Response:
    """A partner decides who may open the portals of its customers. Their money is between them and the provider."""
    identity = viewer.services.identity
    customer, groups = await asyncio.gather(
        identity.customer(customer_id),
        section(viewer, "access_rule.manage", lambda: identity.group_access(customer_id)),
    )
    path, closing = account_path(viewer, customer_id), await closing_of(viewer, customer)
    return page(request, PortalsOfCustomer(customer, path, groups, closing))


@router.get(PROVIDER_GROUP)
async def bill_group(
    request: Request, viewer: InWorkspace, customer_id: UUID, group_id: UUID, cursor: str = "", invoices: str = ""
) -> Response:
    """``cursor`` is that of the subscriptions, ``invoices`` that of the invoices."""
    return await group_page(request, viewer, customer_id, group_id, Form(), cursor=cursor, invoices=invoices)


async def group_page(
    request: Request, viewer: Viewer, customer_id: UUID, group_id: UUID, form: Form, status: int = 200, *,
    cursor: str = "", invoices: str = "",
) -> Response:  # fmt: skip
    """The page of a group, with what a refused form says. Its lists may fail alone."""
    billing = viewer.services.billing
    customer, group, upcoming, groups, lists = await asyncio.gather(
        viewer.services.identity.customer(customer_id),
        billing.customer_group(customer_id, group_id),
        section(viewer, "bill_group.view", lambda: billing.customer_next_invoice(customer_id, group_id)),
        billing.customer_groups(customer_id),
        _lists(viewer, customer_id, group_id, cursor, invoices),
    )
    others = [each for each in groups if each.id != group_id and not each.is_closed and each.currency == group.currency]
    path = account_path(viewer, customer_id)
    shown = GroupPage(customer, path, group, upcoming, others, *lists, cursor, invoices, form.key, form)
    return page(request, shown, status)


Lists = tuple[
    Section[CountedPage[Subscription]],
    Section[CountedPage[Invoice]],
    Section[list[PaymentMethod]],
    Section[list[GroupAccess]],
]


async def _lists(viewer: Viewer, customer_id: UUID, group_id: UUID, cursor: str, invoices: str) -> Lists:
    billing, about = viewer.services.billing, (customer_id, group_id)
    return await asyncio.gather(
        section(viewer, "bill_group.view", lambda: billing.customer_subscriptions(*about, cursor=cursor)),
        section(viewer, "bill_group.view", lambda: billing.customer_invoices(*about, cursor=invoices)),
        section(viewer, "bill_group.view", lambda: billing.customer_methods(*about)),
        section(viewer, "access_rule.manage", lambda: _access_to(viewer, *about)),
    )


async def _access_to(viewer: Viewer, customer_id: UUID, group_id: UUID) -> list[GroupAccess]:
    """Of one group; none while identity does not know it yet."""
    return [each for each in await viewer.services.identity.group_access(customer_id) if each.id == group_id]


@router.get(PROVIDER_GROUP + "/next-invoice")
async def next_invoice(request: Request, viewer: InWorkspace, customer_id: UUID, group_id: UUID) -> Response:
    """The lines of the estimated next invoice."""
    billing = viewer.services.billing

    async def read() -> Estimate:
        return estimate_of(await billing.customer_next_invoice(customer_id, group_id))

    customer, group, estimate = await asyncio.gather(
        viewer.services.identity.customer(customer_id),
        billing.customer_group(customer_id, group_id),
        section(viewer, "bill_group.view", read),
    )
    return page(request, GroupNextInvoice(customer, group_path(viewer, customer_id, group_id), group, estimate))
