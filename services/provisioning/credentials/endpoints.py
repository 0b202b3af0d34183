from uuid import UUID

from fastapi import Response

from services.provisioning.credentials import service
from services.provisioning.credentials.reading import read_credentials
from services.provisioning.credentials.refusals import (
    CredentialsNotReady,
    CredentialsOver,
    CredentialsShownAlready,
    CredentialsUnreadable,
    OthersCredentials,
)
from services.provisioning.credentials.schemas import (
    CredentialRead,
    CredentialsRead,
    CredentialsReset,
    NewCredentialsRead,
)
from services.provisioning.operations.endpoints import OperationBegun
from services.provisioning.operations.refusals import ServiceBusy, ServiceNotActive, TooManyOperations, VerbNotOffered
from services.provisioning.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.pages import json_response
from shared.reads import Reader

router = Router("provisioning", "credentials")

BUSY = (NotFound, ServiceNotActive, VerbNotOffered, ServiceBusy, TooManyOperations)
GONE = (CredentialsShownAlready, CredentialsOver, CredentialsUnreadable)


@router.post("", guard=allow("credentials.reset"), status_code=201, problems=BUSY)
async def reset_credentials(body: CredentialsReset, session: Session, real_now: RealNow, once: Once) -> OperationBegun:
    """Have new credentials made for a service. The former ones stop working when the operation has succeeded. Whoever
    began it can then be shown the new ones, once, within an hour."""  # (I14, I26)

    async def begin() -> OperationBegun:
        return OperationBegun(id=await service.begin_reset(session, body.service_id, now=real_now))

    return await once(body, OperationBegun, begin)


@router.get("/{operation_id}", guard=allow("credentials.reset"), response_model=CredentialsRead)
async def get_credentials_state(operation_id: UUID, read: Reader, real_now: RealNow) -> Response:
    """What became of the new credentials that an operation makes, without them."""
    return json_response(await read_credentials(read, operation_id, real_now))


@router.post(
    "/{operation_id}/show",
    guard=allow("credentials.reset"),
    problems=(NotFound, OthersCredentials, CredentialsNotReady, *GONE),
)
async def show_credentials(
    operation_id: UUID, session: Session, access: CurrentAccess, settings: CurrentSettings, real_now: RealNow
) -> NewCredentialsRead:
    """The new credentials, once, to whoever began the reset. They are deleted with that, and kept nowhere."""  # (D30)
    found = await service.show(session, operation_id, by=access, keys=settings.secret_keys, now=real_now)
    return NewCredentialsRead(credentials=[CredentialRead.model_validate(each) for each in found])
