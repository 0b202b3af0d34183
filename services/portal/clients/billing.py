"""Billing: bill groups, invoices, payments, plans, spend. Amounts are whole minor units (D20)."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from services.portal.clients.figures import Counting
from services.portal.clients.http import Answer, CountedPage, Page
from services.portal.clients.own_accounts import OwnMoney
from services.portal.clients.own_data import Keeping
from services.portal.clients.payments import Paying
from services.portal.clients.plans import Pricing
from services.portal.clients.quotes import Quoting
from services.portal.clients.sending import Streamed
from services.portal.clients.subscriptions import AtTermEnd, Billed, Priced, Subscribing, Tax
from services.portal.clients.unfinished import Unfinished

InvoiceFilter = Literal["", "open", "partially_paid", "paid", "overdue"]
SubscriptionFilter = Literal["", "pending", "active", "paused", "ended"]
"""Filters by status; empty: all."""
InvoiceSort = Literal["", "issued_on", "due_on", "total"]
"""Empty: the service's own."""

PAGES = 5


class Plan(Answer):
    plan_version_id: UUID
    product_id: UUID
    display_name: str
    currency: str
    recurring_minor: int
    one_off_minor: int
    field_prices: dict[str, int]
    """Per interval besides, for each unit of a whole number in the configuration, by the field."""
    interval_months: int
    billed: Billed
    term_months: int
    """The minimum term; 0: it runs until it is cancelled."""
    at_term_end: AtTermEnd
    may_pause: bool
    terms: dict[str, list[bool | int | float | str]]
    """For which configurations it is: the values that fields may have."""


class Party(Answer):
    """A billing or shipping contact, with the postal data that invoices carry."""

    display_name: str = ""
    address: str = ""
    company: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""


class Profile(Answer):
    """What invoices say of the buyer besides its address."""

    po_number: str = ""
    vat_number: str = ""
    registration_number: str = ""


class BillGroup(Answer):
    id: UUID
    display_name: str
    is_default: bool
    is_closed: bool
    paying_on: bool
    currency: str
    po_number: str
    vat_number: str
    vat_check: Literal["none", "valid", "invalid", "unchecked"]
    registration_number: str
    frequency: str
    auto_pay: bool
    terms_days: int
    next_billing_on: date | None
    outstanding_minor: int
    overdue_minor: int
    credit_minor: int
    unused_minor: int
    """Credit for unused days: it is taken off the next invoices."""
    past_due: bool
    contacts: dict[str, Party | None]


class Subscription(Answer):
    id: UUID
    bill_group_id: UUID
    service_id: UUID
    service_kind: str
    description: str
    """What people call the service."""
    product_name: str
    quantity: int
    currency: str
    recurring_minor: int
    """Of a single piece per interval, with what ``priced`` says."""
    priced: dict[str, Priced]
    """The whole numbers of its configuration that are charged for, by field."""
    recurring_total_minor: int
    """For the whole quantity per interval."""
    one_off_minor: int
    interval_months: int
    billed: Billed
    status: str
    clock: str
    """Whether its billing has started (D9)."""
    billing_starts_at: datetime | None = None
    billing_started_at: datetime | None = None
    term_months: int
    """The minimum term; 0: it runs until it is cancelled."""
    term_ends_on: date | None
    """The day after the term's last one."""
    at_term_end: AtTermEnd
    ends_on: date | None
    """Cancelled for this day: the first one that is not billed."""
    paused: bool
    may_pause: bool
    """Whether its plan lets it be paused."""
    may_renew: bool

    @property
    def term_last_on(self) -> date | None:
        return self.term_ends_on - timedelta(days=1) if self.term_ends_on else None


class Invoice(Answer):
    id: UUID
    bill_group_id: UUID
    number: str
    status: str
    overdue: bool
    issued_on: date
    due_on: date
    currency: str
    total_minor: int
    paid_minor: int

    @property
    def state(self) -> str:
        """The status, or ``overdue``, which is derived from the due date but shown like a state."""
        return "overdue" if self.overdue else self.status

    @property
    def payable(self) -> bool:
        return self.status in ("open", "partially_paid")

    @property
    def due_minor(self) -> int:
        return self.total_minor - self.paid_minor if self.payable else 0


