"""Quotes at billing: those of the customer that one works in, and those of all customers for the provider's staff."""

from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from services.portal.clients.http import Answer, Api, Page
from services.portal.clients.sending import Streamed
from services.portal.clients.subscriptions import AtTermEnd, Billed

QuoteState = Literal["requested", "draft", "offered", "accepted", "ordered", "declined", "expired", "withdrawn"]
QuoteFilter = Literal["", "requested", "draft", "offered", "accepted", "ordered", "declined", "expired", "withdrawn"]
"""Empty: all."""


class QuoteSummary(Answer):
    id: UUID
    number: str
    state: QuoteState
    wish: str
    requested_by_address: str | None
    requested_at: datetime
    valid_until: date | None
    currency: str
    gross_minor: int | None

    @property
    def pill(self) -> str:
        return f"quote_{self.state}"


class ListedQuote(QuoteSummary):
    """A quote of any customer."""

    customer_name: str | None


class Interval(Answer):
    interval_months: int
    net_minor: int
    tax_minor: int


class Totals(Answer):
    once_net_minor: int
    once_tax_minor: int
    recurring: list[Interval]
    gross_minor: int
    """What is paid once, and for one interval of each line, with tax."""


class OfferLine(Answer):
    id: UUID
    display_name: str
    configuration: dict[str, Any]
    quantity: int
    interval_months: int
    billed: Billed
    term_months: int
    at_term_end: AtTermEnd
    unit_minor: int
    once_unit_minor: int
    net_minor: int
    """Of the whole quantity, per interval."""
    once_net_minor: int
    order_id: UUID | None


class Offer(Totals):
    version: int
    number: str
    state: Literal["open", "accepted", "declined", "expired", "superseded", "withdrawn"]
    currency: str
    valid_until: date
    terms: str
    offered_at: datetime
    document: Literal["printing", "ready", "failed"]
    lines: list[OfferLine]


class Acceptance(Answer):
    name: str
    address: str | None
    po_number: str
    at: datetime
    sha256: str | None


class Note(Answer):
    """Of the seller's people among themselves."""

    id: UUID
    written_by_address: str | None
    written_at: datetime
    body: str


class Message(Note):
    from_seller: bool


class Wished(Answer):
    """What was configured when it was asked for."""

    plan_version_id: UUID
    configuration: dict[str, Any]
    quantity: int


class Quote(Answer):
    id: UUID
    number: str
    state: QuoteState
    bill_group_id: UUID
    currency: str
    wish: str
    wished: Wished | None
    requested_by_address: str | None
    requested_at: datetime
    offer: Offer | None
    acceptance: Acceptance | None
    reason: str | None
    ended_at: datetime | None
    order_failure: str | None
    messages: list[Message]

    @property
    def pill(self) -> str:
        return f"quote_{self.state}"

    @property
    def is_being_priced(self) -> bool:
        return self.state in ("requested", "draft")


class DraftLine(Answer):
    plan_version_id: UUID
    configuration: dict[str, Any]
    quantity: int
    display_name: str
    recurring_minor: int
    one_off_minor: int
    field_prices: dict[str, int] | None
    term_months: int | None


class QuoteDraft(Answer):
    version: int = 0
    lines: list[DraftLine] = Field(default_factory=list)
    valid_until: date | None = None
    terms: str = ""


class SellersQuote(Quote):
    """A quote of any customer, with what only the seller sees."""

    workspace_id: UUID
    customer_name: str | None
    draft: QuoteDraft | None
    draft_totals: Totals | None
    notes: list[Note]


class QuoteChanged(Answer):
    id: UUID
    number: str


