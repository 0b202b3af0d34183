"""Billing's settings, from environment variables ``BILLING_…``."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.billing.money import Currency
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BILLING_", extra="ignore")

    currency: Currency = "EUR"
    """The currency of a customer's default bill group."""
    terms_days: Annotated[int, Field(ge=0, le=365)] = 14
    """Days from an invoice's issue to its due date, for new bill groups."""
    tax_percent: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)] = Decimal(0)
    """The tax rate of each line."""

    seller_code: Annotated[str, Field(pattern="^[A-Z0-9]{1,12}$")] = "INV"
    """The prefix of the selling entity's invoice numbers. One gapless series per code and year (D21)."""
    seller_name: str | None = None
    """The seller's name on invoices. Defaults to the provider workspace's name."""
    seller_address: str = ""
    """The postal address on invoices, lines separated by ``|``."""
    seller_vat_number: str = ""
    seller_registration_number: str = ""
    seller_bank_account: str = ""
    """IBAN and BIC for bank transfers, as printed on invoices."""
    font_path: Path | None = None
    """A folder of additional fonts, for scripts that the bundled Inter does not cover, such as Chinese."""

    gateway_secret: SecretStr
    """Signs the payment gateway's callbacks and encrypts the simulator's page links."""


def _current_settings(request: Request) -> Settings:
    found: Settings = request.app.state.runtime.settings
    return found


CurrentSettings = Annotated[Settings, Depends(_current_settings)]
