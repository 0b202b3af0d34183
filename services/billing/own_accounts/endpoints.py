from fastapi import Response

from services.billing.own_accounts.schemas import OwnAccountRead
from services.billing.own_accounts.service import read_own_accounts
from services.billing.settings import Today
from shared.auth import Router, allow
from shared.own_accounts import Own
from shared.pages import json_response

router = Router("billing", "own-accounts")


@router.get("", guard=allow("session.own"), response_model=list[OwnAccountRead])
async def list_own_accounts(own: Own, today: Today) -> Response:
    """What is to pay and what ends soon in every workspace that the caller is a user of and sees money in, whichever
    the session acts in: the first 100 by name. Empty for whoever works on behalf or looks at a preview."""  # (I1, I8)
    return json_response(await read_own_accounts(own, today=today))
