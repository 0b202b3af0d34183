"""The settings of every service, from environment variables."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict
from pydantic_settings import PydanticBaseSettingsSource as Source

from shared.logins import BrokerUrl, DatabaseUrl
from shared.secrets import SecretList


class PorticoSettings(BaseSettings):
    """Reads ``<SERVICE>_NAME``, with ``PORTICO_NAME`` as a fallback for shared values."""

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True)

    log_level: str = "INFO"
    metrics_port: int | None = Field(default=None, ge=1, le=65_535)
    """The port of this process's /metrics, or None for no metrics. Must not be publicly reachable."""
    metrics_host: str = "127.0.0.1"
    demo: bool = False
    """Enables demo features: movable business time and the payment simulator."""
    clock_file: Path | None = None
    public_url: str = "http://localhost:8000"
    """The portal's public URL. The base of all links; a request's Host header is never used."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: Source, env_settings: Source, *others: Any, **named: Any
    ) -> tuple[Source, ...]:
        return init_settings, env_settings, EnvSettingsSource(settings_cls, env_prefix="PORTICO_")


class PartitionSettings(PorticoSettings):
    """Settings that `portico migrate` needs too."""

    partitions: dict[str, Annotated[int, Field(ge=1, le=64)]] = {}
    """Queues that are partitioned across workers, with the number of partitions, as JSON: ``{"audit.on.all": 4}``.
    `portico migrate` creates the partitions."""


class ServiceSettings(PartitionSettings):
    """The settings of each of the five services, which subclass it with their ``env_prefix``."""

    database_url: DatabaseUrl
    """The connection of the role ``portico_<service>_api``, which sees only the rows of its scope."""
    worker_database_url: DatabaseUrl
    """The connection of the role ``portico_<service>_worker``, for handlers, jobs and the relay."""
    direct_database_url: DatabaseUrl | None = None
    """The same with PostgreSQL's own address, where the others name a pooler that shares sessions between clients: the
    relay's lock and LISTEN need a session."""
    rabbitmq_url: BrokerUrl | None = None
    """The connection of the broker user ``portico_<service>``, which may publish only this service's events. Not needed
    by a process that only serves the API."""
    identity_url: str
    """The base URL for identity's public keys and, when a copy is stale, a person's grants."""
    service_key: SecretList
    """The shared key of the services, for endpoints that only services may call."""
    files_dir: Path = Path("/var/lib/portico/files")
    """The folder of files such as exports, below which each service has its own. All processes of a service, its API
    and its workers, must see the same one."""
    api_connections: int = 6
    worker_connections: int = 5
