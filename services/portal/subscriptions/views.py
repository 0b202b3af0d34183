"""What the pages of subscriptions show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.clients.billing import Subscription
from services.portal.forms import Form
from services.portal.views import View


@dataclass(frozen=True, slots=True)
class Choice:
    """A later end of the term."""

    months: int
    last_day: date
    cost_minor: int | None
    """Of these months, without tax; None where intervals do not divide them."""


@dataclass(frozen=True)
class LaterEnd(View):
    """Renewing, which is one more term, or extending by some of them: until when, and what that costs."""

    template = "pages/subscriptions/later.html"
    subscription: Subscription
    choices: Sequence[Choice]
    way: str
    """``renew`` or ``extend``."""
    form: Form
