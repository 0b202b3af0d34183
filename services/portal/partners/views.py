"""What the pages of partners show."""

from dataclasses import dataclass

from services.portal.clients.closings import Closing
from services.portal.clients.customers import CustomersPage, Partner
from services.portal.customers.lists import ChildList
from services.portal.forms import Form
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class PartnerList(ListPage):
    template = "pages/partners/list.html"
    listed: ChildList


@dataclass(frozen=True)
class PartnerPage(ListPage):
    """A partner with its customers, which are only read here."""

    template = "pages/partners/partner.html"
    partner: Partner
    listed: ChildList
    customers: Section[CustomersPage]
    """Whose totals stand above the table."""
    counted: int
    """Up to how many customers the totals are exact."""
    closing: Section[Closing | None]
    """Who asked for its account to be closed, if anybody did."""


@dataclass(frozen=True)
class NewPartner(View):
    template = "pages/partners/new.html"
    form: Form
    listed: ChildList
