"""What the pages of partners show."""

from dataclasses import dataclass

from services.portal.customers.lists import ChildList
from services.portal.forms import Form
from services.portal.tables.pages import ListPage
from services.portal.views import View


@dataclass(frozen=True)
class PartnerList(ListPage):
    template = "pages/partners/list.html"
    listed: ChildList


@dataclass(frozen=True)
class NewPartner(View):
    template = "pages/partners/new.html"
    form: Form
    listed: ChildList
