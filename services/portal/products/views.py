"""What the pages of the provider's catalogue show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.portal.audit.things import History
from services.portal.clients.billing import Plan
from services.portal.clients.catalogue import CatalogueProduct, CatalogueSummary, Driver, ProductSummary
from services.portal.clients.http import Page
from services.portal.clients.plans import PlanHistory, PlanVersion
from services.portal.configuration import Property
from services.portal.forms import Form
from services.portal.orders.offers import Offer
from services.portal.products.schema_rows import Row
from services.portal.products.transfer import Difference
from services.portal.products.words import Options
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class ProductsPage(View):
    template = "pages/products/list.html"
    products: Section[Page[CatalogueSummary]] | Section[Page[ProductSummary]]
    plans: Section[list[Plan]]
    rows: Sequence[tuple[ProductSummary, list[Plan]]]
    """Each product with its plans."""
    cursor: str
    state: str
    """The state that is shown; empty: all but retired."""
    path: str
    keeps: bool
    """Whether the viewer keeps the catalogue: sees states, and may change it."""


@dataclass(frozen=True)
class ProductPage(View):
    template = "pages/products/detail.html"
    product: CatalogueProduct
    about: Section[list[Property]]
    """What the order form asks for."""
    counted: str
    """How a cloud connection counts; empty for others."""
    needs: Sequence[Property]
    """What one service takes of a host; empty: it runs on none."""
    relations: Sequence[Property]
    """What it is an add-on to, and what it brings along."""
    plans: Section[list[PlanHistory]]
    """All of them, also withdrawn ones."""
    labels: Mapping[str, str]
    """Of the fields of its configuration, by name."""
    history: History
    path: str


@dataclass(frozen=True)
class ProductForm(View):
    """A product that is entered or changed."""

    template = "pages/products/form.html"
    product: CatalogueProduct | None
    """None: a new one."""
    form: Form
    rows: Sequence[Row]
    may_build: bool
    """Whether the rows can show all of the schema."""
    kind_options: Options
    countings: Options
    field_types: Options
    drivers: Section[list[Driver]]
    driver_names: Options
    resources: Options
    """The entries of what a service takes, with their labels."""
    others: Options
    """The products that it can belong to, by key."""
    brought_rows: range
    """The rows of what comes along."""
    path: str
    """Of this form."""
    above: tuple[str, str]
    """The path and the name of the page above."""


@dataclass(frozen=True)
class ProductPreview(View):
    """The order form of a product that is not published yet."""

    template = "pages/products/preview.html"
    offer: Offer
    ordering: Form
    """The order form's own entries: none."""
    along: list[Property]
    """What comes along."""
    form: Form
    """The product's."""
    path: str
    above: tuple[str, str]


@dataclass(frozen=True)
class Withdrawal(View):
    """Whether to withdraw a product."""

    template = "pages/products/withdraw.html"
    product: CatalogueProduct
    path: str


@dataclass(frozen=True)
class PlanForm(View):
    """A plan that is entered."""

    template = "pages/products/plan_form.html"
    product: CatalogueProduct
    form: Form
    field_names: Sequence[str]
    """What terms can name."""
    charged_fields: Mapping[str, str]
    """The fields whose units can have a price, with their labels."""
    path: str
    """Of this form."""
    above: str
    """The path of the product."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """Prices, and for which configurations they are, in lines."""

    prices: PlanVersion
    terms: str


@dataclass(frozen=True)
class PlanPage(PlanForm):
    """A plan with its prices over time, and the form for new ones."""

    template = "pages/products/plan.html"
    plan: PlanHistory
    versions: Sequence[VersionRow]


@dataclass(frozen=True)
class PlanWithdrawal(View):
    """Whether to withdraw a plan."""

    template = "pages/products/withdraw_plan.html"
    plan: PlanHistory
    path: str


@dataclass(frozen=True, slots=True)
class ImportItem:
    """A product of a document, or a plan of it."""

    name: str
    """The product's."""
    plan: str
    """The plan's; empty: the product itself."""
    act: str
    """``created``, ``changed`` or ``same``."""
    differences: Sequence[Difference]
    failure: str = ""
    """Why it was not done."""


@dataclass(frozen=True)
class Import(View):
    """A document of the catalogue, and what it changes."""

    template = "pages/products/import.html"
    path: str
    document: str
    faults: Sequence[str]
    items: Sequence[ImportItem]
    shown: bool
    """Whether a document was sent."""
    done: bool
    """Whether it was applied."""
