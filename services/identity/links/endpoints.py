from uuid import UUID

from services.identity.links import service
from services.identity.links.schemas import LinkCreate, LinkRead, LinksRead, LinkUpdate
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now, RealNow
from shared.db import Session
from shared.idempotency import Once

router = Router("identity", "links")


@router.get("", guard=allow("customer.link_user"))
async def list_links(customer_id: UUID, access: CurrentAccess, session: Session) -> LinksRead:
    """The users linked to a customer, and those who can be linked."""  # (P14, P15)
    return await service.list_links(session, access, customer_id)


@router.post("", guard=allow("customer.link_user"), status_code=201)
async def link_user(body: LinkCreate, access: CurrentAccess, session: Session, now: Now, once: Once) -> LinkRead:
    """Link a user to a customer, in the role Support."""  # (P16)
    return await once(body, LinkRead, lambda: service.link_user(session, access, body.customer_id, body.user_id, now))


@router.patch("/{link_id}", guard=allow("customer.link_user"))
async def change_link(
    link_id: UUID, body: LinkUpdate, access: CurrentAccess, session: Session, real_now: RealNow
) -> LinkRead:
    """Change a linked user's role for this customer. If they may not invite there any more, pending invitations that
    they sent are revoked."""  # (P17)
    return await service.change_link(session, access, link_id, body.role, real_now)


@router.delete("/{link_id}", guard=allow("customer.link_user"), status_code=204)
async def unlink_user(link_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Revoke a link. Open work on behalf under it ends at once, and so do pending invitations sent during such
    work."""  # (P24, D14)
    await service.unlink_user(session, access, link_id, real_now)
