"""Notifications' settings, from environment variables ``NOTIFICATIONS_…``."""

from typing import Annotated, Self
from urllib.parse import urlsplit

from fastapi import Depends
from pydantic import EmailStr, Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from services.notifications.signatures import Signer, read_key
from shared.current_settings import current_settings
from shared.secrets import FernetKeys, SecretList, values_of
from shared.settings import ServiceSettings

HOST = r"^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$"
LONGEST_BOUNCE_NAME = 15
"""Characters before the @ of the bounce address: with what names a mail they are at most the 64 of RFC 5321."""


SHORTEST_TOKEN = 16


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_", extra="ignore")

    smtp_url: SecretStr
    """``smtp://user:password@host:port``, or ``smtps://`` for implicit TLS."""
    smtp_timeout_seconds: float = Field(30, gt=0)
    """The timeout for one mail, from the connection to the server's answer."""
    lease_seconds: float = Field(120, gt=0)
    """The lease of a mail. After it expires, another worker sends the mail."""
    mails_at_once: int = Field(8, ge=1, le=100)
    """Mails that one worker sends concurrently, each over a connection of its own."""
    news_per_minute: int = Field(600, ge=1, le=100_000)
    """How many mails of campaigns all workers together send a minute."""
    news_at_once: int = Field(2, ge=1, le=100)
    """Mails of campaigns that one worker sends concurrently, beside all others."""
    mail_key: FernetKeys
    """Decrypts secret mails. Only identity and notifications have it."""
    link_keys: FernetKeys
    """Encrypts the links that switch off mails."""
    sender_address: EmailStr | None = None
    """The From address of all mails. Defaults to no-reply at the public URL's host."""
    dkim_domain: str | None = Field(None, pattern=HOST, max_length=253)
    """Mails are signed in the name of this domain: that of the From address, or one above it."""
    dkim_selector: str | None = Field(None, pattern=HOST, max_length=63)
    """Where the domain's DNS has the public key: ``<selector>._domainkey.<domain>``."""
    dkim_key: SecretStr | None = None
    """The private key in PEM, RSA or Ed25519. Its lines may end with ``\\n`` as two characters."""
    bounce_address: EmailStr | None = None
    """Where mail servers send mails back to, each to this address with ``+`` and what names the mail. None: to the From
    address."""
    bounce_token: SecretList | None = None
    """With it the mail server of the bounce address hands over what came back. None: nobody may."""

    @field_validator("dkim_domain", "dkim_selector", "dkim_key", "bounce_address", "bounce_token", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        """Files of settings have lines without a value."""
        return value or None

    @field_validator("dkim_key")
    @classmethod
    def _is_private_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None:
            read_key(key)
        return key

    @field_validator("bounce_token")
    @classmethod
    def _cannot_be_guessed(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and min(map(len, values_of(token))) < SHORTEST_TOKEN:
            raise ValueError(f"must have at least {SHORTEST_TOKEN} characters")
        return token

    @field_validator("bounce_address")
    @classmethod
    def _has_room(cls, address: str | None) -> str | None:
        name = (address or "").partition("@")[0]
        if "+" in name or len(name) > LONGEST_BOUNCE_NAME:
            raise ValueError(f"must have at most {LONGEST_BOUNCE_NAME} characters before the @, and no +")
        return address

    @model_validator(mode="after")
    def _signs_as_the_sender(self) -> Self:
        """A signature of another domain proves nothing to whoever compares it with the From address (DMARC)."""
        given = (self.dkim_domain, self.dkim_selector, self.dkim_key)
        if any(given) and not all(given):
            raise ValueError("NOTIFICATIONS_DKIM_DOMAIN, _DKIM_SELECTOR and _DKIM_KEY must be set together")
        host = self.sender.rpartition("@")[2].lower()
        if self.dkim_domain and host != self.dkim_domain and not host.endswith(f".{self.dkim_domain}"):
            raise ValueError(
                f"NOTIFICATIONS_DKIM_DOMAIN must be {host}, the domain of the From address, or one above it"
            )
        return self

    @property
    def signer(self) -> Signer | None:
        """None: mails are not signed."""
        if self.dkim_domain is None or self.dkim_selector is None or self.dkim_key is None:
            return None
        return Signer(self.dkim_domain, self.dkim_selector, read_key(self.dkim_key))

    @property
    def mail_host(self) -> str:
        """The host of Message-IDs and the default sender address."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def sender(self) -> str:
        return self.sender_address or f"no-reply@{self.mail_host}"


CurrentSettings = Annotated[Settings, Depends(current_settings)]
