"""What audit is told from outside: ``AUDIT_…``."""

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="AUDIT_", extra="ignore")

    seal_key: SecretStr
    """Signs the checkpoints and wraps the keys of personal data. Whoever has only the database can forge neither."""
    checkpoint_seconds: float = 60
    """How much of the newest log a thief of the database could cut off unseen."""
