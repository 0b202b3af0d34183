"""One AsyncAPI 3 document per service, written by FastStream: what the service sends and what it hears, as it goes over
the wire. `docs.generate` writes them to docs/asyncapi/, and the portal shows them from there."""

import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from faststream.rabbit import ExchangeType, RabbitBroker, RabbitExchange, RabbitQueue
from faststream.specification import AsyncAPI, License
from pydantic import BaseModel, create_model
from pydantic.fields import FieldInfo

from deploy.environment import portico_version
from services.notifications.messages.schemas import InvoiceDocumentMail, SecretMail
from shared.app import ServiceDefinition
from shared.events import REGISTRY, Envelope, Event
from shared.messaging.listeners import Listener
from shared.outbox import LIVE_EXCHANGE, commands_exchange, events_exchange

SERVER = "amqp://broker.example:5672/portico"
DESCRIPTION = (
    "The messages that the service sends and receives. Delivery is at least once: a message that comes again has the"
    " same id. Fields are added over time and never removed, so skip those that you do not know."
)


@dataclass(frozen=True)
class Command:
    """A message that one service sends to one queue of another."""

    sender: str
    model: type[BaseModel]


COMMANDS = {
    "notifications.on.secret_mail": Command("identity", SecretMail),
    "notifications.on.invoice_document": Command("billing", InvoiceDocumentMail),
}
"""By queue; a test compares them with the listeners."""


def documents(services: Sequence[ServiceDefinition]) -> dict[str, str]:
    """Every document by its path below docs/."""
    return {f"asyncapi/{service.name}.json": to_text(document(service)) for service in services}


def to_text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def document(service: ServiceDefinition) -> dict[str, Any]:
    """The AsyncAPI document of one service, from its listeners and the events that it publishes."""
    broker = RabbitBroker(SERVER, description="The RabbitMQ of the installation.", logger=None)
    for listener in service.events.listeners:
        for exchange, key in listener.sources:
            _receive(broker, listener, exchange, key)
    for event in REGISTRY.values():
        if event.publisher == service.name:
            _send_event(broker, event)
    for queue, command in COMMANDS.items():
        if command.sender == service.name:
            _send_command(broker, queue, command)
    written = AsyncAPI(
        broker, title=f"Portico {service.name}", version=portico_version(), description=DESCRIPTION,
        license=License("Apache-2.0"),
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # two channels or schemas of one name
        return _in_order(written.to_specification().to_jsonable())


def _in_order(content: dict[str, Any]) -> dict[str, Any]:
    """What has names in the order of the names; fields stay in the order in which they were declared."""
    for within, names in ((content, ("channels", "operations")), (content["components"], ("messages", "schemas"))):
        for name in names:
            within[name] = dict(sorted(within[name].items()))
    return content


def _receive(broker: RabbitBroker, listener: Listener, exchange: str, key: str) -> None:
    payload = COMMANDS[listener.queue].model if listener.is_command else payload_of(REGISTRY.get(key))
    where = f"Queue `{listener.queue}`, bound to the exchange `{exchange}` by the key `{key}`."
    subscriber = broker.subscriber(
        RabbitQueue(listener.queue, routing_key=key),
        RabbitExchange(exchange, _kind(listener, key), durable=True),
        title=f"{listener.queue}:{exchange}" + (f":{key}" if key != "#" else ""),
        description=f"{payload.__doc__} {where}",
    )

    async def handle(message: Any) -> None:
        """Never called."""

    handle.__annotations__["message"] = payload
    subscriber(handle)


def _kind(listener: Listener, key: str) -> ExchangeType:
    """What takes every key has no address, since AsyncAPI allows no ``#`` in one: FastStream leaves it out for a
    fanout. The kind itself is not in a receiver's document."""
    if key == "#":
        return ExchangeType.FANOUT
    return ExchangeType.DIRECT if listener.is_command else ExchangeType.TOPIC


def _send_event(broker: RabbitBroker, event: type[Event]) -> None:
    exchange = LIVE_EXCHANGE if event.transient else events_exchange(event.publisher)
    broker.publisher(
        exchange=RabbitExchange(exchange, ExchangeType.TOPIC, durable=True), routing_key=event.name, title=event.name,
        description=payload_of(event).__doc__, schema=payload_of(event), persist=True,
    )  # fmt: skip


def _send_command(broker: RabbitBroker, queue: str, command: Command) -> None:
    broker.publisher(
        exchange=RabbitExchange(commands_exchange(command.sender), ExchangeType.DIRECT, durable=True),
        routing_key=queue, title=queue, description=command.model.__doc__, schema=command.model, persist=True,
    )  # fmt: skip


@cache
def payload_of(event: type[Event] | None) -> type[BaseModel]:
    """What `Event.to_wire` makes of an event: the envelope, and the event's own fields beside it. None: any event.

    Nobody has to rely on ``subject_version``, which the subject repeats: it is left out.
    """
    fields: dict[str, Any] = {name: _always_there(info) for name, info in Envelope.model_fields.items()}
    if event is None:
        return create_model("AnyEvent", __base__=Envelope, __doc__="Any event, known or not: its envelope.", **fields)
    fields["name"] = (Literal[event.name], fields["name"][1])
    fields |= {name: (info.annotation, info) for name, info in own_fields(event)}
    return create_model(event.__name__, __base__=Envelope, __doc__=one_paragraph(event), **fields)


def _always_there(info: FieldInfo) -> tuple[Any, FieldInfo]:
    """A field of the envelope. Its default is for who makes an event: on the wire it is there, if only as a null."""
    return info.annotation, FieldInfo(description=info.description)


def own_fields(event: type[Event]) -> list[tuple[str, FieldInfo]]:
    return [(name, info) for name, info in event.model_fields.items() if name not in Event.model_fields]


def one_paragraph(thing: type) -> str:
    return " ".join((thing.__doc__ or "").split())
