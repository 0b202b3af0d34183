"""What a company looks like to its customers: the form, with samples of what it would look like, and the logo."""

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from services.portal.brand import COLOR, Brand, BrandLogo
from services.portal.branding.views import BrandingPage, BrandSamples
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.branding import Branding, BrandingEntry
from services.portal.forms import Form, read_form
from services.portal.rendering import page, part, see_other, wants_part
from services.portal.runtime import runtime_of
from services.portal.seller_brands import brand_from
from services.portal.viewer import InWorkspace, Section, Viewer, section
from shared.language import gettext as _

router = APIRouter()

FIELDS = ("display_name", "color", "sender_name", "imprint_url", "privacy_url", "terms_url")
PERMISSION = "branding.edit"


@router.get("/w/{slug}/branding")
async def edit_branding(request: Request, viewer: InWorkspace) -> Response:
    found = await _found(viewer)
    values = {name: getattr(found.value, name) or "" for name in FIELDS} if found.ready else {}
    return _page(request, viewer, found, Form(values))


@router.post("/w/{slug}/branding")
async def change_branding(request: Request, viewer: InWorkspace) -> Response:
    """Save the form; or, with its other button, only show what it would look like."""
    form = await read_form(request)
    if "preview" in form.values:
        return _page(request, viewer, await _found(viewer), form)
    try:
        await viewer.services.identity.change_branding(_entry(form))
    except Refused as refusal:
        if refusal.status != 422:
            raise
        return _page(request, viewer, await _found(viewer), form.refused(refusal), 422)
    browser_of(request).say(_("The branding is saved. Mails and invoices follow within seconds."))
    return see_other(viewer.path("branding"))


@router.post("/branding/{slug}/logo")
async def change_logo(request: Request, viewer: InWorkspace) -> Response:
    """Take an image as the logo; or, with the other button, take the logo away."""
    async with request.form() as sent:
        image = sent.get("logo")
        content = await image.read() if isinstance(image, UploadFile) else b""
        remove = "remove" in sent
    if remove:
        await viewer.services.identity.remove_logo()
        browser_of(request).say(_("The logo is removed."))
        return see_other(viewer.path("branding"))
    try:
        await viewer.services.identity.change_logo(content)
    except Refused as refusal:
        if refusal.status not in (413, 422):
            raise
        found = await _found(viewer)
        values = {name: getattr(found.value, name) or "" for name in FIELDS} if found.ready else {}
        return _page(request, viewer, found, Form(values, {"logo": refusal.detail}), 422)
    browser_of(request).say(_("The logo is saved. Mails and invoices follow within seconds."))
    return see_other(viewer.path("branding"))


async def _found(viewer: Viewer) -> Section[Branding]:
    return await section(viewer, PERMISSION, viewer.services.identity.branding)


def _entry(form: Form) -> BrandingEntry:
    color, *others = (form.value(name) or None for name in ("color", *(name for name in FIELDS if name != "color")))
    display, sender, imprint, privacy, terms = others
    return {
        "display_name": display,
        "color": color,
        "sender_name": sender,
        "imprint_url": imprint,
        "privacy_url": privacy,
        "terms_url": terms,
    }


def _sample(request: Request, viewer: Viewer, found: Section[Branding], form: Form) -> Brand:
    """What the form's values would look like. What cannot be a colour is shown in the one that is used now."""
    now = brand_from(viewer.context.brand, runtime_of(request).brand)
    own = viewer.workspace.display_name if viewer.workspace.kind == "partner" else runtime_of(request).brand.name
    color = form.value("color").lower()
    logo = found.content.logo if found.content else None
    return replace(
        now,
        name=form.value("display_name") or own,
        color=color if COLOR.fullmatch(color) else now.color,
        sender_name=form.value("sender_name") or viewer.workspace.display_name,
        logo=BrandLogo(logo.hash, logo.width, logo.height) if logo else now.logo,
    )


def _page(request: Request, viewer: Viewer, found: Section[Branding], form: Form, status: int = 200) -> Response:
    sample = _sample(request, viewer, found, form)
    if wants_part(request):
        return part(request, BrandSamples(sample))
    return page(request, BrandingPage(found, form, sample), status)
