"""Sites for the provider's staff: their load, adding and changing them."""

import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.infrastructure import Site, SiteChange, SiteEntry
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.infrastructure.loads import loads_of
from services.portal.infrastructure.views import HostCard, SiteCard, SiteForm, SiteLoads, SitePage
from services.portal.rendering import page, see_other
from services.portal.resources import countries, country
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()

PATH = "/provider/{slug}/infrastructure"
VIEW, MANAGE = "infrastructure.view", "infrastructure.manage"
DEGREES = re.compile(r"-?[0-9]{1,3}([.,][0-9]{1,12})?")


def path_of(viewer: Viewer, rest: str = "") -> str:
    return PATH.format(slug=viewer.workspace.slug) + (f"/{rest}" if rest else "")


@router.get(PATH)
async def sites(request: Request, viewer: InWorkspace, cursor: str = "") -> Response:
    found = await section(viewer, VIEW, lambda: viewer.services.provisioning.site_loads(cursor=cursor, limit=20))
    cards = [SiteCard(each, place_of(each), loads_of(each.resources)) for each in found.value.items] \
        if found.ready else []  # fmt: skip
    return page(request, SiteLoads(found, cards, path_of(viewer), cursor, viewer.may(MANAGE)))


@router.get(PATH + "/sites/new")
async def new_site(request: Request, viewer: InWorkspace) -> Response:
    viewer.require(MANAGE)
    return _form(request, viewer, None, Form())


@router.post(PATH + "/sites/new")
async def add_site(request: Request, viewer: InWorkspace) -> Response:
    form = await read_form(request)
    entered = _entered(form)
    if isinstance(entered, Form):
        return _form(request, viewer, None, entered, 422)
    try:
        entry = SiteEntry.model_construct(key=form.value("key"), **entered)
        site = await viewer.services.provisioning.add_site(entry, form.key)
    except Refused as refusal:
        return _refused(request, viewer, None, form, refusal)
    browser_of(request).say(_("The site is added. Services run there once it has a host."))
    return see_other(path_of(viewer, f"sites/{site.key}"))


@router.get(PATH + "/sites/{site_key}")
async def site(request: Request, viewer: InWorkspace, site_key: str, cursor: str = "") -> Response:
    viewer.require(VIEW)
    provisioning = viewer.services.provisioning
    found = await provisioning.site(site_key)
    hosts = await section(viewer, VIEW, lambda: provisioning.hosts(found.id, cursor=cursor, limit=20))
    cards = [
        HostCard(host, loads_of(host.resources), path_of(viewer, f"hosts/{host.id}"))
        for host in (hosts.value.items if hosts.ready else ())
    ]
    here, above = path_of(viewer, f"sites/{found.key}"), path_of(viewer)
    return page(request, SitePage(found, place_of(found), hosts, cards, here, above, cursor, viewer.may(MANAGE)))


@router.get(PATH + "/sites/{site_key}/edit")
async def edit_site(request: Request, viewer: InWorkspace, site_key: str) -> Response:
    viewer.require(MANAGE)
    found = await viewer.services.provisioning.site(site_key)
    values = {name: str(getattr(found, name)) for name in SiteChange.model_fields}
    return _form(request, viewer, found, Form(values))


@router.post(PATH + "/sites/{site_key}/edit")
async def change_site(request: Request, viewer: InWorkspace, site_key: str) -> Response:
    form = await read_form(request)
    found = await viewer.services.provisioning.site(site_key)
    entered = _entered(form)
    if isinstance(entered, Form):
        return _form(request, viewer, found, entered, 422)
    try:
        await viewer.services.provisioning.change_site(site_key, SiteChange.model_construct(**entered))
    except Refused as refusal:
        return _refused(request, viewer, found, form, refusal)
    browser_of(request).say(_("The site is saved."))
    return see_other(path_of(viewer, f"sites/{found.key}"))


def place_of(site: Site) -> str:
    return _("%(city)s, %(country)s", city=site.city, country=country(site.country))


def _entered(form: Form) -> dict[str, Any] | Form:
    """The site, or the form with what is no number."""
    entered: dict[str, Any] = {name: form.value(name) for name in SiteChange.model_fields}
    for name in ("latitude", "longitude"):
        if not DEGREES.fullmatch(entered[name]):
            return form.objected(name, _("Enter a number, such as 50.11."))
        entered[name] = float(entered[name].replace(",", "."))
    return entered


def _refused(request: Request, viewer: Viewer, site: Site | None, form: Form, refusal: Refused) -> Response:
    if refusal.status not in IN_THE_FORM:
        raise refusal
    shown = form.objected("key", refusal.detail) if refusal.kind == "site_key_taken" else form.refused(refusal)
    return _form(request, viewer, site, shown, refusal.status)


def _form(request: Request, viewer: Viewer, site: Site | None, form: Form, status: int = 200) -> Response:
    here = path_of(viewer, f"sites/{site.key}") if site else path_of(viewer)
    above = (here, site.display_name if site else _("Infrastructure"))
    path = f"{here}/edit" if site else f"{here}/sites/new"
    return page(request, SiteForm(site, form, countries(), path, above), status)
