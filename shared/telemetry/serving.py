"""Serves /metrics on a separate port, by prometheus_client's server, whose thread answers even while the event loop is
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
    """Serve metrics within, if a port is set. If the port is in use, that is logged, and the process runs without."""
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
