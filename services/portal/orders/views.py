"""What the pages of orders show."""

from dataclasses import dataclass
from uuid import UUID

from services.portal.audit.things import History
from services.portal.clients.billing import BillGroup, Plan, PricePreview
from services.portal.clients.catalogue import Product, ProductSummary
from services.portal.clients.http import Page
from services.portal.clients.provisioning import Order
from services.portal.configuration import Property
from services.portal.forms import Form
from services.portal.orders.offers import Offer
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class Catalogue(View):
    template = "pages/orders/catalogue.html"
    products: Section[Page[ProductSummary]]
    cursor: str


@dataclass(frozen=True)
class PriceSummary(View):
    """What the entries would cost. None: they cannot be ordered."""

    template = "partials/orders/price.html"
    product: Product
    price: Section[PricePreview] | None


@dataclass(frozen=True)
class OrderForm(PriceSummary):
    template = "pages/orders/configure.html"
    offer: Offer
    form: Form


@dataclass(frozen=True)
class Review(PriceSummary):
    template = "pages/orders/review.html"
    plan: Plan | None
    """None: the order was placed at one that is no longer offered."""
    about: list[Property]
    """The quantity and the configuration."""
    payer: BillGroup | None
    """Who pays; None: nobody knows now."""
    form: Form
    draft: str
    """The sealed draft, which is in the address too."""
    placed: UUID | None
    """The order, if this draft was ordered already."""


@dataclass(frozen=True)
class OrderList(ListPage):
    template = "pages/orders/list.html"


@dataclass(frozen=True)
class Progress(View):
    template = "partials/orders/progress.html"
    order: Order
    final: bool


@dataclass(frozen=True)
class OrderPage(Progress):
    template = "pages/orders/detail.html"
    about: list[Property]
    history: History
