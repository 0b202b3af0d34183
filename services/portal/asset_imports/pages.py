from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.asset_imports.columns import COLUMNS, EXAMPLES, WORDS, entries_of
from services.portal.asset_imports.views import AssetsImport
from services.portal.csv_files import CsvRow
from services.portal.csv_imports import Importing
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _
from shared.language import ngettext

router = APIRouter()

PATH = "/provider/{slug}/customers/{customer_id}/asset-imports"


@router.get(PATH)
async def choose_file(request: Request, viewer: InWorkspace, customer_id: UUID) -> Response:
    return _importing(viewer, customer_id).empty(request)


@router.get(PATH + "/example/file")
async def example_file(viewer: InWorkspace, customer_id: UUID) -> Response:
    return _importing(viewer, customer_id).example_file("assets.csv")


@router.post(PATH)
async def import_assets(request: Request, viewer: InWorkspace, customer_id: UUID) -> Response:
    """What a chosen file would enter, or what is wrong in it; with the content that was shown, entering it."""
    return await _importing(viewer, customer_id).handle(request)


def _importing(viewer: Viewer, customer_id: UUID) -> Importing:
    viewer.require("work.fulfil")
    provisioning = viewer.services.provisioning
    account = f"/provider/{viewer.workspace.slug}/customers/{customer_id}"
    return Importing(
        columns=COLUMNS,
        examples=EXAMPLES,
        words=WORDS,
        view=partial(AssetsImport, path=f"{account}/asset-imports", back=account),
        check=lambda rows: provisioning.check_asset_import(customer_id, entries_of(rows)),
        add=lambda rows, key: provisioning.import_assets(customer_id, entries_of(rows), key),
        called=_called,
        said=lambda count: ngettext("%(num)s asset is entered.", "%(num)s assets are entered.", count),
        leads_to=account,
    )


def _called(row: CsvRow) -> str:
    return _("%(name)s, %(place)s", name=row.values["serial_number"], place=row.values["location"])
