from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="PROVISIONING_", extra="ignore")

    service: str = "provisioning"
    lease_seconds: float = Field(60, gt=0)
    """The lease of a step. After it expires, another worker takes the step."""
    step_timeout_seconds: float = Field(20, gt=0)
    """The timeout of a driver call. Less than the lease, so that a slow driver is not called concurrently."""
    steps_at_once: int = Field(20, ge=1)
    """How many operations a worker claims and works on at once."""
