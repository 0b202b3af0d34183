"""Audit's settings, from environment variables ``AUDIT_…``."""

from pydantic_settings import SettingsConfigDict

from shared.secrets import SecretList
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="AUDIT_", extra="ignore")

    seal_key: SecretList
    """Signs the checkpoints and wraps the keys of personal data. Neither can be forged with the database alone."""
    checkpoint_seconds: float = 60
    """The interval of checkpoints. Removal of newer entries is not detected."""
