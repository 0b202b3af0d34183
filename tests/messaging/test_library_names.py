"""Internal names of FastStream and aiormq that this project uses. If a release no longer has one of them, a test here
says which."""

import importlib
from typing import Any

import pytest
from aiormq import abc
from aiormq.channel import Channel
from faststream.rabbit import RabbitBroker, RabbitRouter

from shared.messaging.batches import BatchSubscriber, subscribers_of
from shared.messaging.consumer import make_broker
from shared.messaging.publishing import NEEDED, missing_names
from shared.messaging.router import ServiceRouter
from tests.shared.sketch import collector

FASTSTREAM = {
    "faststream.rabbit.subscriber:RabbitSubscriber": ("start", "stop", "process_message", "_post_start"),
    "faststream.rabbit.subscriber.config:RabbitSubscriberConfig": ("ack_policy", "auto_ack_disabled"),
    "faststream.rabbit.subscriber.config:RabbitSubscriberSpecificationConfig": (),
    "faststream.rabbit.subscriber.factory:CallsCollection": ("add_call",),
    "faststream.rabbit.subscriber.specification:RabbitSubscriberSpecification": ("get_schema",),
    "faststream.rabbit.broker.registrator:RabbitRegistrator": ("subscriber",),
    "faststream.message:StreamMessage": ("ack", "decode"),
    "faststream.opentelemetry:TelemetryMiddleware": (),
    "faststream.prometheus:PrometheusMiddleware": (),
    "faststream.rabbit.opentelemetry.provider:RabbitTelemetrySettingsProvider": ("get_consume_attrs_from_message",),
    "faststream.rabbit.prometheus.provider:RabbitMetricsSettingsProvider": ("get_consume_attrs_from_message",),
}


@pytest.mark.parametrize("place", FASTSTREAM)
def test_faststream_still_has_the_names_that_the_batch_subscriber_uses(place: str) -> None:
    module, _, name = place.partition(":")
    found = getattr(importlib.import_module(module), name, None)

    assert found is not None, f"FastStream has no {name} in {module} any more: shared/messaging/batches.py needs it"
    for attribute in FASTSTREAM[place]:
        assert hasattr(found, attribute), f"FastStream's {name} has no {attribute} any more: batches.py needs it"


def test_a_broker_still_has_the_attributes_that_are_used() -> None:
    broker, router = make_broker("amqp://nobody.example", "test"), RabbitRouter()
    broker.include_router(router)

    for name in ("_connection", "_channel", "config", "subscribers"):
        assert hasattr(broker, name), f"FastStream's RabbitBroker has no {name} any more: shared/messaging needs it"
    assert hasattr(broker.config.broker_config, "disconnect"), "a broker's configuration cannot disconnect any more"
    extra: dict[str, Any] = router.config.extra_context
    assert extra.get("broker") is broker, "a router's configuration does not name its broker any more"


def test_a_router_belongs_to_the_broker_that_included_it_last() -> None:
    collector(router := ServiceRouter("sketch"))
    first, second = (RabbitBroker("amqp://nobody.example", logger=None) for _ in range(2))

    first.include_router(router)
    second.include_router(router)

    assert subscribers_of(first) == []
    [subscriber] = subscribers_of(second)
    assert isinstance(subscriber, BatchSubscriber)


def test_aiormq_still_has_the_names_that_the_frame_writer_uses() -> None:
    known = {*vars(Channel), *Channel.__init__.__code__.co_names, *_attributes_set_in(Channel)}

    for name in NEEDED:
        assert name in known, f"aiormq's Channel has no {name} any more: shared/messaging/publishing.py needs it"
    assert hasattr(abc, "ChannelFrame"), "aiormq has no ChannelFrame any more: publishing.py needs it"


def _attributes_set_in(kind: type) -> set[str]:
    return {name for base in kind.__mro__ for name in (*vars(base), *getattr(base, "__annotations__", {}))}


@pytest.mark.parametrize("gone", NEEDED)
def test_a_relay_that_misses_a_name_says_which_and_uses_the_public_api(gone: str) -> None:
    class Changed:
        """A channel of another version of aiormq."""

    for name in NEEDED:
        if name != gone:
            setattr(Changed, name, None)

    assert missing_names(Changed()) == [gone]  # type: ignore[arg-type]
