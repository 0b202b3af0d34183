"""The move itself: another company is above the customer from the commit on."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.customer_overview.projection import put_parent
from services.identity.moves.models import Move
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import describe
from shared.events import Actor
from shared.events.identity import CustomerJoined, CustomerLeft, WorkspaceMoved
from shared.outbox import emit


async def move_to(session: AsyncSession, customer: Workspace, seller: Workspace, move: Move) -> None:
    """Put the customer below another seller, and tell the logs of all three. Requires the customer's lock and scope,
    and that nobody of the former seller can do anything there any more."""
    customer.parent_workspace_id = seller.id
    customer.version += 1
    await session.flush()
    await put_parent(session, customer.id, seller.id)
    moved = WorkspaceMoved(
        **workspace_fields(customer), **describe(customer), subject_version=customer.version, move_id=move.id,
        from_company=move.from_company, to_company=move.to_company, proposed_by=move.proposed_by,
    )  # fmt: skip
    await emit(session, moved)
    provider_id = seller.parent_workspace_id or seller.id
    await _tell(session, CustomerLeft, move.from_workspace_id, provider_id, customer)
    await _tell(session, CustomerJoined, seller.id, provider_id, customer)


async def _tell(
    session: AsyncSession, kind: type[CustomerLeft | CustomerJoined], seller_id: UUID, provider_id: UUID,
    customer: Workspace,
) -> None:  # fmt: skip
    """In the log of a seller, which names neither the customer's people nor the other seller."""
    above = None if seller_id == provider_id else provider_id
    said = kind(workspace_id=seller_id, parent_workspace_id=above, actor=Actor(), customer_id=customer.id,
                customer_name=customer.display_name, account_number=customer.account_number,
                subject_version=customer.version)  # fmt: skip
    await emit(session, said)
