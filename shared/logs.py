"""Structured logs: one JSON object per line, with a correlation id from the first request to the last mail."""

import logging
import sys
import time
from contextlib import AbstractContextManager
from uuid import UUID, uuid4

import orjson
import structlog
from opentelemetry import trace
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.cards import redact_cards
from shared.telemetry import metrics

log = structlog.get_logger()

CORRELATION_HEADER = b"x-correlation-id"
PROBES = {"/healthz", "/readyz"}
"""Requested every few seconds, therefore left out of logs, metrics and traces."""


def configure(service: str, level: str = "INFO") -> None:
    """Write structlog's and the standard library's logs to stderr as JSON, with the service's name."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars, name_trace, structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.format_exc_info, hide_cards,
    ]  # fmt: skip
    structlog.configure(
        [*shared, structlog.processors.JSONRenderer(orjson.dumps)],
        structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer), cache_logger_on_first_use=True,
    )  # fmt: skip
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processor=structlog.processors.JSONRenderer()))  # fmt: skip
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for library in ("aiormq", "aio_pika"):  # they log tracebacks for each lost connection, which we log in one line
        logging.getLogger(library).setLevel(logging.CRITICAL)
    structlog.contextvars.bind_contextvars(service=service)


def name_trace(logger: object, method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Add the trace id to lines that are logged within a recorded span."""
    if (span := trace.get_current_span()).is_recording():
        line["trace_id"] = trace.format_trace_id(span.get_span_context().trace_id)
    return line


def hide_cards(logger: object, method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Card numbers are in no log, whatever put them into a text or an exception."""
    return {name: redact_cards(value) if isinstance(value, str) else value for name, value in line.items()}


def correlation_id(scope: Scope) -> UUID:
    """The caller's correlation id, or a new one if it is missing or not a UUID."""
    for name, value in scope["headers"]:
        if name == CORRELATION_HEADER:
            try:
                return UUID(value.decode("ascii"))
            except ValueError:
                break
    return uuid4()


def correlated(correlation_id: UUID | str) -> AbstractContextManager[None]:
    """Bind the correlation id to all lines that are logged within."""
    return structlog.contextvars.bound_contextvars(correlation_id=str(correlation_id))


class RequestLog:
    """ASGI middleware: binds the correlation id of each request, measures it, and logs one line per response.

    Logs and metrics contain the route's pattern, never the path or query, which may contain secrets. The duration of an
    event stream is measured until its response starts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status, begun = time.perf_counter(), 500, 0.0
        correlation = correlation_id(scope)
        scope.setdefault("state", {})["correlation_id"] = correlation
        trace.get_current_span().set_attribute("portico.correlation_id", str(correlation))

        async def note_status(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], time.perf_counter()
                message["headers"] = [*message.get("headers", ()), (CORRELATION_HEADER, str(correlation).encode())]
            await send(message)

        with correlated(correlation):
            try:
                await self.app(scope, receive, note_status)
            finally:
                pattern = getattr(scope.get("route"), "path", "unmatched")
                ended = time.perf_counter()
                took = round((ended - started) * 1000, 1)
                if pattern not in PROBES:
                    metrics.requests(scope["method"], pattern, status).observe((begun or ended) - started)
                    log.info("request.answered", method=scope["method"], route=pattern, status=status, ms=took)
