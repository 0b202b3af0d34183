"""What billing is told from outside: ``BILLING_…``."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BILLING_", extra="ignore")

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    """Of a customer's first bill group."""
    terms_days: Annotated[int, Field(ge=0, le=365)] = 14
    """From the issue of an invoice to its due date, as a new bill group begins with it."""
    tax_percent: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)] = Decimal(0)
    """What the seller adds to each line."""

    seller_code: Annotated[str, Field(pattern="^[A-Z0-9]{1,12}$")] = "INV"
    """Begins the numbers of the selling entity; each code has its own gapless series a year (D21)."""
    seller_name: str | None = None
    """On invoices; without it the provider workspace's name."""
    seller_address: str = ""
    """Postal address on invoices, lines separated by ``|``."""
    seller_vat_number: str = ""
    seller_registration_number: str = ""
    seller_bank_account: str = ""
    """Where transfers go: IBAN and BIC as they shall be printed."""
    font_path: Path | None = None
    """A folder of further fonts, for buyers whose names the bundled Inter cannot write (Chinese, for instance)."""

    gateway_secret: SecretStr
    """Signs what the payment gateway tells us, and seals the simulator's pages."""


def _running(request: Request) -> Settings:
    found: Settings = request.app.state.runtime.settings
    return found


CurrentSettings = Annotated[Settings, Depends(_running)]
