from uuid import UUID

from services.billing.bill_groups import service
from services.billing.bill_groups.models import ContactKind
from services.billing.bill_groups.schemas import BillGroupRead, ContactRead, ContactUpdate
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session

router = Router("billing", "bill-groups")


@router.get("", guard=allow("money.view"))
async def list_bill_groups(session: Session, access: CurrentAccess, now: Now) -> list[BillGroupRead]:
    """The billing summary: next date, balance, frequency, auto-pay, and the contacts."""  # (O11 to O14, O22, O23)
    return await service.list_bill_groups(session, access.workspace_id, today=now.date())


@router.put("/{bill_group_id}/contacts/{kind}", guard=allow("billing_contact.edit"))
async def change_contact(
    bill_group_id: UUID, kind: ContactKind, body: ContactUpdate, session: Session, access: CurrentAccess
) -> ContactRead:
    """Set the billing or shipping contact."""  # (O8)
    return await service.change_contact(session, access.workspace_id, bill_group_id, kind, body)
