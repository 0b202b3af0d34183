"""What the pages show on which services are changed, suspended and cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.clients.billing import Subscription
from services.portal.clients.provisioning import Service, ServiceDetail
from services.portal.clients.subscriptions import ChangePreview, EndPreview
from services.portal.forms import Form
from services.portal.orders.change_offers import ChangeOffer
from services.portal.orders.differences import Difference
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class ChangePrice(View):
    """What the entries would cost. None: nobody can say."""

    template = "partials/orders/change_price.html"
    price: Section[ChangePreview] | None


@dataclass(frozen=True)
class ChangeForm(ChangePrice):
    template = "pages/orders/change.html"
    offer: ChangeOffer
    form: Form


@dataclass(frozen=True)
class ChangeReview(ChangePrice):
    template = "pages/orders/change_review.html"
    service: ServiceDetail
    differences: list[Difference]
    plan_name: str
    """Of the other plan; empty: it keeps its own."""
    asking: Form
    """What is entered on this page by who has to ask."""
    draft: str


@dataclass(frozen=True, slots=True)
class EndingPart:
    """A part of a service that ends with it."""

    service: Service
    subscription: Subscription | None
    """None: nothing is billed for it, or nobody says now."""


@dataclass(frozen=True)
class CancelForm(View):
    template = "pages/orders/cancel.html"
    service: ServiceDetail
    ending: Section[EndPreview] | None
    """What ending means; None where nothing is billed for it."""
    form: Form
    parts: Sequence[EndingPart]
    """What ends with it."""


@dataclass(frozen=True)
class MoveForm(View):
    template = "pages/orders/move.html"
    service: ServiceDetail
    places: Section[list[tuple[str, str]]]
    """Where it could be moved to, as a select takes them: at most a hundred."""
    form: Form


@dataclass(frozen=True)
class SuspendForm(View):
    template = "pages/orders/suspend.html"
    service: ServiceDetail
    form: Form
