"""The AsyncAPI documents of the services as pages show them: what each one sends and hears, in words."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.portal.event_documents.fields import Field, Schema, fields_of, resolve

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "asyncapi"
SERVICES = ("identity", "billing", "provisioning", "notifications", "audit")
EVERYTHING = "#"
"""The key by which a queue gets all that comes to an exchange."""


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of message that a service sends or hears. The fields of an event are those beside the envelope."""

    sender: str
    exchange: str
    key: str
    queue: str
    """Where a service hears it; empty for what a service sends."""
    meaning: str
    fields: list[Field]

    @property
    def id(self) -> str:
        """Its place in its service's page."""
        return f"{self.queue or 'sent'}-{self.exchange if self.key == EVERYTHING else self.key}"


@dataclass(frozen=True, slots=True)
class Described:
    """One service."""

    name: str
    sends: list[Message]
    hears: list[Message]
    document: bytes
    """As it is downloaded."""


@dataclass(frozen=True, slots=True)
class Documents:
    services: dict[str, Described]
    envelope: list[Field]

    @property
    def sent(self) -> list[Message]:
        """All that any service sends, by name."""
        return sorted((sent for each in self.services.values() for sent in each.sends), key=lambda sent: sent.key)

    def listeners(self, sent: Message) -> list[str]:
        """The services that hear it. None: it is for open pages alone."""
        return [each.name for each in self.services.values() if any(_is_heard(sent, heard) for heard in each.hears)]


def _is_heard(sent: Message, heard: Message) -> bool:
    return heard.exchange == sent.exchange and heard.key in (sent.key, EVERYTHING)


@cache
def read_documents(folder: Path = FOLDER) -> Documents:
    """Read every document. FileNotFoundError where one is missing; `make docs` writes them."""
    texts = {name: (folder / f"{name}.json").read_bytes() for name in SERVICES}
    parsed: dict[str, Schema] = {name: json.loads(text) for name, text in texts.items()}
    # Audit keeps events that it does not know, so its document has the envelope by itself.
    envelope = list(fields_of(parsed["audit"], parsed["audit"]["components"]["schemas"]["AnyEvent"]))
    services = {}
    for name, document in parsed.items():
        messages = list(_messages(name, document, {each.name for each in envelope}))
        sends, hears = [each for each in messages if not each.queue], [each for each in messages if each.queue]
        services[name] = Described(name, sends, hears, texts[name])
    return Documents(services, envelope)


def _messages(service: str, document: Schema, envelope: set[str]) -> Iterator[Message]:
    for operation in document["operations"].values():
        name = operation["channel"]["$ref"].removeprefix("#/channels/")
        channel = document["channels"][name]
        [message] = channel["messages"].values()
        payload = resolve(document, document["components"]["messages"][_name_of(message)]["payload"])
        fields = list(fields_of(document, payload))
        if envelope <= {each.name for each in fields}:
            fields = [each for each in fields if each.name not in envelope]
        queue, exchange, key = _route(name, channel)
        sender = exchange.partition(".")[0] if queue else service
        yield Message(sender, exchange, key, queue, payload.get("description", ""), fields)


def _name_of(message: Schema) -> str:
    name: str = message["$ref"].removeprefix("#/components/messages/")
    return name


def _route(name: str, channel: Schema) -> tuple[str, str, str]:
    """Queue, exchange and key. A channel that a service hears is called queue:exchange:key, or queue:exchange where it
    takes every key."""
    bound = channel["bindings"]["amqp"]
    if bound["is"] == "routingKey":
        return "", bound["exchange"]["name"], channel["address"]
    queue, exchange, *key = name.split(":")
    return queue, exchange, key[0] if key else EVERYTHING
