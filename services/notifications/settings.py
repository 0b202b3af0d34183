"""What notifications is told from outside: ``NOTIFICATIONS_…``."""

from urllib.parse import urlsplit

from pydantic import EmailStr, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_", extra="ignore")

    smtp_url: SecretStr
    """``smtp://user:password@host:port``; ``smtps://`` encrypts from the beginning."""
    smtp_timeout_seconds: float = Field(30, gt=0)
    """For one mail, from the connection to the server's answer."""
    lease_seconds: float = Field(120, gt=0)
    """How long a worker may be at one mail; after that it counts as dead, and another one sends it."""
    mails_at_once: int = Field(4, ge=1, le=100)
    """Mails that one worker sends side by side."""
    mail_key: SecretStr
    """Opens secrets on their way to a mailbox (Fernet). Only identity and notifications hold it."""
    sender_address: EmailStr | None = None
    """The From of all mails; without it, no-reply at the public URL's host."""
    locale: str = "en_US"
    """How amounts and dates are written."""

    @property
    def mail_host(self) -> str:
        """The host that message ids and the sender's address are of."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def sender(self) -> str:
        return self.sender_address or f"no-reply@{self.mail_host}"
