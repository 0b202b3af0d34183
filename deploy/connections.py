"""How many connections to PostgreSQL an installation may open, from its settings and numbers of replicas.

Pools open connections when they are needed, so a quiet installation has fewer. A limit below what is needed shows first
under load, as answers of 503."""

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.environment import SERVICES, OperatorError, own_or_shared

API_CONNECTIONS, WORKER_CONNECTIONS = 6, 5
"""The defaults of shared/settings.py."""
LISTENING = 2
"""Of each worker beside its pool: the relay's, and the one on which jobs are woken. Both keep a session."""
PROBED = 1
"""Of each worker, for /readyz."""
RESERVED = 20
"""For `portico migrate`, `verify`, backups, monitoring, and PostgreSQL's own `superuser_reserved_connections`."""


class NotANumber(OperatorError):
    """A number in the settings is none, or out of range."""


@dataclass(frozen=True)
class Pools:
    """The sizes of a service's pools."""

    api: int = API_CONNECTIONS
    worker: int = WORKER_CONNECTIONS

    @property
    def of_api(self) -> int:
        """Of one API: a pool for transactions and one for the reads of lists."""
        return 2 * self.api

    @property
    def of_worker(self) -> int:
        """Of one worker: its pool, the reads of exports, and those beside."""
        return self.worker + self.api + LISTENING + PROBED

    @property
    def of_both(self) -> int:
        """Of one process that is API and worker."""
        return 2 * self.api + self.worker + LISTENING


def pools_of(service: str, environment: Mapping[str, str]) -> Pools:
    """A service's pools, as its processes read them. Raises `NotANumber`."""
    return Pools(
        _number(environment, service, "API_CONNECTIONS", API_CONNECTIONS),
        _number(environment, service, "WORKER_CONNECTIONS", WORKER_CONNECTIONS),
    )


def replicas_of(environment: Mapping[str, str]) -> dict[str, int]:
    """How often each API and worker runs in containers: ``{"billing": 3, "billing-worker": 1, …}``, from
    ``BILLING_REPLICAS``, ``BILLING_WORKER_REPLICAS`` and the like. Raises `NotANumber`."""
    names = [f"{service}{kind}" for service in SERVICES for kind in ("", "-worker")]
    return {name: _number(environment, name.replace("-", "_"), "REPLICAS", 1) for name in names}


def needed(replicas: Mapping[str, int], environment: Mapping[str, str]) -> int:
    """The `max_connections` that is enough: every replica with full pools, as many of one service again while an
    upgrade runs old and new ones side by side, and what is reserved. ``replicas`` is as `replicas_of` returns it; a
    name such as ``billing`` is an API alone. Raises `NotANumber`."""
    each = {name: count * _of_one(name, environment) for name, count in replicas.items()}
    return sum(each.values()) + max(each.values(), default=0) + RESERVED


def _of_one(name: str, environment: Mapping[str, str]) -> int:
    service, _, kind = name.partition("-")
    pools = pools_of(service, environment)
    return pools.of_worker if kind == "worker" else pools.of_api


def _number(environment: Mapping[str, str], process: str, name: str, default: int) -> int:
    given = own_or_shared(process, name, environment) or str(default)
    if not given.isdecimal() or not 0 <= int(given) <= 10_000:
        raise NotANumber(f"{process.upper()}_{name} is {given!r}. Write a whole number from 0 to 10000.")
    return int(given)
