"""All metrics of Portico. docs/operating.md describes them and the alerts that use them.

Labels for service and process are added by the scrape configuration (deploy/monitoring/prometheus.yml). No label has
values that a caller can choose.
"""

import time
import tomllib
from collections.abc import Awaitable
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, PlatformCollector, ProcessCollector

T = TypeVar("T")

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
_counter, _gauge = partial(Counter, registry=REGISTRY), partial(Gauge, registry=REGISTRY)
_histogram = partial(Histogram, registry=REGISTRY)

_PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
Info("portico_build", "The version that runs.", registry=REGISTRY).info({"version": _PROJECT["version"]})

REQUESTS = _histogram("portico_http_request_duration_seconds", "Until the answer.", ["method", "route", "status"])
UNANSWERED = _counter("portico_portal_unanswered_calls", "Calls of the portal that a service left open.", ["asked"])

OUTBOX_WAITING = _gauge("portico_outbox_waiting_rows", "Rows of the outbox to be published, counted up to 10,000.")
OUTBOX_AGE = _gauge("portico_outbox_oldest_age_seconds", "Age of the oldest row that waits to be published.")
RELAY_BATCHES = _counter("portico_relay_batches", "Batches that the relay handed to the broker.")
RELAY_MESSAGES = _counter("portico_relay_messages", "Of those, messages: confirmed or unconfirmed.", ["outcome"])

QUEUE_CONSUMED = _gauge("portico_queue_consumed", "1 while this process consumes the queue, else 0.", ["queue"])
QUEUE_WAITING = _gauge("portico_queue_waiting_messages", "Messages that wait at the broker.", ["queue"])
BATCHES = _counter("portico_consumer_batches", "Batches: done, or split because they failed.", ["queue", "outcome"])
MESSAGES = _counter("portico_consumer_messages", "Messages: done, retried or put_aside.", ["queue", "outcome"])
DEAD_LETTERS = _gauge("portico_dead_letters", "Messages in the dead-letter queue of this service.")

LEASES = _counter("portico_leases", "Work: claimed, lost to another worker, or given_up.", ["work", "outcome"])
JOBS = _histogram("portico_job_duration_seconds", "Runs of timed work: done or failed.", ["name", "outcome"])
MAILS = _counter("portico_mails", "Tries to send a mail.", ["outcome"])
DRIVER_CALLS = _histogram("portico_driver_call_duration_seconds", "Calls of a driver.", ["driver", "outcome"])
GATEWAY_CALLS = _histogram("portico_gateway_call_duration_seconds", "Calls of a payment gateway.", ["call", "outcome"])
GATEWAY_CALLBACKS = _counter("portico_gateway_callbacks", "What a payment gateway told, signed.", ["outcome"])

POOL_IN_USE = _gauge("portico_database_pool_in_use_connections", "Connections in use.", ["pool"])
POOL_SIZE = _gauge("portico_database_pool_size_connections", "Connections that there may be.", ["pool"])
POOL_WAITS = _counter("portico_database_pool_waits", "Times that all connections were in use.", ["pool"])


@lru_cache(maxsize=2000)
def requests(method: str, route: str, status: int) -> Histogram:
    """The request histogram for this method, route pattern and status class, such as ``2xx``."""
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return REQUESTS.labels(method if method in known else "other", route, f"{status // 100}xx")


async def timed(histogram: Histogram, call: Awaitable[T], *labels: str) -> T:
    """Await an external call and record its duration. The call returns a value for every outcome; the label ``outcome``
    is the name of its type."""
    began = time.perf_counter()
    answer = await call
    histogram.labels(*labels, type(answer).__name__).observe(time.perf_counter() - began)
    return answer
