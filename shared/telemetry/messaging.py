"""FastStream's own instrumentation, told that a message may be a batch of several."""

from typing import Any

from faststream.opentelemetry import TelemetryMiddleware
from faststream.prometheus import ConsumeAttrs, PrometheusMiddleware
from faststream.rabbit.opentelemetry.provider import RabbitTelemetrySettingsProvider
from faststream.rabbit.prometheus.provider import RabbitMetricsSettingsProvider
from prometheus_client import CollectorRegistry

from shared.telemetry.tracing import are_wanted


def faststream_middlewares(service: str, registry: CollectorRegistry) -> list[Any]:
    """The outermost middlewares of a broker: FastStream's metrics, and its spans while tracing is on.

    A batch has a trace of its own, linked to the traces of those messages whose headers have a ``traceparent`` and a
    ``correlation_id``; `tracing.continuing` joins the handling of one of them to its trace."""
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
    """A batch has several raw messages, any other message one."""
    return msg.raw_message if isinstance(msg.raw_message, list) else [msg.raw_message]


def _source(raw: Any) -> str:
    """Where the first of them came from: a queue of one listener has few routing keys."""
    return f"{raw[0].exchange or 'default'}.{raw[0].routing_key}"
