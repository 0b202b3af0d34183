"""The setup of the OpenTelemetry SDK, and the filter of exported spans. Imported only if tracing is on."""

import os
from collections.abc import Sequence

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor
from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace import SpanKind, Status

EXPORTED = ("portico.", "db.", "messaging.", "error.type", "http.route", "http.request.method", "http.response.status")
"""The allowed prefixes of span attributes. The instrumentations also set client addresses, paths and queries with
secrets of links, and exception messages with the values of statements."""


class CleaningExporter(OTLPSpanExporter):
    """Exports the attributes in `EXPORTED`. Spans of statements and calls without a request, message or row as parent
    are dropped: jobs poll several times per second."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return super().export([_cleaned(span) for span in spans if span.parent or span.kind != SpanKind.CLIENT])


def _cleaned(span: ReadableSpan) -> ReadableSpan:
    said = {name: value for name, value in (span.attributes or {}).items() if name.startswith(EXPORTED)}
    return ReadableSpan(
        span.name, span.context, span.parent, span.resource, said, links=span.links, kind=span.kind,
        status=Status(span.status.status_code), start_time=span.start_time, end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope)  # fmt: skip


def provide_tracers(service: str) -> None:
    """Set up OpenTelemetry by the ``OTEL_…`` variables. The service name defaults to ``portico-…``."""
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")  # the names that FastAPI uses
    own = Resource.create({"service.name": f"portico-{service}"})
    provider = TracerProvider(resource=own.merge(OTELResourceDetector().detect()))
    provider.add_span_processor(BatchSpanProcessor(CleaningExporter()))
    trace.set_tracer_provider(provider)
    AsyncPGInstrumentor(capture_parameters=False).instrument()  # type: ignore[no-untyped-call]
    AioHttpClientInstrumentor().instrument()
    HTTPXClientInstrumentor().instrument()
