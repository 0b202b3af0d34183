"""The portal's settings."""

from functools import cached_property
from typing import Self
from urllib.parse import urlsplit

import httpx
from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from shared.logins import BrokerUrl
from shared.secrets import FernetKeys
from shared.settings import PorticoSettings

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", "::1"}


class Settings(PorticoSettings):
    """Each is read from ``PORTAL_<NAME>`` or from ``PORTICO_<NAME>``, which the services share."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", extra="ignore")

    identity_url: str
    billing_url: str
    provisioning_url: str
    notifications_url: str
    audit_url: str
    rabbitmq_url: BrokerUrl | None = None
    """For live pages only. Without it they poll every few seconds."""
    cookie_key: FernetKeys
    """Encrypts the cookie. Rotating it signs nobody out."""
    page_timeout: float = Field(default=2.0, gt=0)
    """Seconds for all calls of a page together."""
    read_timeout: float = Field(default=1.5, gt=0)
    """Seconds for one call that reads."""
    write_timeout: float = Field(default=10.0, gt=0)
    """Seconds for all calls of a form together, and for the start of a file."""

    brand_name: str = "Portico"
    brand_color: str = Field(default="#4f46e5", pattern=r"^#[0-9a-fA-F]{6}$")
    support_address: str | None = None
    support_phone: str | None = None
    support_hours: str | None = None
    status_page_url: str | None = None

    @cached_property
    def public_host(self) -> str:
        """As browsers send it in `Host`: with the port only where it is not the scheme's default."""
        return self.public_origin.partition("://")[2]

    @cached_property
    def public_origin(self) -> str:
        """As browsers send it in `Origin`: scheme, host and port."""
        url = httpx.URL(self.public_url)
        return f"{url.scheme}://{url.netloc.decode()}"

    @cached_property
    def service_urls(self) -> dict[str, str]:
        """Without a slash at the end."""
        urls = {
            "identity": self.identity_url,
            "billing": self.billing_url,
            "provisioning": self.provisioning_url,
            "notifications": self.notifications_url,
            "audit": self.audit_url,
        }
        return {service: url.rstrip("/") for service, url in urls.items()}

    @model_validator(mode="after")
    def _browsers_keep_the_cookie_only_over_https(self) -> Self:
        url = urlsplit(self.public_url)
        if url.scheme != "https" and url.hostname not in LOCAL_HOSTS:
            raise ValueError("public_url must be https: browsers drop the session cookie otherwise")
        return self
