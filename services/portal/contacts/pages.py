"""Company contacts: people who get mail. A contact has no access, and a user is not a contact (P29)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.identity import Contact, ContactEntry
from services.portal.contacts.table import CONTACTS
from services.portal.contacts.views import ContactForm, ContactList, ContactRemoval
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.rendering import page, see_other
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()

SWITCHES = ("wants_service_mail", "wants_deletion_mail", "wants_reminder_mail")


@router.get("/w/{slug}/contacts")
async def contacts(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(CONTACTS, request.query_params, viewer)
    read = viewer.services.identity.contacts
    found = await section(viewer, "contact.list", lambda: read(**state.asked(), **state.page(), limit=PAGE_SIZE))
    table = TableView(CONTACTS, state, found, viewer, viewer.path("contacts"))
    return list_page(request, ContactList(table))


@router.get("/w/{slug}/contacts/new")
async def new_contact(request: Request, viewer: InWorkspace) -> Response:
    return _form(request, Form(dict.fromkeys(SWITCHES, "true")), None)


@router.post("/w/{slug}/contacts/new")
async def add_contact(request: Request, viewer: InWorkspace) -> Response:
    form = await read_form(request)
    try:
        await viewer.services.identity.add_contact(_entry(form, viewer), form.key)
    except Refused as refusal:
        return _refused(request, form, refusal, None)
    browser_of(request).say(_("%(name)s is a contact now.", name=form.value("display_name")))
    return see_other(viewer.path("contacts"))


@router.get("/w/{slug}/contacts/{contact_id}")
async def edit_contact(request: Request, viewer: InWorkspace, contact_id: UUID) -> Response:
    contact = await viewer.services.identity.contact(contact_id)
    values = {"kind": contact.kind, "address": contact.address, "display_name": contact.display_name}
    on = {name: _is_on(contact, name) for name in SWITCHES}
    return _form(request, Form(values | {name: "true" for name in SWITCHES if on[name]}), contact)


@router.post("/w/{slug}/contacts/{contact_id}")
async def change_contact(request: Request, viewer: InWorkspace, contact_id: UUID) -> Response:
    form = await read_form(request)
    try:
        await viewer.services.identity.change_contact(contact_id, _entry(form, viewer))
    except Refused as refusal:
        return _refused(request, form, refusal, await viewer.services.identity.contact(contact_id))
    browser_of(request).say(_("%(name)s is saved.", name=form.value("display_name")))
    return see_other(viewer.path("contacts"))


@router.get("/w/{slug}/contacts/{contact_id}/remove")
async def confirm_removal(request: Request, viewer: InWorkspace, contact_id: UUID) -> Response:
    contact = await viewer.services.identity.contact(contact_id)
    return page(request, ContactRemoval(contact))


@router.post("/w/{slug}/contacts/{contact_id}/remove")
async def remove_contact(request: Request, viewer: InWorkspace, contact_id: UUID) -> Response:
    await viewer.services.identity.remove_contact(contact_id)
    browser_of(request).say(_("The contact is removed and gets no more mail."))
    return see_other(viewer.path("contacts"))


def _is_on(contact: Contact, name: str) -> bool:
    switched: bool | None = getattr(contact, name)
    return contact.wants_service_mail if switched is None else switched


def _entry(form: Form, viewer: Viewer) -> ContactEntry:
    """The form of the provider's contacts alone has the switch of overdue invoices."""
    entry: ContactEntry = {
        "kind": form.value("kind"),
        "address": form.value("address"),
        "display_name": form.value("display_name"),
        "wants_service_mail": form.value("wants_service_mail") == "true",
        "wants_deletion_mail": form.value("wants_deletion_mail") == "true",
    }
    if viewer.workspace.kind == "provider":
        entry["wants_reminder_mail"] = form.value("wants_reminder_mail") == "true"
    return entry


def _form(request: Request, form: Form, contact: Contact | None, status: int = 200) -> Response:
    return page(request, ContactForm(form, contact), status)


def _refused(request: Request, form: Form, refusal: Refused, contact: Contact | None) -> Response:
    if refusal.status not in IN_THE_FORM:
        raise refusal
    return _form(request, form.refused(refusal), contact, refusal.status)
