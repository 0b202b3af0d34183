from fastapi import Request

from services.provisioning.licences import activating
from services.provisioning.licences.refusals import (
    ActivationLimitReached,
    KeyNotGenuine,
    KeyReplaced,
    LicenceNotValid,
    TooManyLicenceCalls,
)
from services.provisioning.licences.schemas import ActivationCreate, ActivationReceipt
from services.provisioning.licences.signing import signing_keys_of
from services.provisioning.settings import CurrentSettings
from shared.auth import Router, public
from shared.clock import Now, RealNow
from shared.events import Actor
from shared.outbox import Cause
from shared.reads import Transactions

router = Router("provisioning", "activations")

REFUSALS = (KeyNotGenuine, KeyReplaced, LicenceNotValid, ActivationLimitReached, TooManyLicenceCalls)


@router.post("", guard=public("software has no token; its licence key is the credential"), problems=REFUSALS)
async def activate(
    body: ActivationCreate, request: Request, sessions: Transactions, settings: CurrentSettings, now: Now,
    real_now: RealNow,
) -> ActivationReceipt:  # fmt: skip
    """Let the machine on which a product runs use its licence, and get a receipt that can be verified offline for 90
    days. A machine that uses it already gets a new receipt and counts once, so that repeating this is harmless."""
    keys = signing_keys_of(settings.licence_keys)
    claims = activating.claims_of(keys, body.key)
    await activating.count_call(sessions, claims, real_now=real_now)
    cause = Cause(Actor(), now, request.state.correlation_id)
    async with activating.presented(sessions, claims, cause) as session:
        return await activating.activate(session, claims, body, keys=keys, now=now)
