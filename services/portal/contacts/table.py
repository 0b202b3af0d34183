"""The list of contacts."""

from markupsafe import Markup

from services.portal.atoms import icon
from services.portal.clients.identity import Contact
from services.portal.tables import Choice, Column, Empty, Search, Sort, Table
from services.portal.tables.cells import NOTHING, comes_back, icon_link, link_button, person
from services.portal.viewer import Viewer
from services.portal.vocabulary import CONTACT_KINDS
from shared.language import gettext as _
from shared.language import mark


def _contact(contact: Contact, viewer: Viewer) -> Markup:
    return person(contact.display_name, contact.address, contact.display_name) + comes_back(contact.mail_returned_at)


def _mail(contact: Contact, viewer: Viewer) -> str:
    """Only contacts for administration can get this mail."""
    if contact.kind != "admin":
        return NOTHING
    return _("On") if contact.is_mailed else _("Off")


def _acts(contact: Contact, viewer: Viewer) -> Markup | str:
    if not viewer.may("contact.edit"):
        return ""
    path, name = viewer.path(f"contacts/{contact.id}"), contact.display_name
    remove = icon_link(f"{path}/remove", icon("trash"), _("Remove %(name)s", name=name))
    return link_button(path, _("Edit"), _("Edit %(name)s", name=name)) + remove


def _empty(viewer: Viewer) -> Empty:
    text = _("Add people who should get mail about administration, technology or billing.")
    href = viewer.path("contacts/new") if viewer.may("contact.edit") else ""
    return Empty("address-book", _("No contacts yet"), text, href, _("Add contact"))


CONTACTS: Table[Contact] = Table(
    id="contacts",
    caption=mark("Contacts"),
    exported=("identity", "contacts"),
    columns=(
        Column(
            "contact",
            mark("Contact"),
            _contact,
            may_hide=False,
        ),
        Column("kind", mark("Kind"), lambda contact, viewer: CONTACT_KINDS[contact.kind]),
        Column("mail", mark("Mail about services"), _mail, look="when"),
    ),
    filters=(
        Search("q", mark("Search contacts"), mark("Search by name or address")),
        Choice("kind", mark("Kind"), lambda: list(CONTACT_KINDS.items()), mark("All kinds")),
    ),
    sorts=(Sort("name", mark("Name")),),
    empty=_empty,
    actions=_acts,
)
