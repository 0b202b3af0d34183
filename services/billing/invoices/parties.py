"""Current seller and buyer data, copied to an invoice when it is issued (D21)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup, BillGroupContact, ContactKind
from services.billing.settings import Settings
from shared.copies import workspace_of, workspaces


@dataclass(frozen=True, slots=True)
class Seller:
    """The selling entity: its number series, its tax rate, and its data on invoices."""

    series: str
    tax_percent: Decimal
    details: dict[str, Any]


async def seller_now(session: AsyncSession, settings: Settings) -> Seller:
    """The seller as configured. Its name defaults to the provider's."""
    provider = select(workspaces.c.display_name).where(workspaces.c.kind == "provider")
    name = settings.seller_name or await session.scalar(provider) or settings.seller_code
    details = {
        "name": name,
        "postal_lines": [line.strip() for line in settings.seller_address.split("|") if line.strip()],
        "vat_number": settings.seller_vat_number,
        "registration_number": settings.seller_registration_number,
        "bank_account": settings.seller_bank_account,
        "pay_at": settings.public_url,
    }
    return Seller(settings.seller_code, settings.tax_percent, details)


async def buyer_now(session: AsyncSession, group: BillGroup) -> dict[str, Any]:
    workspace = await workspace_of(session, group.workspace_id)
    contact = await session.get(BillGroupContact, (group.id, ContactKind.billing.value))
    postal = [contact.street, f"{contact.postal_code} {contact.city}".strip(), contact.country] if contact else []
    return {
        "name": (contact and contact.company) or workspace.display_name,
        "account_number": workspace.account_number,
        "attention": contact.display_name if contact else "",
        "postal_lines": [line for line in postal if line],
        "po_number": group.po_number,
        "vat_number": group.vat_number,
        "registration_number": group.registration_number,
        "locale": workspace.locale,
    }
