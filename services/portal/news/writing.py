"""Writing news: a draft, its preview, and removing it."""

from collections.abc import Awaitable
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.campaigns import ChangedCampaign
from services.portal.forms import Form, read_form
from services.portal.mail_frames import IN_FRAME, Tag, framing
from services.portal.news.entries import KINDS, NEW, ROLES, SELLERS, TOPICS, languages, said, values_of, written
from services.portal.news.pages import MANAGE, PATH, path_of, read_campaign
from services.portal.news.views import CampaignForm, CampaignRemoval
from services.portal.rendering import back_with, page, see_other
from services.portal.sending import send_form
from services.portal.viewer import InWorkspace, Viewer, section
from services.portal.vocabulary import role_options
from shared.language import gettext as _

router = APIRouter()

PARTNERS = 200
"""That can be chosen, by name."""


@router.get(PATH + "/new")
async def new(request: Request, viewer: InWorkspace) -> Response:
    return await _form(request, viewer, None, Form(dict(NEW)))


@router.post(PATH + "/new")
async def add(request: Request, viewer: InWorkspace) -> Response:
    form = await read_form(request)
    adding = viewer.services.notifications.add_campaign(written(form), form.key)
    return await _save(request, viewer, None, form, adding)


@router.get(PATH + "/{campaign_id}/edit")
async def edit(request: Request, viewer: InWorkspace, campaign_id: UUID) -> Response:
    viewer.require(MANAGE)
    campaign = await read_campaign(viewer, campaign_id)
    return await _form(request, viewer, campaign_id, Form(values_of(campaign)))


@router.post(PATH + "/{campaign_id}/edit")
async def change(request: Request, viewer: InWorkspace, campaign_id: UUID) -> Response:
    form = await read_form(request)
    changing = viewer.services.notifications.change_campaign(campaign_id, written(form), form.version("version"))
    return await _save(request, viewer, campaign_id, form, changing)


async def _save(
    request: Request, viewer: Viewer, campaign_id: UUID | None, form: Form, work: Awaitable[ChangedCampaign]
) -> Response:
    return await send_form(
        request, form, work,
        refused=lambda wrong, status: _form(request, viewer, campaign_id, wrong, status),
        said=lambda _done: _("The draft is saved. Look at it, and send it when it is right."),
        path=lambda saved: path_of(viewer, saved.id),
    )  # fmt: skip


@router.post(PATH + "/preview")
async def preview(request: Request, viewer: InWorkspace, tag: Tag) -> Response:
    """The mail that the form would become, for the frame beside it. Nothing is saved."""
    form = await read_form(request)
    try:
        shown = await viewer.services.notifications.preview_campaign(said(form), tag)
    except Refused as refusal:
        if refusal.status != 422:
            raise
        problems = form.refused(refusal)
        told = Markup("").join(Markup("<p>{}</p>").format(text) for text in problems.errors.values())
        return HTMLResponse(told or Markup("<p>{}</p>").format(refusal.detail), 422, headers=IN_FRAME)
    return HTMLResponse(shown.html, headers=IN_FRAME)


@router.get(PATH + "/{campaign_id}/remove")
async def ask_to_remove(request: Request, viewer: InWorkspace, campaign_id: UUID) -> Response:
    viewer.require(MANAGE)
    campaign = await read_campaign(viewer, campaign_id)
    return page(request, CampaignRemoval(campaign, path_of(viewer, campaign_id)))


@router.post(PATH + "/{campaign_id}/remove")
async def remove(request: Request, viewer: InWorkspace, campaign_id: UUID) -> Response:
    try:
        await viewer.services.notifications.remove_campaign(campaign_id)
    except Refused as refusal:
        return back_with(request, refusal, path_of(viewer, campaign_id), 409)
    browser_of(request).say(_("The draft is removed."))
    return see_other(path_of(viewer))


async def _form(request: Request, viewer: Viewer, campaign_id: UUID | None, form: Form, status: int = 200) -> Response:
    viewer.require(MANAGE)
    found = await section(viewer, "customer.list", lambda: viewer.services.identity.partners(limit=PARTNERS))
    partners = [(str(each.id), each.display_name) for each in found.value.items] if found.ready else []
    here, above = path_of(viewer, campaign_id), path_of(viewer)
    shown = CampaignForm(
        _("Write news") if campaign_id is None else _("Change news"), form, TOPICS.options(), KINDS.options(),
        SELLERS.options(), [("", _("Choose a partner")), *partners], languages(), role_options(ROLES),
        f"{here}/new" if campaign_id is None else f"{here}/edit", f"{above}/preview",
        (here, _("News") if campaign_id is None else form.value("texts.en.title")),
    )  # fmt: skip
    return framing(page(request, shown, status))
