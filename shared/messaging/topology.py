"""The names of what stands in RabbitMQ for retries, dead letters and open pages. `portico migrate` makes it all
(deploy/migrating/topology.py); a running process only uses it."""

from faststream.rabbit import ExchangeType, RabbitExchange

from shared.outbox import LIVE_EXCHANGE

RETRY_DELAYS = (1, 5, 30, 120, 600)
"""Seconds before each further try."""

LIVE = RabbitExchange(LIVE_EXCHANGE, ExchangeType.TOPIC, declare=False)
"""All events, and those that are for open pages alone. The portal listens here."""


def retry_exchange(service: str) -> str:
    """Takes what shall come back later, by the key that `retry_key` gives."""
    return f"{service}.retry"


def retry_key(delay: int, queue: str) -> str:
    return f"{delay}s.{queue}"


def back_exchange(service: str) -> str:
    """Gives a message back to the one queue that its key names behind the first dot, and only to queues of
    ``service``: nobody reaches another service's queues by way of a retry."""
    return f"{service}.back"


def dead_letters(service: str) -> str:
    """The exchange, and the queue behind it, where messages of ``service`` wait for an operator (`portico dead`)."""
    return f"{service}.dead"


def partitions_of(queue: str, count: int) -> list[str]:
    """The queues behind one listener: itself, or its partitions."""
    return [queue] if count == 1 else [f"{queue}.{number}" for number in range(count)]
