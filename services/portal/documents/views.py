"""What the pages of documents show."""

from dataclasses import dataclass

from services.portal.clients.billing import BillGroup
from services.portal.clients.customers import Customer
from services.portal.clients.documents import Document
from services.portal.forms import Form
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class OwnDocuments(ListPage):
    template = "pages/documents/list.html"


@dataclass(frozen=True)
class CustomerDocuments(ListPage):
    template = "pages/documents/of_customer.html"
    customer: Customer
    path: str
    """The account's path."""
    groups: Section[list[BillGroup]]
    form: Form


@dataclass(frozen=True)
class DocumentRemoval(View):
    template = "pages/documents/remove.html"
    customer: Customer
    path: str
    document: Document
