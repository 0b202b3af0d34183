"""Billing's settings, from environment variables ``BILLING_…``."""

from datetime import date, datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from services.billing.money import Currency
from shared.clock import Clock
from shared.current_settings import current_settings
from shared.language import is_zone
from shared.language.zones import UTC
from shared.secrets import SecretList
from shared.settings import ServiceSettings


def _listed(days: object) -> object:
    return [part.strip() for part in days.split(",") if part.strip()] if isinstance(days, str) else days


def _zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError("must be a time zone of IANA's database, such as Europe/Berlin")
    return name


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BILLING_", extra="ignore")

    currency: Currency = "EUR"
    """The currency of a customer's default bill group."""
    terms_days: Annotated[int, Field(ge=0, le=365)] = 14
    """Days from an invoice's issue to its due date, for new bill groups."""
    tax_percent: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)] = Decimal(0)
    """The tax rate of each line."""

    time_zone: Annotated[str, AfterValidator(_zone)] = UTC
    """The selling entity's time zone, by its name in IANA's database: the days of invoices, billing and due dates, and
    the years of invoice numbers are its days and years."""
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
    """A folder of additional fonts, for scripts that the bundled ones do not cover."""
    print_memory_mib: Annotated[int, Field(ge=150, le=8_000)] = 400
    """The most memory of a worker's printing process. An invoice of 2,000 lines needs 300."""

    reminder_days: Annotated[
        tuple[Annotated[int, Field(ge=1, le=365)], ...], NoDecode, BeforeValidator(_listed), Field(max_length=5)
    ] = (3, 10, 20)
    """After how many days of business time overdue a reminder is sent, ascending, separated by commas. Empty: never."""
    staff_notice_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """After how many days overdue the provider's staff are told, later than the last reminder. 0: never."""

    suspend_after_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """After how many days overdue a bill group is past due, so that its services are suspended. 0: never."""

    online_payments: bool = True
    """Whether invoices can be paid online at all. Each bill group has a switch of its own besides."""
    gateway: Literal["simulator", "stripe", "none"] | None = None
    """The payment gateway: ``none``, or the name of an adapter. By default the simulator in a demo, else none."""
    gateway_secret: SecretList
    """Encrypts the links to payment pages, and signs the simulator's callbacks."""

    stripe_api_key: SecretStr | None = None
    """A secret or restricted key of the Stripe account."""
    stripe_webhook_secret: SecretStr | None = None
    """The signing secret of the webhook endpoint that Stripe calls."""

    @property
    def gateway_name(self) -> str:
        return self.gateway or ("simulator" if self.demo else "none")

    @property
    def takes_online_payments(self) -> bool:
        """Whether anything can be paid online in this installation, where a bill group's own switch is on."""
        return self.online_payments and self.gateway_name != "none"

    @model_validator(mode="after")
    def _check_gateway(self) -> Self:
        if self.gateway == "simulator" and not self.demo:
            raise ValueError("BILLING_GATEWAY=simulator is for a demo only: no money would move")
        if self.gateway == "stripe" and not (self.stripe_api_key and self.stripe_webhook_secret):
            raise ValueError("BILLING_GATEWAY=stripe needs BILLING_STRIPE_API_KEY and BILLING_STRIPE_WEBHOOK_SECRET")
        if self.gateway == "stripe" and find_spec("stripe") is None:
            raise ValueError("BILLING_GATEWAY=stripe needs Stripe's library: install portico[stripe]")
        return self

    @model_validator(mode="after")
    def _check_reminders(self) -> Self:
        days = self.reminder_days
        if list(days) != sorted(set(days)):
            raise ValueError("BILLING_REMINDER_DAYS must ascend, such as 3,10,20")
        if self.staff_notice_days and days and self.staff_notice_days <= days[-1]:
            raise ValueError("BILLING_STAFF_NOTICE_DAYS must be 0, or more than the last of BILLING_REMINDER_DAYS")
        return self

    def day_of(self, moment: datetime) -> date:
        """The day of a moment where the selling entity is."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()


CurrentSettings = Annotated[Settings, Depends(current_settings)]


async def _today(request: Request, settings: CurrentSettings) -> date:
    clock: Clock = request.app.state.runtime.clock
    return settings.day_of(clock.now())


Today = Annotated[date, Depends(_today)]
"""The day in business time where the selling entity is."""
