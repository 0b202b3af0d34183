"""What the pages of orders show."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.portal.audit.things import History
from services.portal.clients.agreeing import Order
from services.portal.clients.billing import BillGroup, Plan
from services.portal.clients.catalogue import Product, ProductSummary
from services.portal.clients.http import Page
from services.portal.clients.infrastructure import Site
from services.portal.clients.locations import Location
from services.portal.clients.provisioning import Service
from services.portal.clients.subscriptions import ChangePreview, EndPreview, PricePreview
from services.portal.configuration import Property
from services.portal.forms import Form
from services.portal.orders.along import Along, Total, ids_of, totals
from services.portal.orders.differences import Difference
from services.portal.orders.offers import Offer
from services.portal.tables.pages import ListPage
from services.portal.terms import Renewal
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class Catalogue(View):
    template = "pages/orders/catalogue.html"
    products: Section[Page[ProductSummary]]
    cursor: str
    location_id: UUID | None
    """Where what is ordered shall be deployed, if that was said already."""


@dataclass(frozen=True)
class PriceSummary(View):
    """What the entries would cost. None: they cannot be ordered."""

    template = "partials/orders/price.html"
    product: Product
    price: Section[PricePreview] | None
    along: Sequence[Along]
    """What comes along, with its prices."""
    totals: list[Total]
    """What all of it costs together; empty where nothing comes along."""


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
    whole: Service | None
    """The service that it is ordered for."""
    site: Site | None
    """Where it has to run; None: anywhere."""
    location: Location | None
    """Where it is deployed; None: at no location."""
    form: Form
    asking: Form
    """What is entered on this page by who has to ask."""
    draft: str
    """The sealed draft, which is in the address too."""
    placed: UUID | None
    """The order, if this draft was ordered already."""


@dataclass(frozen=True)
class OrderList(ListPage):
    template = "pages/orders/list.html"
    waiting: int
    """How many wait for the approval of those who may approve."""


@dataclass(frozen=True, slots=True)
class Approval:
    """What an order that waits for approval shows beside its configuration."""

    price: Section[PricePreview] | None
    """Of now, at which it would be placed; None of what changes or cancels a service."""
    price_before: Section[PricePreview] | None
    """When it was asked for; None if it is still the same."""
    plan_version_id: UUID
    """Of the price of now."""
    may_decide: bool
    own: bool
    """Whether the viewer asked for it."""
    change: Section[ChangePreview] | None = None
    """What a change would cost now."""
    ending: Section[EndPreview] | None = None
    """What a cancellation would mean now."""
    renewal: Section[Renewal] | None = None
    """What a renewal would mean now."""
    along: Sequence[Along] = ()
    """What would come along, at its prices of now."""

    @property
    def is_priced(self) -> bool:
        """Whether all prices at which it would be placed are shown."""
        shown = [self.price, *(each.price for each in self.along)]
        return all(each is not None and each.ready for each in shown)

    @property
    def totals(self) -> list[Total]:
        return totals(self.price, self.along)

    @property
    def brought(self) -> str:
        """The plan versions of what would come along, as the form sends them."""
        return " ".join(map(str, ids_of(self.along)))


@dataclass(frozen=True)
class RefuseOrder(View):
    template = "pages/orders/refuse.html"
    order: Order
    form: Form


@dataclass(frozen=True)
class Progress(View):
    template = "partials/orders/progress.html"
    order: Order
    final: bool
    approval: Approval | None
    """None: it does not wait for approval."""


@dataclass(frozen=True)
class OrderPage(Progress):
    template = "pages/orders/detail.html"
    about: list[Property]
    differences: list[Difference]
    """Of a change."""
    history: History
