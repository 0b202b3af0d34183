from typing import Annotated
from uuid import UUID

from fastapi import Path

from services.provisioning.licence_revocations import service
from services.provisioning.licence_revocations.schemas import RevocationsRead
from services.provisioning.licences.signing import signing_keys_of
from services.provisioning.settings import CurrentSettings
from shared.auth import Router, public
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound

router = Router("provisioning", "licence-revocations")


@router.get(
    "/{product_key}",
    guard=public("software that verifies licences offline needs the list; it names no customer"),
    problems=(NotFound,),
)
async def list_revocations(
    product_key: Annotated[str, Path(max_length=100)], session: Session, settings: CurrentSettings, real_now: RealNow,
    after: UUID | None = None,
) -> RevocationsRead:  # fmt: skip
    """The revoked licence keys of a product, as a signed document. It has up to 5,000 licences by their ids; ``after``
    continues it."""
    keys = signing_keys_of(settings.licence_keys)
    return await service.signed_page(session, product_key, after, keys=keys, real_now=real_now)
