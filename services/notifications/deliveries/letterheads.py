"""Whom a mail is from: the company that its reader's company buys from, which is a partner or the provider."""

from uuid import UUID

from sqlalchemy import and_, bindparam, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.brands.models import Brand
from services.notifications.mails.rendering import Letterhead
from services.notifications.messages.models import Message
from services.notifications.recipient_book.models import BillGroupContact, CompanyContact, Person
from services.notifications.recipient_book.service import OWN_GRANTS
from services.notifications.topics import Topic
from shared.copies import WorkspaceCopy, copy_from, grants, workspaces
from shared.errors import NotYetKnown
from shared.language import gettext

SHARED = ("color", "logo", "imprint_url", "privacy_url", "terms_url")
"""What a partner has from the provider where it has said nothing."""

Entry = Person | BillGroupContact | CompanyContact
"""Of the recipient book."""


# Built once: building a statement costs more than executing it. A provider sells what no partner does.
_reader = workspaces.alias()
_parent = select(_reader.c.parent_workspace_id).where(_reader.c.id == bindparam("reader_id")).scalar_subquery()
_is_partner = and_(workspaces.c.id == _parent, workspaces.c.kind == literal_column("'partner'"))
_SELLERS = (
    select(workspaces, Brand)
    .outerjoin(Brand, Brand.workspace_id == workspaces.c.id)
    .where(or_(_is_partner, workspaces.c.kind == literal_column("'provider'")))
    .order_by(_is_partner.desc().nulls_last())
)


async def find_letterhead(session: AsyncSession, workspace_id: UUID) -> Letterhead:
    """That of the workspace's partner if it has one, else the provider's; without a company while none is known,
    in the reader's language."""
    sellers = (await session.execute(_SELLERS, {"reader_id": workspace_id})).mappings().all()
    if not sellers:
        return Letterhead(gettext("Customer Portal"))
    return letterhead_of(copy_from(sellers[0]), *(seller["Brand"] for seller in sellers))


def letterhead_of(seller: WorkspaceCopy, *brands: Brand | None) -> Letterhead:
    """That of a seller, with what the first of ``brands`` says, and field by field the next. A name is the seller's
    own."""
    name = seller.display_name or gettext("Customer Portal")
    known = [brand for brand in brands if brand is not None]
    own = next((brand.sender_name for brand in known if brand.workspace_id == seller.id), None)
    looks = {field: next((value for brand in known if (value := getattr(brand, field))), None) for field in SHARED}
    said = {field: value for field, value in looks.items() if value is not None}
    return Letterhead(name, seller.support_address, seller.support_phone, seller.postal_lines, own,
                      support_hours=seller.support_hours, help_url=seller.help_url, **said)  # fmt: skip


async def provider_id(session: AsyncSession) -> UUID:
    """Raises `NotYetKnown`."""
    found: UUID | None = await session.scalar(select(workspaces.c.id).where(workspaces.c.kind == "provider"))
    if found is None:
        raise NotYetKnown("the provider")
    return found


async def workspace_of_reader(session: AsyncSession, message: Message, found: Entry) -> UUID:
    """The workspace of who is written to. A person who worked on behalf of the mail's workspace is one of its
    parent's, or of the company that was its parent before it moved."""
    if not isinstance(found, Person):
        return found.workspace_id
    row = Topic(message.topic).row
    if row.audience.is_staff or row.from_provider:
        return await provider_id(session)
    parent = select(workspaces.c.parent_workspace_id).where(workspaces.c.id == message.workspace_id).scalar_subquery()
    own = and_(grants.c.user_id == found.user_id, grants.c.source.in_(OWN_GRANTS))
    if message.facts.get("moved"):
        sells = own, workspaces.c.id == grants.c.workspace_id, workspaces.c.kind != "customer"
        seller = select(grants.c.workspace_id).where(*sells).order_by(grants.c.workspace_id)
        return await session.scalar(seller.limit(1)) or await provider_id(session)
    here = grants.c.workspace_id == message.workspace_id
    home = select(grants.c.workspace_id).where(own, or_(here, grants.c.workspace_id == parent)).order_by(here.desc())
    return await session.scalar(home.limit(1)) or message.workspace_id
