"""Importing locations from a CSV file."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.csv_files import CsvRow
from services.portal.csv_imports import Importing
from services.portal.locations.forms import require_manager
from services.portal.locations.imported import COLUMNS, EXAMPLES, WORDS, entries_of
from services.portal.locations.sides import OF_CUSTOMER, OWN, OnSide, Side
from services.portal.locations.views import LocationsImport
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _
from shared.language import ngettext

router = APIRouter()


@router.get(OWN + "/import")
@router.get(OF_CUSTOMER + "/import")
async def choose_file(request: Request, viewer: InWorkspace, side: OnSide) -> Response:
    return _importing(viewer, side).empty(request)


@router.get(OWN + "/import/example/file")
@router.get(OF_CUSTOMER + "/import/example/file")
async def example_file(viewer: InWorkspace, side: OnSide) -> Response:
    return _importing(viewer, side).example_file("locations.csv")


@router.post(OWN + "/import")
@router.post(OF_CUSTOMER + "/import")
async def import_locations(request: Request, viewer: InWorkspace, side: OnSide) -> Response:
    """What a chosen file would add, or what is wrong in it; with the content that was shown, adding it."""
    return await _importing(viewer, side).handle(request)


def _importing(viewer: Viewer, side: Side) -> Importing:
    require_manager(viewer, side)
    provisioning = viewer.services.provisioning
    return Importing(
        columns=COLUMNS,
        examples=EXAMPLES,
        words=WORDS,
        view=partial(LocationsImport, path=f"{side.path}/import", back=side.path, entry=side.active),
        check=lambda rows: provisioning.check_import(entries_of(rows), side.customer_id),
        add=lambda rows, key: provisioning.import_locations(entries_of(rows), key, side.customer_id),
        called=_called,
        said=lambda count: ngettext("%(num)s location is added.", "%(num)s locations are added.", count),
        leads_to=side.path,
    )


def _called(row: CsvRow) -> str:
    return _("%(name)s, %(city)s", name=row.values["display_name"], city=row.values["city"])
