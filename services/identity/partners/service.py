"""Partners: resellers below the provider."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.customers.service import add_workspace, invite_customer, put_contact
from services.identity.invitations.schemas import InvitationRead
from services.identity.partners.schemas import PartnerAdded, PartnerCreate
from services.identity.settings import Settings
from shared.auth import Access


async def add_partner(
    session: AsyncSession, settings: Settings, access: Access, body: PartnerCreate, now: datetime, real_now: datetime
) -> PartnerAdded:
    """Create a partner, put its first admin's contact on file, and send the invitation."""
    partner = await add_workspace(session, access, "partner", body.display_name, now)
    await put_contact(session, access, partner.workspace_id, body.address, body.contact_name)
    invitation = await invite_customer(session, settings, access, partner.workspace_id, "admin", real_now)
    return PartnerAdded(
        id=partner.workspace_id,
        slug=partner.slug,
        display_name=partner.display_name,
        account_number=partner.account_number,
        invitation=InvitationRead.model_validate(invitation),
    )
