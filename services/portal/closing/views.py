"""What the page of closing an account shows."""

from dataclasses import dataclass

from services.portal.clients.closings import OwnClosing
from services.portal.clients.http import CountedPage
from services.portal.clients.provisioning import Service
from services.portal.forms import Form
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class CloseAccount(View):
    """What closing it means, with the way to ask for it; or until when it can be kept."""

    template = "pages/closing/close.html"
    found: Section[OwnClosing]
    services: Section[CountedPage[Service]]
    """The first of those that end."""
    open_invoices: Section[int]
    """How many can still be paid."""
    form: Form
