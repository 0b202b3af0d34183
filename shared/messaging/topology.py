"""The names of exchanges and queues for retries, dead letters and open pages. `portico migrate` creates them
(deploy/migrating/topology.py); running processes only use them."""

from faststream.rabbit import ExchangeType, RabbitExchange

from shared.outbox import LIVE_EXCHANGE

RETRY_DELAYS = (1, 5, 30, 120, 600)
"""Seconds before each retry."""

LIVE = RabbitExchange(LIVE_EXCHANGE, ExchangeType.TOPIC, declare=False)
"""All events, including transient ones. The portal listens here."""


def retry_exchange(service: str) -> str:
    """Receives messages for a delayed retry, by the key of `retry_key`."""
    return f"{service}.retry"


def retry_key(delay: int, queue: str) -> str:
    return f"{delay}s.{queue}"


def back_exchange(service: str) -> str:
    """Returns a message to the queue that its routing key names after the first dot. Bound only to queues of
    ``service``, so that a retry cannot reach another service's queues."""
    return f"{service}.back"


def dead_letters(service: str) -> str:
    """The dead-letter exchange and queue of ``service`` (`portico dead`)."""
    return f"{service}.dead"


def partitions_of(queue: str, count: int) -> list[str]:
    """The queues of one listener: the queue itself, or its partitions."""
    return [queue] if count == 1 else [f"{queue}.{number}" for number in range(count)]
