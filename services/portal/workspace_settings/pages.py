"""The settings of a workspace: its name and URL; the language that its contacts and its documents are written to in;
and, if it has customers, where these get help and its postal address."""

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.choices import languages
from services.portal.clients import Refused
from services.portal.clients.workspace_settings import SettingsEntry, WorkspaceSettings
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.rendering import page, see_other
from services.portal.viewer import InWorkspace, Section, Viewer, section
from services.portal.whom_to_ask import Helper, as_said, sales_of
from services.portal.workspace_settings.views import WorkspaceSettingsPage
from shared.language import gettext as _

router = APIRouter()

REACHED = (
    "support_hours", "emergency_phone", "help_url", "status_url", "sales_name", "sales_address", "sales_phone",
)  # fmt: skip
"""How customers reach their seller, besides its support address."""


@router.get("/w/{slug}/settings")
async def edit_settings(request: Request, viewer: InWorkspace) -> Response:
    found = await section(viewer, "workspace.edit", viewer.services.identity.workspace_settings)
    return _form(request, found, Form(_values(found.value) if found.ready else {}))


@router.post("/w/{slug}/settings")
async def change_settings(request: Request, viewer: InWorkspace) -> Response:
    form = await read_form(request)
    try:
        changed = await viewer.services.identity.change_workspace_settings(_entry(viewer, form))
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        return _form(request, Section("ready"), _refused(form, refusal), refusal.status)
    if changed.slug == viewer.workspace.slug:
        browser_of(request).say(_("The settings are saved."))
    else:
        browser_of(request).say(_("The settings are saved. The former URL leads here for a year."))
    return see_other(f"/w/{changed.slug}/settings")


def _values(settings: WorkspaceSettings) -> dict[str, str]:
    return {
        "display_name": settings.display_name,
        "locale": settings.locale,
        "support_address": settings.support_address or "",
        "support_phone": settings.support_phone or "",
        "postal_lines": "\n".join(settings.postal_lines),
        "asks_entry_reason": "true" if settings.asks_entry_reason else "false",
        **{name: getattr(settings, name) or "" for name in REACHED},
    }


def _entry(viewer: Viewer, form: Form) -> SettingsEntry:
    """A page that was opened before names could be changed sends none."""
    entry: SettingsEntry = {"locale": form.value("locale")}
    if "display_name" in form.values:
        entry |= {"display_name": form.value("display_name"), "new_url": form.value("new_url") == "true"}
    if viewer.workspace.kind == "customer":
        return entry
    lines = [line.strip() for line in form.value("postal_lines").splitlines()]
    entry |= {
        "support_address": form.value("support_address") or None,
        "support_phone": form.value("support_phone") or None,
        "postal_lines": [line for line in lines if line],
    }
    if "support_hours" not in form.values:  # as above
        return entry
    if "asks" in form.values:
        entry["asks_entry_reason"] = form.value("asks_entry_reason") == "true"
    entry |= {
        "support_hours": form.value("support_hours") or None,
        "emergency_phone": form.value("emergency_phone") or None,
        "help_url": form.value("help_url") or None,
        "status_url": form.value("status_url") or None,
    }
    if "sales_name" not in form.values:  # as above
        return entry
    return entry | {
        "sales_name": form.value("sales_name") or None,
        "sales_address": form.value("sales_address") or None,
        "sales_phone": form.value("sales_phone") or None,
    }


def _refused(form: Form, refusal: Refused) -> Form:
    """What is wrong with a line of the postal address is said at the field that holds all of them."""
    lines = [
        replace(each, pointer="/postal_lines") for each in refusal.errors if each.pointer.startswith("/postal_lines")
    ]
    others = [each for each in refusal.errors if not each.pointer.startswith("/postal_lines")]
    return form.refused(replace(refusal, errors=others + lines[:1]))


def _form(request: Request, settings: Section[WorkspaceSettings], form: Form, status: int = 200) -> Response:
    helper, sales = _helper(settings.content), sales_of(settings.content)
    return page(request, WorkspaceSettingsPage(settings, form, languages(), helper, sales), status)


def _helper(saved: WorkspaceSettings | None) -> Helper | None:
    """What customers see of what is saved; None where it says nothing."""
    if saved is None:
        return None
    helper = as_said(saved)
    return helper if helper.reachable else None