class Line(Answer):
    kind: str
    description: str
    product_name: str
    """What the service is, if people call it otherwise."""
    service_id: UUID
    period_from: date
    period_to: date
    interval_months: int | None
    days: int | None
    whole_days: int | None
    """Of how many days of the interval that the price is for the amount is; null for what is paid once."""
    quantity: int
    unit_minor: int
    net_minor: int
    tax_percent: str
    tax_minor: int


class InvoiceParty(Answer):
    """The seller or the buyer as they were at issue."""

    name: str
    postal_lines: tuple[str, ...] = ()
    vat_number: str = ""
    registration_number: str = ""


class Seller(InvoiceParty):
    bank_account: str = ""


class Buyer(InvoiceParty):
    account_number: str = ""
    attention: str = ""
    po_number: str = ""


class InvoiceDetail(Invoice):
    document: Literal["printing", "ready", "failed"]
    """Whether its PDF can be downloaded."""
    net_minor: int
    tax_minor: int
    seller: Seller
    buyer: Buyer
    lines: list[Line]


class NextInvoice(Answer):
    """What the next invoice of a bill group comes to, if nothing changes until then."""

    currency: str
    billing_on: date | None
    """Null while nothing is billed."""
    estimated_minor: int | None
    """With tax. Null without a date, and where it is not estimated."""
    net_minor: int | None
    taxes: list[Tax]
    line_count: int
    lines: list[Line]
    """The first ones."""


@dataclass(frozen=True)
class Billing(Paying, Pricing, Quoting, Subscribing, Counting, Keeping, OwnMoney, Unfinished):
    async def plans(self, product_ids: Sequence[UUID]) -> list[Plan]:
        """All plans of these products, by name. There are few; a page that asks is not kept waiting for more than
        ``PAGES`` of them."""
        found: list[Plan] = []
        cursor: str | None = ""
        for _ in range(PAGES if product_ids else 0):
            query = {"product_id": list(map(str, product_ids)), "cursor": cursor, "limit": 200}
            page = await self.api.get("/plans", Page[Plan], **query)
            found, cursor = found + page.items, page.next
            if not cursor:
                break
        return found

    async def bill_groups(self) -> list[BillGroup]:
        return await self.api.get("/bill-groups", list[BillGroup])

    async def next_invoice(self, bill_group_id: UUID) -> NextInvoice:
        return await self.api.get(f"/next-invoices/{bill_group_id}", NextInvoice)

    async def change_contact(self, bill_group_id: UUID, kind: Literal["billing", "shipping"], party: Party) -> None:
        await self.api.put(f"/bill-groups/{bill_group_id}/contacts/{kind}", type(None), party.model_dump())

    async def change_profile(self, bill_group_id: UUID, profile: Profile) -> None:
        await self.api.put(f"/bill-groups/{bill_group_id}/profile", type(None), profile.model_dump())

    async def subscriptions(
        self, *, service_id: UUID | None = None, bill_group_id: UUID | None = None, status: SubscriptionFilter = "",
        count: bool = False, cursor: str = "", limit: int = 200,
    ) -> CountedPage[Subscription]:  # fmt: skip
        query = {"service_id": service_id, "bill_group_id": bill_group_id, "status": status, "count": count}
        return await self.api.get("/subscriptions", CountedPage[Subscription], **query, cursor=cursor, limit=limit)

    async def invoices(
        self, *, q: str = "", status: InvoiceFilter = "", bill_group_id: UUID | None = None,
        issued_from: date | None = None, issued_to: date | None = None, sort: InvoiceSort = "",
        descending: bool | None = None, count: bool = False, cursor: str = "", limit: int = 50,
    ) -> CountedPage[Invoice]:  # fmt: skip
        days = {"from": issued_from, "to": issued_to}
        query = {"q": q, "status": status, "bill_group_id": bill_group_id, "sort": sort, "descending": descending}
        return await self.api.get(
            "/invoices", CountedPage[Invoice], **query, **days, count=count, cursor=cursor, limit=limit
        )

    async def invoice(self, invoice_id: UUID) -> InvoiceDetail:
        return await self.api.get(f"/invoices/{invoice_id}", InvoiceDetail)

    def invoice_pdf(self, invoice_id: UUID, archive: UUID | None = None) -> AbstractAsyncContextManager[Streamed]:
        """The PDF as a stream. ``archive``: for which archive, if not for itself."""
        return self.api.stream(f"/invoices/{invoice_id}/pdf", archive=archive)
