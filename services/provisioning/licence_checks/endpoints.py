from services.provisioning.licences import activating
from services.provisioning.licences.refusals import KeyNotGenuine, TooManyLicenceCalls
from services.provisioning.licences.schemas import CheckedKeyRead, KeyCheck
from services.provisioning.licences.signing import signing_keys_of
from services.provisioning.settings import CurrentSettings
from shared.auth import Router, public
from shared.clock import Now, RealNow
from shared.events import Actor
from shared.outbox import Cause
from shared.reads import Transactions

router = Router("provisioning", "licence-checks")


@router.post(
    "", guard=public("whoever has a key may know whether it is valid"), problems=(KeyNotGenuine, TooManyLicenceCalls)
)
async def check_key(
    body: KeyCheck, sessions: Transactions, settings: CurrentSettings, now: Now, real_now: RealNow
) -> CheckedKeyRead:
    """Whether a licence key is valid now, and what its licence is for. Changes nothing."""
    claims = activating.claims_of(signing_keys_of(settings.licence_keys), body.key)
    await activating.count_call(sessions, claims, real_now=real_now)
    async with activating.presented(sessions, claims, Cause(Actor(), now)) as session:
        return await activating.check_key(session, claims, now=now)
