"""The credit of a customer's bill group, for the provider's staff."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from services.billing.bill_groups.service import find_group
from services.billing.credits.models import CreditEntry
from services.billing.credits.service import credit_of
from services.billing.gateways.choosing import PaymentsNotSetUp, gateway_name
from services.billing.refunds import service as refunds
from services.billing.refunds.models import Refund
from services.billing.refunds.service import NotThatMuchCredit, NoWayBack
from services.billing.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.schemas import Body, Read
from shared.sellers import acting_for

router = Router("billing", "customers")
NEWEST = 100


class CreditEntryRead(Read):
    id: UUID
    kind: str
    """``surplus``, ``applied``, ``unapplied``, ``refund``, ``refund_failed`` or ``taken_back``."""
    minor: int
    """Positive where the credit grew."""
    payment_id: UUID | None
    invoice_id: UUID | None
    refund_id: UUID | None
    at: datetime
    """In business time."""


class RefundRead(Read):
    id: UUID
    payment_id: UUID
    state: str
    """``requested``, ``processing``, ``done`` or ``failed``."""
    amount_minor: int
    currency: str
    reason: str | None
    """Why it failed."""
    requested_at: datetime


class CreditRead(Read):
    bill_group_id: UUID
    display_name: str
    currency: str
    credit_minor: int
    entries: list[CreditEntryRead]
    """The newest 100, the newest first."""
    refunds: list[RefundRead]
    """The newest 100, the newest first."""


class CreditRefund(Body):
    amount_minor: Annotated[int, Field(ge=1, lt=2**63)]
    """How much of the credit to pay back."""


@router.get("/{workspace_id}/bill-groups/{bill_group_id}/credit", guard=allow("credit.refund"), problems=(NotFound,))
async def get_credit(workspace_id: UUID, bill_group_id: UUID, session: Session, access: CurrentAccess) -> CreditRead:
    """The credit of a customer's bill group, how it came about, and what was paid back of it."""
    async with acting_for(session, access, workspace_id):
        group = await find_group(session, workspace_id, bill_group_id)
        newest = select(CreditEntry).where(CreditEntry.bill_group_id == group.id)
        entries = await session.scalars(newest.order_by(CreditEntry.at.desc(), CreditEntry.id.desc()).limit(NEWEST))
        of_group = select(Refund).where(Refund.bill_group_id == group.id)
        paid_back = of_group.order_by(Refund.requested_at.desc(), Refund.id.desc())
        return CreditRead(
            bill_group_id=group.id, display_name=group.display_name, currency=group.currency,
            credit_minor=await credit_of(session, group.id),
            entries=[CreditEntryRead.model_validate(entry) for entry in entries],
            refunds=[RefundRead.model_validate(each) for each in await session.scalars(paid_back.limit(NEWEST))],
        )  # fmt: skip


@router.post(
    "/{workspace_id}/bill-groups/{bill_group_id}/credit-refunds",
    guard=allow("credit.refund"),
    status_code=201,
    problems=(NotFound, NotThatMuchCredit, NoWayBack, PaymentsNotSetUp),
)
async def refund_credit(
    workspace_id: UUID, bill_group_id: UUID, body: CreditRefund, session: Session, access: CurrentAccess,
    settings: CurrentSettings, once: Once,
) -> list[RefundRead]:  # fmt: skip
    """Pay credit back through the payment gateway, by the way that it came: the newest payments first."""

    async def begin() -> list[RefundRead]:
        async with acting_for(session, access, workspace_id):
            gateway = gateway_name(settings)
            begun = await refunds.refund_credit(session, workspace_id, bill_group_id, body.amount_minor, gateway)
            return [RefundRead.model_validate(each) for each in begun]

    return await once(body, list[RefundRead], begin)
