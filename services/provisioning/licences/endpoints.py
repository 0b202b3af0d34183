from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.provisioning.licences import listing, service
from services.provisioning.licences.refusals import LicenceNotValid
from services.provisioning.licences.schemas import LicenceDetailRead, LicenceKeyRead, LicenceRead, LicencesQuery
from services.provisioning.licences.signing import signing_keys_of
from services.provisioning.settings import CurrentSettings
from shared.auth import Router, allow
from shared.db import Session
from shared.errors import NotFound
from shared.pages import CountedPage, json_response
from shared.reads import Reader

router = Router("provisioning", "licences")


@router.get("", guard=allow("licence.view"), response_model=CountedPage[LicenceRead])
async def list_licences(read: Reader, query: Annotated[LicencesQuery, Query()]) -> Response:
    """The workspace's licences, the newest first, without their keys. Those that have ended are left out, unless they
    are asked for."""  # (I5, I10, I22)
    return json_response(await listing.list_licences(read, query))


@router.get("/{licence_id}", guard=allow("licence.view"), response_model=LicenceDetailRead, problems=(NotFound,))
async def get_licence(licence_id: UUID, read: Reader) -> Response:
    """One licence and the machines that use it, without its key."""
    return json_response(await listing.read_licence(read, licence_id))


@router.get(
    "/of-service/{service_id}", guard=allow("licence.view"), response_model=LicenceDetailRead, problems=(NotFound,)
)
async def get_licence_of_service(service_id: UUID, read: Reader) -> Response:
    """The licence of a service, as `GET /api/provisioning/licences/{licence_id}` returns it."""
    return json_response(await listing.read_licence_of(read, service_id))


@router.post("/{licence_id}/key", guard=allow("licence.view"), problems=(NotFound, LicenceNotValid))
async def show_key(licence_id: UUID, session: Session, settings: CurrentSettings) -> LicenceKeyRead:
    """The present key of a licence. It is stored nowhere, but made anew, and says what holds now. That it was shown is
    logged, and to whom."""  # (I5, D30)
    return await service.show_key(session, licence_id, keys=signing_keys_of(settings.licence_keys))


@router.post(
    "/{licence_id}/rotate", guard=allow("licence.rotate"), status_code=204, problems=(NotFound, LicenceNotValid)
)
async def rotate_key(licence_id: UUID, session: Session) -> None:
    """Replace the key of a licence, for instance because somebody has it who should not. Former keys are revoked at
    once. Machines that use the licence keep their activations, and need the new key for their next receipt."""
    await service.rotate(session, licence_id)


@router.post(
    "/{licence_id}/activations/{activation_id}/release",
    guard=allow("licence.release"),
    status_code=204,
    problems=(NotFound,),
)
async def release_activation(licence_id: UUID, activation_id: UUID, session: Session) -> None:
    """Let a machine no longer use a licence, so that another one can. Its receipt holds until its last day."""
    await service.release(session, licence_id, activation_id)
