"""What the pages of contacts show."""

from dataclasses import dataclass

from services.portal.clients.identity import Contact
from services.portal.forms import Form
from services.portal.tables.pages import ListPage
from services.portal.views import View


@dataclass(frozen=True)
class ContactList(ListPage):
    template = "pages/contacts/list.html"


@dataclass(frozen=True)
class ContactForm(View):
    template = "pages/contacts/form.html"
    form: Form
    contact: Contact | None
    """The one that is changed; None: a new one."""


@dataclass(frozen=True)
class ContactRemoval(View):
    template = "pages/contacts/remove.html"
    contact: Contact
