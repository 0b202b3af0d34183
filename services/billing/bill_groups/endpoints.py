from uuid import UUID

from fastapi import Response

from services.billing.bill_groups import service
from services.billing.bill_groups.models import ContactKind
from services.billing.bill_groups.schemas import BillGroupRead, ContactRead, ContactUpdate, ProfileRead, ProfileUpdate
from services.billing.bill_groups.summary import read_own_groups
from services.billing.settings import CurrentSettings, Today
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.pages import json_response
from shared.reads import Reader

router = Router("billing", "bill-groups")


@router.get("", guard=allow("money.view"), response_model=list[BillGroupRead])
async def list_bill_groups(read: Reader, today: Today, settings: CurrentSettings) -> Response:
    """The billing summary: next date, balance, frequency, auto-pay, and the contacts."""  # (O11 to O14, O22, O23)
    pays = settings.takes_online_payments
    found = await read_own_groups(read, today=today, zone=settings.time_zone, takes_online_payments=pays)
    return json_response(found)


@router.put("/{bill_group_id}/profile", guard=allow("billing_profile.edit"))
async def change_profile(
    bill_group_id: UUID, body: ProfileUpdate, session: Session, access: CurrentAccess
) -> ProfileRead:
    """Set the PO number, VAT number and registration number, which later invoices say."""  # (O15 to O17)
    return await service.change_profile(session, access.workspace_id, bill_group_id, body)


@router.put("/{bill_group_id}/contacts/{kind}", guard=allow("billing_contact.edit"))
async def change_contact(
    bill_group_id: UUID, kind: ContactKind, body: ContactUpdate, session: Session, access: CurrentAccess
) -> ContactRead:
    """Set the billing or shipping contact."""  # (O8)
    return await service.change_contact(session, access.workspace_id, bill_group_id, kind, body)
