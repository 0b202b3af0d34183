"""Current seller and buyer data, copied to an invoice when it is issued (D21)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.settings import Settings
from shared.copies import workspaces


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


def buyer_of(row: Mapping[str, Any] | RowMapping) -> dict[str, Any]:
    """The buyer from a row of a bill group, with its workspace and its billing contact, whose columns are null if it
    has none."""
    postal = [row["street"], f"{row['postal_code'] or ''} {row['city'] or ''}".strip(), row["country"]]
    return {
        "name": row["company"] or row["workspace_name"],
        "account_number": row["account_number"],
        "attention": row["contact_name"] or "",
        "postal_lines": [line for line in postal if line],
        "po_number": row["po_number"],
        "vat_number": row["vat_number"],
        "registration_number": row["registration_number"],
        "locale": row["locale"],
    }
