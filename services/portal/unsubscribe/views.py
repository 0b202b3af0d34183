"""What the page behind the link of a mail shows."""

from dataclasses import dataclass

from services.portal.clients.notices import Subscription
from services.portal.views import View


@dataclass(frozen=True)
class UnsubscribePage(View):
    template = "pages/unsubscribe/page.html"
    subscription: Subscription | None
    """None where the link is not valid."""
    token: str
    done: bool
    """Whether the link was pressed just now."""
    message: str = ""
    """Why it could not be done."""
