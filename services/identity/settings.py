from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="IDENTITY_", extra="ignore")

    service: str = "identity"
    key_secret: SecretStr
    """Encrypts the private signing keys at rest."""
    mail_key: SecretStr
    """Encrypts secret mails (Fernet). Only identity and notifications have it."""
    sign_ins_per_address: int = Field(5, ge=1)
    """Challenges per address in 15 minutes."""
    sign_ins_per_ip: int = Field(20, ge=1)
    """Challenges per IP address in 15 minutes."""


def _current_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.runtime.settings
    return settings


CurrentSettings = Annotated[Settings, Depends(_current_settings)]
