"""The exchanges, queues and bindings in RabbitMQ, and each user's permissions.

All arguments are explicit and everything is durable, since the defaults of RabbitMQ 3.10 and 4 differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.messaging.topology import (
    RETRY_DELAYS,
    back_exchange,
    dead_letters,
    partitions_of,
    retry_exchange,
)
from shared.outbox import LIVE_EXCHANGE, PARTITION_HEADER, commands_exchange, events_exchange

_SAFE: dict[str, Any] = {
    "x-queue-type": "quorum",
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",  # at-least-once dead-lettering needs it; the relay tries again
    "x-max-length": 2_000_000,
}
# Each time that an operator lists the queue counts as a delivery, and RabbitMQ 4 would drop a message at the twentieth.
_LOOKED_AT: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}


@dataclass(frozen=True, slots=True)
class Exchange:
    name: str
    kind: str
    hash_header: str | None = None
    """For a consistent-hash exchange: the header that it hashes."""

    @property
    def arguments(self) -> dict[str, Any]:
        return {} if self.hash_header is None else {"hash-header": self.hash_header}


@dataclass(frozen=True, slots=True)
class Binding:
    """A binding of an exchange to a queue or to another exchange."""

    source: str
    key: str
    target: str
    to_exchange: bool = False


@dataclass(frozen=True)
class Topology:
    """Exchanges, queues and bindings of one service, or of all."""

    exchanges: Sequence[Exchange]
    queues: dict[str, dict[str, Any]]
    """The queues' arguments, by name."""
    bindings: Sequence[Binding]


SHARED = Topology([Exchange(LIVE_EXCHANGE, "topic")], {}, [])


def plumbing_of(service: str) -> Topology:
    """The service's exchanges, its retry queues and its dead-letter queue."""
    events, retry, back, dead = (
        events_exchange(service),
        retry_exchange(service),
        back_exchange(service),
        dead_letters(service),
    )
    delays = {delay: f"{service}.retry.{delay}s" for delay in RETRY_DELAYS}
    queues = {
        name: _SAFE | {"x-message-ttl": delay * 1000, "x-dead-letter-exchange": back} for delay, name in delays.items()
    }
    return Topology(
        [
            Exchange(events, "topic"),
            Exchange(commands_exchange(service), "direct"),
            Exchange(retry, "topic"),
            Exchange(back, "topic"),
            Exchange(dead, "fanout"),
        ],
        {dead_letters(service): _LOOKED_AT, **queues},
        [
            Binding(events, "#", LIVE_EXCHANGE, to_exchange=True),
            Binding(dead, "", dead_letters(service)),
            *(Binding(retry, f"{delay}s.#", name) for delay, name in delays.items()),
        ],
    )


def listener_topology(
    service: str, queue: str, sources: Sequence[tuple[str, str]], *, is_command: bool, partitions: int
) -> Topology:
    """A work queue of ``service``, bound to ``sources``, each an exchange and a key. A single active consumer keeps it
    in order. With partitions, an exchange of that name distributes the messages over several such queues, and those of
    one workspace stay in order. The delivery limit stops a message that kills its consumer; ordinary failures are
    counted by the consumer."""
    arguments = _SAFE | {"x-delivery-limit": 20, "x-single-active-consumer": True}
    if not is_command:  # commands have no dead letters, since they may contain a secret
        arguments |= {"x-dead-letter-exchange": dead_letters(service)}
    names, spread = partitions_of(queue, partitions), partitions > 1
    into = [Binding(source, key, queue, spread) for source, key in sources]
    into.append(Binding(back_exchange(service), f"*.{queue}", queue, spread))
    exchange = Exchange(queue, "x-consistent-hash", PARTITION_HEADER)
    return Topology(
        [exchange] if spread else [],
        dict.fromkeys(names, arguments),
        [*into, *(Binding(queue, "1", name) for name in names if spread)],
    )


@dataclass(frozen=True, slots=True)
class Permissions:
    """Regular expressions over names: what a user may configure, write to and read from; and, per topic exchange in
    ``keys``, the routing keys with which it may publish."""

    configure: str
    write: str
    read: str
    keys: tuple[tuple[str, str], ...] = ()


def permissions_of_service(service: str) -> Permissions:
    """Its own events, commands, retries and dead letters, and its work queues. It may create nothing: a user who may
    create a queue could have it dead-letter messages, under any key, to any exchange that the user may write to."""
    own_events = rf"^{service}\.[^.]+$"
    return Permissions(
        configure="^$",
        write=rf"^(portico\.live|{service}\.(events|commands|retry|dead))$",
        read=rf"^{service}\.on\..+$",
        keys=((events_exchange(service), own_events), (LIVE_EXCHANGE, own_events)),
    )


PORTAL_PERMISSIONS = Permissions(
    configure=r"^portal\.live\.[^.]+$",
    write=r"^portal\.live\.[^.]+$",
    read=r"^(portal\.live\.[^.]+|portico\.live)$",
)
"""The portal may consume events on temporary queues, and may publish nothing."""
