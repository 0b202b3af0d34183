"""The settings of a workspace: the language that its contacts and its documents are written to in."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.choices import languages
from services.portal.clients import Refused
from services.portal.clients.identity import WorkspaceSettings
from services.portal.errors import see_other
from services.portal.forms import Form, read_form
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, Section, section
from shared.language import gettext as _

router = APIRouter()


@router.get("/w/{slug}/settings")
async def edit_settings(request: Request, viewer: InWorkspace) -> Response:
    found = await section(viewer, "workspace.edit", viewer.services.identity.workspace_settings)
    return _form(request, found, Form({"locale": found.value.locale} if found.ready else {}))


@router.post("/w/{slug}/settings")
async def change_settings(request: Request, viewer: InWorkspace) -> Response:
    form = await read_form(request)
    try:
        await viewer.services.identity.change_workspace_settings(locale=form.value("locale"))
    except Refused as refusal:
        if refusal.status != 422:
            raise
        return _form(request, Section("ready"), form.refused(refusal), 422)
    browser_of(request).say(_("The settings are saved."))
    return see_other(viewer.path("settings"))


def _form(request: Request, settings: Section[WorkspaceSettings], form: Form, status: int = 200) -> Response:
    return page(request, "pages/workspace_settings/form.html", status, found=settings, form=form, languages=languages())
