from typing import Annotated

from cryptography.fernet import Fernet, MultiFernet
from fastapi import Depends
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from shared.current_settings import current_settings
from shared.settings import ServiceSettings


def cipher_of(keys: SecretStr) -> MultiFernet:
    """Encrypts with the first key, and decrypts with each. Raises `ValueError` for what is no key."""
    return MultiFernet([Fernet(key.strip()) for key in keys.get_secret_value().split(",")])


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="PROVISIONING_", extra="ignore", hide_input_in_errors=True)

    service: str = "provisioning"
    secret_keys: SecretStr
    """Fernet keys, comma-separated, the newest first: it encrypts credentials that wait to be shown, all decrypt."""
    lease_seconds: float = Field(60, gt=0)
    """The lease of a step. After it expires, another worker takes the step."""
    step_timeout_seconds: float = Field(20, gt=0)
    """The timeout of a driver call. Less than the lease, so that a slow driver is not called concurrently."""
    steps_at_once: int = Field(20, ge=1)
    """How many operations a worker claims and works on at once."""

    @field_validator("secret_keys")
    @classmethod
    def _are_keys(cls, keys: SecretStr) -> SecretStr:
        """A process with a wrong key does not start."""
        try:
            cipher_of(keys)
        except ValueError:
            raise ValueError("must be Fernet keys, with commas between them") from None
        return keys


CurrentSettings = Annotated[Settings, Depends(current_settings)]
