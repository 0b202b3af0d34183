"""Releases of a product for the provider's staff: the list, entering, publishing and withdrawing one."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.audit.things import read_thing
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.catalogue import CatalogueProduct
from services.portal.clients.releases import Release
from services.portal.formatting import file_size
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.releases.views import ReleaseForm, ReleasePage, ReleasesPage, ReleaseWithdrawal
from services.portal.rendering import back_with, page, see_other
from services.portal.runtime import runtime_of
from services.portal.viewer import InWorkspace, Section, Viewer, section
from shared.language import gettext as _

router = APIRouter()

PATH = "/provider/{slug}/products/{product_key}/releases"
PERMISSION = "catalogue.edit"


def path_of(viewer: Viewer, product_key: str, release_id: UUID | None = None) -> str:
    path = PATH.format(slug=viewer.workspace.slug, product_key=product_key)
    return path if release_id is None else f"{path}/{release_id}"


@router.get(PATH)
async def releases(request: Request, viewer: InWorkspace, product_key: str, cursor: str = "") -> Response:
    viewer.require(PERMISSION)
    product = await viewer.services.provisioning.catalogue_product(product_key)
    found = await viewer.services.provisioning.releases(product.id, cursor=cursor)
    path = path_of(viewer, product.key)
    return page(request, ReleasesPage(product, found, cursor, path, path.rpartition("/")[0]))


@router.get(PATH + "/new")
async def new_release(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    viewer.require(PERMISSION)
    today = runtime_of(request).clock.now().date().isoformat()
    return await _new(request, viewer, product_key, Form({"released_on": today}))


@router.post(PATH + "/new")
async def add_release(request: Request, viewer: InWorkspace, product_key: str) -> Response:
    form = await read_form(request)
    product = await viewer.services.provisioning.catalogue_product(product_key)
    try:
        added = await viewer.services.provisioning.add_release(
            product.id, form.value("version"), form.value("released_on"), form.value("notes"), form.key
        )
    except Refused as refusal:
        return await _new(request, viewer, product_key, _refused(form, refusal), refusal.status)
    browser_of(request).say(_("The draft is saved. Add its files next."))
    return see_other(path_of(viewer, product_key, added.id))


async def _new(request: Request, viewer: Viewer, product_key: str, form: Form, status: int = 200) -> Response:
    product = await viewer.services.provisioning.catalogue_product(product_key)
    path = path_of(viewer, product.key)
    return page(request, ReleaseForm(product, None, form, f"{path}/new", (path, _("Releases"))), status)


@router.get(PATH + "/{release_id}")
async def release(request: Request, viewer: InWorkspace, product_key: str, release_id: UUID) -> Response:
    viewer.require(PERMISSION)
    return await show_release(request, viewer, product_key, release_id, Form())


async def show_release(
    request: Request, viewer: Viewer, product_key: str, release_id: UUID, form: Form, status: int = 200
) -> Response:
    """A release, with the form for its files while it is a draft."""
    provisioning = viewer.services.provisioning
    product, found = await _found(viewer, product_key, release_id)
    placed = await section(viewer, PERMISSION, provisioning.placed_files) if found.is_draft else Section("locked")
    had = {file.name for file in found.files}
    choices = [
        (each.name, f"{each.name} ({file_size(each.size)})")
        for each in (placed.value.items if placed.ready else ())
        if each.name not in had
    ]
    thing = await read_thing(viewer, PERMISSION, found.id, lambda: _known(found))
    here = path_of(viewer, product.key, found.id)
    shown = ReleasePage(product, found, placed, choices, form, thing.history, here, path_of(viewer, product.key))
    return page(request, shown, status)


async def _known(release: Release) -> Release:
    return release


@router.get(PATH + "/{release_id}/edit")
async def edit_release(request: Request, viewer: InWorkspace, product_key: str, release_id: UUID) -> Response:
    product, found = await _found(viewer, product_key, release_id)
    values = {"version": found.version, "released_on": found.released_on.isoformat(), "notes": found.notes}
    return _edit(request, viewer, product, found, Form(values))


@router.post(PATH + "/{release_id}/edit")
async def change_release(request: Request, viewer: InWorkspace, product_key: str, release_id: UUID) -> Response:
    form = await read_form(request)
    product, found = await _found(viewer, product_key, release_id)
    try:
        await viewer.services.provisioning.change_release(
            release_id, form.value("version"), form.value("released_on"), form.value("notes")
        )
    except Refused as refusal:
        return _edit(request, viewer, product, found, _refused(form, refusal), refusal.status)
    browser_of(request).say(_("The draft is saved."))
    return see_other(path_of(viewer, product_key, release_id))


def _edit(
    request: Request, viewer: Viewer, product: CatalogueProduct, release: Release, form: Form, status: int = 200
) -> Response:
    here = path_of(viewer, product.key, release.id)
    return page(request, ReleaseForm(product, release, form, f"{here}/edit", (here, release.version)), status)


@router.post(PATH + "/{release_id}/publish")
async def publish_release(request: Request, viewer: InWorkspace, product_key: str, release_id: UUID) -> Response:
    here = path_of(viewer, product_key, release_id)
    try:
        await viewer.services.provisioning.publish_release(release_id)
    except Refused as refusal:
        return back_with(request, refusal, here, 409)
    browser_of(request).say(_("The release is published. Customers can download it."))
    return see_other(here)


@router.get(PATH + "/{release_id}/withdraw")
async def ask_to_withdraw(request: Request, viewer: InWorkspace, product_key: str, release_id: UUID) -> Response:
    """Names the effect before anything happens."""
    product, found = await _found(viewer, product_key, release_id)
    return page(request, ReleaseWithdrawal(product, found, Form(), path_of(viewer, product.key, found.id)))


@router.post(PATH + "/{release_id}/withdraw")
async def withdraw_release(request: Request, viewer: InWorkspace, product_key: str, release_id: UUID) -> Response:
    form = await read_form(request)
    here = path_of(viewer, product_key, release_id)
    try:
        await viewer.services.provisioning.withdraw_release(release_id, form.value("reason"))
    except Refused as refusal:
        if refusal.status != 422:
            return back_with(request, refusal, here, 409)
        product, found = await _found(viewer, product_key, release_id)
        return page(request, ReleaseWithdrawal(product, found, form.refused(refusal), here), 422)
    browser_of(request).say(_("The release is withdrawn. Nobody can download it any more."))
    return see_other(here)


async def _found(viewer: Viewer, product_key: str, release_id: UUID) -> tuple[CatalogueProduct, Release]:
    """The address of a release names its product, too: of another product there is no such page."""
    viewer.require(PERMISSION)
    product = await viewer.services.provisioning.catalogue_product(product_key)
    found = await viewer.services.provisioning.release(release_id)
    if found.product_id != product.id:
        raise Refused(404, "", _("Not found"), _("It does not exist, or you may not see it."))
    return product, found


def _refused(form: Form, refusal: Refused) -> Form:
    """What the service refuses stays on the form. Raises the refusal again if it is about something else."""
    if refusal.kind == "release_version_taken":
        return form.objected("version", refusal.detail)
    if refusal.status not in IN_THE_FORM:
        raise refusal
    return form.refused(refusal)
