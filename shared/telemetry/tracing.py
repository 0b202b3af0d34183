"""Distributed traces. They are on if OpenTelemetry's ``OTEL_…`` variables name an OTLP endpoint; otherwise its SDK is
not imported."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi.telemetry import TelemetryConfig
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.logs import PROBES

_carrier, _tracer = TraceContextTextMapPropagator(), trace.get_tracer("portico")


def are_wanted() -> bool:
    """Whether the environment enables traces."""
    told = os.environ.get
    off = told("OTEL_SDK_DISABLED", "").lower() == "true" or told("OTEL_TRACES_EXPORTER") == "none"
    return not off and bool(told("OTEL_EXPORTER_OTLP_ENDPOINT") or told("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))


def start(service: str) -> TelemetryConfig:
    """Start tracing, if enabled. Returns FastAPI's configuration for the spans of requests."""
    if (wanted := are_wanted()) and isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        from shared.telemetry.exporting import provide_tracers  # noqa: PLC0415  memory is spent where it is wanted

        provide_tracers(service)
    return TelemetryConfig(tracing=wanted, operation_spans=False, metrics=False, logs=False, auto_configure=False,
                           exclude=lambda scope: scope.get("path") in PROBES)  # fmt: skip


async def flush() -> None:
    """Export remaining spans before the process ends, for at most five seconds."""
    if are_wanted():
        await asyncio.to_thread(trace.get_tracer_provider().force_flush, 5000)  # type: ignore[attr-defined]


def current_traceparent() -> str | None:
    """The current W3C trace context, or None. Stored in the outbox and sent as a header."""
    carrier: dict[str, str] = {}
    _carrier.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def continuing(name: str, traceparent: str | None) -> Iterator[None]:
    """A span ``name`` in the trace of ``traceparent``, or in a new trace: for one message of a batch, or for deferred
    work."""
    parent = _carrier.extract({"traceparent": traceparent or ""})
    with _tracer.start_as_current_span(name, parent, trace.SpanKind.CONSUMER):
        yield
