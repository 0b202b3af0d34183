"""What the services send and hear, from their AsyncAPI documents: for the provider's admins and regular users."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.portal.clients import Refused
from services.portal.event_documents.documents import Described
from services.portal.events.views import EventServices, EventsOfService
from services.portal.rendering import page
from services.portal.runtime import runtime_of
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _

router = APIRouter()

PATH = "/provider/{slug}/events"
PERMISSION = "catalogue.edit"
"""No service is asked here. This is the permission of those who shape the installation."""


async def staff(viewer: InWorkspace) -> Viewer:
    if not viewer.may(PERMISSION):
        detail = _("The events are shown to admins and regular users here.")
        raise Refused(403, "forbidden", _("Not allowed"), detail)
    return viewer


Staff = Annotated[Viewer, Depends(staff)]


def _described(request: Request, service: str) -> Described:
    found = runtime_of(request).documents.services.get(service)
    if found is None:
        raise HTTPException(404)
    return found


@router.get(PATH)
async def events(request: Request, viewer: Staff) -> Response:
    return page(request, EventServices(runtime_of(request).documents))


@router.get(PATH + "/{service}")
async def events_of_service(request: Request, viewer: Staff, service: str) -> Response:
    documents = runtime_of(request).documents
    return page(request, EventsOfService(documents, _described(request, service)))


@router.get(PATH + "/{service}/asyncapi.json")
async def asyncapi_document(request: Request, viewer: Staff, service: str) -> Response:
    found = _described(request, service)
    name = f'attachment; filename="asyncapi-{found.name}.json"'
    return Response(found.document, media_type="application/json", headers={"Content-Disposition": name})
