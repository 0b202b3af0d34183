"""What the pages of quotes show."""

from dataclasses import dataclass
from typing import Any

from services.portal.audit.things import History
from services.portal.clients.billing import BillGroup, Plan
from services.portal.clients.catalogue import Product, ProductSummary
from services.portal.clients.http import Page
from services.portal.clients.quotes import DraftLine, OfferLine, Quote, SellersQuote
from services.portal.configuration import Property
from services.portal.forms import Form
from services.portal.orders.offers import Offer
from services.portal.problem_words import Words
from services.portal.product_fields import text_of
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section
from services.portal.views import View
from services.portal.vocabulary import words


@dataclass(frozen=True)
class QuoteList(ListPage):
    template = "pages/quotes/list.html"


@dataclass(frozen=True)
class AllQuotes(ListPage):
    template = "pages/quotes/all.html"


@dataclass(frozen=True)
class AskForQuote(View):
    template = "pages/quotes/ask.html"
    form: Form
    payers: list[BillGroup]
    """The open bill groups; empty where nobody knows now, and the service chooses."""
    product: Product | None
    """What was configured already; None: nothing."""
    about: list[Property]
    """Its quantity and configuration."""
    draft: str
    """The sealed draft of the order form."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of an offer, with its configuration in words."""

    line: OfferLine
    about: list[Property]


@dataclass(frozen=True)
class QuotePage(View):
    template = "pages/quotes/detail.html"
    quote: Quote
    lines: list[ShownLine]
    failure: Words | None
    """Why it could not be ordered yet."""
    accept: Form
    decline: Form
    write: Form
    history: History


@dataclass(frozen=True, slots=True)
class ShownDraftLine:
    position: int
    line: DraftLine
    about: list[Property]


@dataclass(frozen=True)
class SellersQuotePage(View):
    template = "pages/quotes/sellers_detail.html"
    quote_path: str
    """Its address."""
    quote: SellersQuote
    lines: list[ShownLine]
    """Of the newest offer."""
    drafted: list[ShownDraftLine]
    wished: list[Property]
    """What was configured when it was asked for."""
    failure: Words | None
    """Why it could not be ordered yet."""
    draft: Form
    write: Form
    note: Form
    withdraw: Form
    may_manage: bool


@dataclass(frozen=True)
class BeginQuote(View):
    template = "pages/quotes/begin.html"
    customer_name: str
    back: str
    form: Form
    group_options: list[tuple[str, str]]
    """The open bill groups, as a select takes them."""


@dataclass(frozen=True)
class ChooseProduct(View):
    template = "pages/quotes/choose.html"
    quote_path: str
    quote: SellersQuote
    products: Section[Page[ProductSummary]]
    cursor: str


@dataclass(frozen=True)
class DraftLineForm(View):
    template = "pages/quotes/line.html"
    quote_path: str
    """The address of the quote."""
    quote: SellersQuote
    offer: Offer
    form: Form
    plans: list[Plan]
    """In the currency of the quote."""
    charged: list[tuple[str, str]]
    """The fields that are charged for, by name, with their labels."""


@dataclass(frozen=True)
class ChangeDraftLine(View):
    template = "pages/quotes/change_line.html"
    quote_path: str
    quote: SellersQuote
    position: int
    form: Form


def configured(configuration: dict[str, Any]) -> list[Property]:
    """A configuration in words, without its product's form."""
    return [Property(words(name), text_of(value)) for name, value in configuration.items()]
