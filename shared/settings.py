"""What every service is told from outside, by environment variables."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import AmqpDsn, Field, PostgresDsn, SecretStr
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict


class PorticoSettings(BaseSettings):
    """Reads ``<SERVICE>_NAME`` first and ``PORTICO_NAME`` behind it, so that what all share is said once."""

    model_config = SettingsConfigDict(extra="ignore")

    log_level: str = "INFO"
    metrics_port: int | None = Field(default=None, ge=1, le=65_535)
    """Where this process alone answers /metrics; without it, nobody does. Never a port that people reach."""
    metrics_host: str = "127.0.0.1"
    demo: bool = False
    """Allows what only a demo may: movable business time, the payment simulator."""
    clock_file: Path | None = None
    public_url: str = "http://localhost:8000"
    """Where people reach the portal. Links are built from it alone, never from a request's Host."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *others: Any, **named: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        own = named.get("env_settings") or others[0]
        return init_settings, own, EnvSettingsSource(settings_cls, env_prefix="PORTICO_")


class PartitionSettings(PorticoSettings):
    """What `portico migrate` has to know, too."""

    partitions: dict[str, Annotated[int, Field(ge=1, le=64)]] = {}
    """Queues that several workers read at once, and into how many parts each is divided, as JSON:
    ``{"audit.on.all": 4}``. `portico migrate` makes the parts."""


class ServiceSettings(PartitionSettings):
    """What each of the five services needs. A service subclasses it and sets its own ``env_prefix``."""

    database_url: PostgresDsn
    """As the role ``portico_<service>_api``, which sees the rows of its scope only."""
    worker_database_url: PostgresDsn
    """As the role ``portico_<service>_worker``, which handlers, jobs and the relay use."""
    rabbitmq_url: AmqpDsn | None = None
    """As the user ``portico_<service>``, which may write this service's events alone. An API lives without it."""
    identity_url: str
    """Where identity's public keys and, when a copy is behind, a person's grants come from."""
    service_key: SecretStr
    """Shared by the services; opens the endpoints that only a service may call."""
    api_connections: int = 6
    worker_connections: int = 5
