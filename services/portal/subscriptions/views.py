"""What the pages of subscriptions show."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.clients.billing import Subscription
from services.portal.forms import Form
from services.portal.terms import Choice
from services.portal.views import View


@dataclass(frozen=True)
class LaterEnd(View):
    """Renewing, which is one more term, or extending by some of them: until when, and what that costs."""

    template = "pages/subscriptions/later.html"
    subscription: Subscription
    choices: Sequence[Choice]
    way: str
    """``renew`` or ``extend``."""
    form: Form
