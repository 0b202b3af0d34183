"""FastStream's instrumentation, adapted to batches."""

from typing import Any

from faststream.opentelemetry import TelemetryMiddleware
from faststream.prometheus import ConsumeAttrs, PrometheusMiddleware
from faststream.rabbit.opentelemetry.provider import RabbitTelemetrySettingsProvider
from faststream.rabbit.prometheus.provider import RabbitMetricsSettingsProvider
from prometheus_client import CollectorRegistry

from shared.telemetry.tracing import are_wanted


def faststream_middlewares(service: str, registry: CollectorRegistry) -> list[Any]:
    """The outermost middlewares of a broker: FastStream's metrics, and its spans if tracing is on.

    A batch has its own trace, linked to the traces of messages with the headers ``traceparent`` and ``correlation_id``.
    `tracing.continuing` continues the trace of a single message."""
    spans = [TelemetryMiddleware(settings_provider_factory=lambda _: _Spans())] if are_wanted() else []
    numbers = PrometheusMiddleware(settings_provider_factory=lambda _: _Numbers(), registry=registry, app_name=service)
    return [numbers, *spans]


class _Numbers(RabbitMetricsSettingsProvider):
    def get_consume_attrs_from_message(self, msg: Any) -> ConsumeAttrs:
        raw = _raw(msg)
        size = sum(len(each.body) for each in raw)
        return {"destination_name": _source(raw), "message_size": size, "messages_count": len(raw)}


class _Spans(RabbitTelemetrySettingsProvider):
    def get_consume_attrs_from_message(self, msg: Any) -> dict[str, Any]:
        return {"messaging.system": self.messaging_system, "messaging.batch.message_count": len(_raw(msg))}

    def get_consume_destination_name(self, msg: Any) -> str:
        return _source(_raw(msg))


def _raw(msg: Any) -> Any:
    """The raw messages of a batch, or the one of any other message."""
    return msg.raw_message if isinstance(msg.raw_message, list) else [msg.raw_message]


def _source(raw: Any) -> str:
    """Exchange and routing key of the first message: a listener's queue has few routing keys."""
    return f"{raw[0].exchange or 'default'}.{raw[0].routing_key}"
