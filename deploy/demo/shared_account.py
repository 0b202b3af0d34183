"""An account of the demo that several people share: its two holders, and an additional user of another company."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from deploy.demo import companies
from deploy.demo.person import Person

Invited = Callable[[str, datetime], Awaitable[Person]]
"""Somebody who has just accepted the invitation that was sent to their address since then."""


async def share_account(paula: Person, invited: Invited) -> None:
    """Paula is the primary holder since she signed up. Otto becomes the alternate one, and Mei an additional user."""
    invited_at, otto = datetime.now(UTC), companies.OTTO
    await paula.post("/api/identity/invitations", {"address": otto.address, "display_name": otto.name, "role": "admin"})
    alternate = await invited(otto.address, invited_at)
    await paula.put("/api/identity/holders/slots/alternate", {"address": otto.address})
    [change] = (await alternate.get("/api/identity/holders"))["changes"]
    await alternate.post(f"/api/identity/holders/changes/{change['id']}/confirm", {})
    await paula.post("/api/identity/users/additional", {"address": companies.MEI})
