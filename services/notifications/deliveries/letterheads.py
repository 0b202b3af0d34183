"""Whom a mail is from: the company that its reader's company buys from, which is a partner or the provider."""

from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.mails.rendering import Letterhead
from services.notifications.messages.models import Message
from services.notifications.recipient_book.models import BillGroupContact, CompanyContact, Person
from services.notifications.recipient_book.service import OWN_GRANTS
from shared.copies import WorkspaceCopy, grants, workspace_of, workspaces
from shared.language import gettext

Entry = Person | BillGroupContact | CompanyContact
"""Of the recipient book."""


async def find_letterhead(session: AsyncSession, workspace_id: UUID) -> Letterhead:
    """That of the workspace's partner if it has one, else the provider's; without a company while none is known,
    in the reader's language."""
    parent = select(workspaces.c.parent_workspace_id).where(workspaces.c.id == workspace_id).scalar_subquery()
    partner = and_(workspaces.c.id == parent, workspaces.c.kind == "partner")
    seller = select(workspaces.c.id).where(or_(partner, workspaces.c.kind == "provider")).order_by(partner.desc())
    found = await session.scalar(seller.limit(1))
    return (
        Letterhead(gettext("Customer Portal")) if found is None else letterhead_of(await workspace_of(session, found))
    )


def letterhead_of(seller: WorkspaceCopy) -> Letterhead:
    name = seller.display_name or gettext("Customer Portal")
    return Letterhead(name, seller.support_address, seller.support_phone, seller.postal_lines)


async def workspace_of_reader(session: AsyncSession, message: Message, found: Entry) -> UUID:
    """The workspace of who is written to. A person who worked on behalf of the mail's workspace is one of its
    parent's."""
    if not isinstance(found, Person):
        return found.workspace_id
    parent = select(workspaces.c.parent_workspace_id).where(workspaces.c.id == message.workspace_id).scalar_subquery()
    own = and_(grants.c.user_id == found.user_id, grants.c.source.in_(OWN_GRANTS))
    here = grants.c.workspace_id == message.workspace_id
    home = select(grants.c.workspace_id).where(own, or_(here, grants.c.workspace_id == parent)).order_by(here.desc())
    return await session.scalar(home.limit(1)) or message.workspace_id
