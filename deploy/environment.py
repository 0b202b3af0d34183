"""The services' names, and settings from the environment."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[1]
DEMO_FOLDER = Path(os.environ.get("PORTICO_LOCAL", ROOT / ".local"))
"""The folder of the demo's data, secrets and logs."""


def portico_version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


class ServiceName(StrEnum):
    identity = "identity"
    billing = "billing"
    provisioning = "provisioning"
    notifications = "notifications"
    audit = "audit"


SERVICES = tuple(ServiceName)
"""The services, which own data. The portal owns none."""


class OperatorError(Exception):
    """A command cannot be carried out; the text says why, and what to do."""


class MissingSetting(OperatorError):
    """An environment variable that the command needs is not set."""


def setting(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise MissingSetting(f"{name} is not set; docs/operating.md lists what each command needs.")
    return value


def own_or_shared(process: str, name: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """``<PROCESS>_<NAME>``, or ``PORTICO_<NAME>``, as a process reads its settings. None if neither says anything."""
    return environment.get(f"{process.upper()}_{name}") or environment.get(f"PORTICO_{name}") or None


def files_folder(service: str) -> Path:
    """Where a service keeps its files: with its settings' names and default."""
    return Path(own_or_shared(service, "FILES_DIR") or "/var/lib/portico/files") / service


@dataclass(frozen=True)
class Login:
    """The parts of a database URL."""

    role: str
    passwords: tuple[str, ...]
    """The newest first."""
    database: str

    @classmethod
    def of(cls, url: str) -> "Login":
        parts = urlsplit(url)
        return cls(unquote(parts.username or ""), passwords_of(url), parts.path.lstrip("/"))

    @property
    def password(self) -> str:
        """The newest."""
        return self.passwords[0]


def passwords_of(url: str) -> tuple[str, ...]:
    """The passwords of an address, the newest first; one is empty if it has none (`shared.logins`)."""
    return tuple(unquote(password) for password in (urlsplit(url).password or "").split(","))


def api_url(service: str) -> str:
    return setting(f"{service.upper()}_DATABASE_URL")


def worker_url(service: str) -> str:
    return setting(f"{service.upper()}_WORKER_DATABASE_URL")


def broker_url(process: str) -> str:
    """The URL with the process's own broker user; ``process`` is a service or the portal."""
    return setting(f"{process.upper()}_RABBITMQ_URL")


def demo_clock_file() -> Path:
    """The file with the offset of business time; only a demo has one."""
    if setting("PORTICO_DEMO").lower() not in {"1", "true", "yes"}:
        raise OperatorError("Business time moves in a demo only (PORTICO_DEMO=1).")
    return Path(setting("PORTICO_CLOCK_FILE"))
