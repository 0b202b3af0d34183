"""Notifications' settings, from environment variables ``NOTIFICATIONS_…``."""

from urllib.parse import urlsplit

from pydantic import EmailStr, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_", extra="ignore")

    smtp_url: SecretStr
    """``smtp://user:password@host:port``, or ``smtps://`` for implicit TLS."""
    smtp_timeout_seconds: float = Field(30, gt=0)
    """The timeout for one mail, from the connection to the server's answer."""
    lease_seconds: float = Field(120, gt=0)
    """The lease of a mail. After it expires, another worker sends the mail."""
    mails_at_once: int = Field(4, ge=1, le=100)
    """Mails that one worker sends concurrently."""
    mail_key: SecretStr
    """Decrypts secret mails (Fernet). Only identity and notifications have it."""
    sender_address: EmailStr | None = None
    """The From address of all mails. Defaults to no-reply at the public URL's host."""

    @property
    def mail_host(self) -> str:
        """The host of Message-IDs and the default sender address."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def sender(self) -> str:
        return self.sender_address or f"no-reply@{self.mail_host}"