class Quoting:
    api: Api

    async def quotes(self, *, state: QuoteFilter = "", cursor: str = "", limit: int = 50) -> Page[QuoteSummary]:
        return await self.api.get("/quotes", Page[QuoteSummary], state=state, cursor=cursor, limit=limit)

    async def quote(self, quote_id: UUID) -> Quote:
        return await self.api.get(f"/quotes/{quote_id}", Quote)

    def offer_pdf(self, quote_id: UUID) -> AbstractAsyncContextManager[Streamed]:
        return self.api.stream(f"/quotes/{quote_id}/pdf")

    async def request_quote(
        self, wish: str, wished: dict[str, Any] | None, bill_group_id: UUID | None, key: str
    ) -> QuoteChanged:
        group = str(bill_group_id) if bill_group_id else None
        body = {"wish": wish, "wished": wished, "bill_group_id": group}
        return await self.api.post("/quotes", QuoteChanged, body, key=key)

    async def accept_quote(self, quote_id: UUID, version: int, name: str, po_number: str, key: str) -> QuoteChanged:
        body = {"offer_version": version, "name": name, "po_number": po_number}
        return await self.api.post(f"/quotes/{quote_id}/accept", QuoteChanged, body, key=key)

    async def decline_quote(self, quote_id: UUID, version: int, reason: str) -> QuoteChanged:
        body = {"offer_version": version, "reason": reason}
        return await self.api.post(f"/quotes/{quote_id}/decline", QuoteChanged, body)

    async def take_quote_back(self, quote_id: UUID) -> QuoteChanged:
        return await self.api.post(f"/quotes/{quote_id}/withdraw", QuoteChanged)

    async def write_about_quote(self, quote_id: UUID, text: str, key: str) -> Message:
        return await self.api.post(f"/quotes/{quote_id}/messages", Message, {"body": text}, key=key)

    async def all_quotes(self, *, state: QuoteFilter = "", cursor: str = "", limit: int = 50) -> Page[ListedQuote]:
        return await self.api.get("/quoting", Page[ListedQuote], state=state, cursor=cursor, limit=limit)

    async def begin_quote(self, customer_id: UUID, bill_group_id: UUID | None, key: str) -> QuoteChanged:
        group = str(bill_group_id) if bill_group_id else None
        path = f"/quoting/of-customers/{customer_id}"
        return await self.api.post(path, QuoteChanged, {"bill_group_id": group}, key=key)

    async def sellers_quote(self, quote_id: UUID) -> SellersQuote:
        return await self.api.get(f"/quoting/{quote_id}", SellersQuote)

    def sellers_offer_pdf(self, quote_id: UUID) -> AbstractAsyncContextManager[Streamed]:
        return self.api.stream(f"/quoting/{quote_id}/pdf")

    async def put_quote_draft(
        self, quote_id: UUID, version: int, lines: list[dict[str, Any]], valid_until: str | None, terms: str
    ) -> QuoteDraft:
        body = {"version": version, "lines": lines, "valid_until": valid_until, "terms": terms}
        return await self.api.put(f"/quoting/{quote_id}/draft", QuoteDraft, body)

    async def offer_quote(self, quote_id: UUID, draft_version: int, key: str) -> QuoteChanged:
        body = {"draft_version": draft_version}
        return await self.api.post(f"/quoting/{quote_id}/offer", QuoteChanged, body, key=key)

    async def revise_quote(self, quote_id: UUID) -> QuoteChanged:
        return await self.api.post(f"/quoting/{quote_id}/revise", QuoteChanged)

    async def withdraw_quote(self, quote_id: UUID, reason: str) -> QuoteChanged:
        return await self.api.post(f"/quoting/{quote_id}/withdraw", QuoteChanged, {"reason": reason})

    async def order_quote_again(self, quote_id: UUID, key: str) -> QuoteChanged:
        return await self.api.post(f"/quoting/{quote_id}/order-again", QuoteChanged, key=key)

    async def write_to_customer(self, quote_id: UUID, text: str, key: str) -> Message:
        return await self.api.post(f"/quoting/{quote_id}/messages", Message, {"body": text}, key=key)

    async def write_quote_note(self, quote_id: UUID, text: str, key: str) -> Note:
        return await self.api.post(f"/quoting/{quote_id}/notes", Note, {"body": text}, key=key)
