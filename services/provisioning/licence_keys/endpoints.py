from services.provisioning.licence_keys.schemas import PublicKeysRead
from services.provisioning.licences.signing import signing_keys_of
from services.provisioning.settings import CurrentSettings
from shared.auth import Router, public

router = Router("provisioning", "licence-keys")


@router.get("", guard=public("public keys are for everyone who verifies a licence"))
async def list_public_keys(settings: CurrentSettings) -> PublicKeysRead:
    """The JSON Web Key Set that verifies licence keys, receipts and the list of revoked keys, the newest first. Ship it
    with the software that verifies them."""
    return PublicKeysRead(keys=signing_keys_of(settings.licence_keys).public_keys())
