from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="PROVISIONING_", extra="ignore")

    service: str = "provisioning"
    lease_seconds: float = Field(60, gt=0)
    """How long a worker may hold a step; after that it counts as dead, and another one takes the step."""
    step_timeout_seconds: float = Field(20, gt=0)
    """How long one call of a driver may take: less than the lease, or a slow driver would be called twice at once."""
    steps_at_once: int = Field(20, ge=1)
    """How many steps one worker has under way at the same time."""
