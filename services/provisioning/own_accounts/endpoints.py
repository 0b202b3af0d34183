from fastapi import Response

from services.provisioning.own_accounts.schemas import OwnAccountRead
from services.provisioning.own_accounts.service import read_own_accounts
from shared.auth import Router, allow
from shared.own_accounts import Own
from shared.pages import json_response

router = Router("provisioning", "own-accounts")


@router.get("", guard=allow("session.own"), response_model=list[OwnAccountRead])
async def list_own_accounts(own: Own) -> Response:
    """What waits for somebody in every workspace that the caller is a user of, whichever the session acts in: the first
    100 by name. Empty for whoever works on behalf or looks at a preview."""  # (I1)
    return json_response(await read_own_accounts(own))
