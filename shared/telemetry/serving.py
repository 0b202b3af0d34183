"""Serves /metrics on a port of its own: prometheus_client's server, whose thread also answers while the event loop is
busy."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import structlog
from prometheus_client import start_http_server

from shared.settings import PorticoSettings
from shared.telemetry.metrics import REGISTRY

log = structlog.get_logger()


@contextmanager
def serving_metrics(settings: PorticoSettings) -> Iterator[None]:
    """Answer scrapes within, where a port is set. One that is taken is logged: the process works without metrics."""
    host, port = settings.metrics_host, settings.metrics_port
    with ExitStack() as stack:
        try:
            if port is not None:
                server, _ = start_http_server(port, host, REGISTRY)
                stack.callback(server.server_close)
                stack.callback(server.shutdown)
        except OSError as error:
            log.error("metrics.not_served", host=host, port=port, error=str(error))
        yield
