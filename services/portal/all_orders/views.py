"""What the pages of the orders of all workspaces show."""

from dataclasses import dataclass

from services.portal.clients.acknowledging import WaitingOrder
from services.portal.clients.plans import PlanVersion
from services.portal.configuration import Property
from services.portal.forms import Form
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class AllOrdersList(ListPage):
    template = "pages/all_orders/list.html"
    to_acknowledge: int
    """How many wait for those who confirm or return them."""


@dataclass(frozen=True, slots=True)
class AgreedPrice:
    plan: str
    version: PlanVersion


@dataclass(frozen=True, slots=True)
class AgreedAlong:
    """What comes along with an order, at the price that was agreed."""

    name: str
    quantity: int | None
    price: Section[AgreedPrice | None]


@dataclass(frozen=True)
class AnswerOrder(View):
    template = "pages/all_orders/answer.html"
    order: WaitingOrder
    about: list[Property]
    """The quantity and the configuration."""
    price: Section[AgreedPrice | None]
    along: list[AgreedAlong]
    form: Form
    back: str
    """The list."""
