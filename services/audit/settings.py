"""Audit's settings, from environment variables ``AUDIT_…``."""

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="AUDIT_", extra="ignore")

    seal_key: SecretStr
    """Signs the checkpoints and wraps the keys of personal data. Neither can be forged with the database alone."""
    checkpoint_seconds: float = 60
    """The interval of checkpoints. Removal of newer entries is not detected."""
