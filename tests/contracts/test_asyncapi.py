"""The AsyncAPI documents are valid, and say what the services really send and hear."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy.environment import SERVICES
from deploy.local.asyncapi_parser import errors_in, installed
from docs.asyncapi import COMMANDS, payload_of
from docs.generate import HERE, pages
from services.portal.event_documents.fields import resolve
from shared.events import REGISTRY, Event
from shared.outbox import LIVE_EXCHANGE, commands_exchange, events_exchange
from tests.contracts.freeze import SAMPLES
from tests.harness.services import service_named

FOLDER = HERE / "asyncapi"
FILES = [FOLDER / f"{service}.json" for service in SERVICES]
Document = dict[str, Any]


def read(service: str) -> Document:
    document: Document = json.loads((FOLDER / f"{service}.json").read_text())
    return document


def channels(document: Document, action: str) -> dict[str, Document]:
    """The channels that the service sends to or receives from, by their names."""
    found = [each["channel"] for each in document["operations"].values() if each["action"] == action]
    return {each["$ref"].removeprefix("#/channels/"): dict(resolve(document, each)) for each in found}


def payload(document: Document, channel: Document) -> Mapping[str, Any]:
    [message] = channel["messages"].values()
    return resolve(document, _resolve_name(document, message)["payload"])


def _resolve_name(document: Document, message: Document) -> Mapping[str, Any]:
    name = message["$ref"].removeprefix("#/components/messages/")
    found: Mapping[str, Any] = document["components"]["messages"][name]
    return found


def misfits(document: Document, channel: Document, body: object) -> list[str]:
    schema = {**payload(document, channel), "components": document["components"]}
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(body)]


def samples(name: str) -> list[Document]:
    """Every sample ever frozen of an event."""
    return [json.loads(file.read_text()) for file in sorted(SAMPLES.glob(f"{name}.v*.json"))]


def events_of(service: str) -> dict[str, type[Event]]:
    return {name: event for name, event in REGISTRY.items() if event.publisher == service}


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    assert installed(), "The tests of the AsyncAPI documents need a parser: python -m deploy.local.asyncapi_parser"
    return errors_in(FILES)


@pytest.mark.parametrize("service", SERVICES)
def test_an_independent_parser_finds_nothing_wrong(service: str, found: dict[str, list[str]]) -> None:
    assert found[f"{service}.json"] == []


def test_the_parser_sees_what_is_wrong(tmp_path: Path) -> None:
    broken = read("audit") | {"info": {"version": "1"}}
    next(iter(broken["operations"].values()))["channel"]["$ref"] = "#/channels/nowhere"
    file = tmp_path / "broken.json"
    file.write_text(json.dumps(broken))

    errors = " ".join(errors_in([file])["broken.json"])

    assert '"info" property must have required property "title"' in errors
    assert "'#/channels/nowhere' does not exist" in errors


def test_there_is_a_document_for_each_service_and_no_other() -> None:
    assert sorted(FOLDER.iterdir()) == sorted(FILES)
    assert {page for page in pages() if page.endswith(".json")} == {f"asyncapi/{file.name}" for file in FILES}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_sends_exactly_the_events_and_commands_that_it_publishes(service: str) -> None:
    sent = channels(read(service), "send")

    where = {each["address"]: each["bindings"]["amqp"]["exchange"]["name"] for each in sent.values()}
    events = {name: LIVE_EXCHANGE if event.transient else events_exchange(service)
              for name, event in events_of(service).items()}  # fmt: skip
    commands = {queue: commands_exchange(service) for queue, each in COMMANDS.items() if each.sender == service}
    assert where == events | commands


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_receives_exactly_what_its_listeners_are_bound_to(service: str) -> None:
    received = channels(read(service), "receive")

    described = set()
    for name, channel in received.items():
        queue, exchange, *key = name.split(":")
        assert channel["bindings"]["amqp"]["queue"]["name"] == queue
        assert channel.get("address") == (key[0] if key else None)
        described.add((queue, exchange, key[0] if key else "#"))
    listeners = service_named(service).events.listeners
    assert described == {(one.queue, *source) for one in listeners for source in one.sources}


def test_every_command_that_is_listened_to_has_a_sender_and_a_model() -> None:
    listeners = [one for service in SERVICES for one in service_named(service).events.listeners if one.is_command]

    assert {one.queue: one.sources for one in listeners} == {
        queue: ((commands_exchange(command.sender), queue),) for queue, command in COMMANDS.items()
    }


@pytest.mark.parametrize("service", SERVICES)
def test_every_frozen_sample_fits_the_document_of_who_sends_it(service: str) -> None:
    document = read(service)
    sent = channels(document, "send")
    for name in events_of(service):
        assert samples(name)
        for sample in samples(name):
            assert misfits(document, sent[name], sample) == [], name


@pytest.mark.parametrize("service", SERVICES)
def test_every_frozen_sample_fits_the_document_of_who_hears_it(service: str) -> None:
    document = read(service)
    heard = [(name.split(":")[1], channel) for name, channel in channels(document, "receive").items()]
    for exchange, channel in heard:
        address = channel.get("address", "*")
        publisher = exchange.removesuffix(".events")
        for name in events_of(publisher):
            for sample in samples(name) if address in ("*", name) else ():
                assert misfits(document, channel, sample) == [], (name, channel)
    assert heard


@pytest.mark.parametrize("event", REGISTRY.values(), ids=lambda event: event.name)
def test_a_document_names_every_field_of_an_event_and_what_it_means(event: type[Event]) -> None:
    document = read(event.publisher)
    described = payload(document, channels(document, "send")[event.name])

    for sample in samples(event.name):
        # The subject says its version, and that is where a listener takes it from.
        assert sample.keys() - described["properties"].keys() == {"subject_version"}
    assert described["description"]
    for schema in (described, *parts(document, described)):
        assert [name for name, field in schema.get("properties", {}).items() if not field.get("description")] == []


def parts(document: Document, schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The objects that are fields of an object, or in a list that is one."""
    references = re.findall(r'"\$ref": "([^"]+)"', json.dumps(schema))
    return [resolve(document, {"$ref": reference}) for reference in references]


def test_a_message_that_lacks_a_field_or_has_another_name_does_not_fit() -> None:
    document = read("billing")
    channel = channels(document, "send")["billing.invoice_issued"]
    [sample] = samples("billing.invoice_issued")

    nameless = {name: value for name, value in sample.items() if name != "subject"}

    assert misfits(document, channel, nameless) == ["$: 'subject' is a required property"]
    assert misfits(document, channel, sample | {"due_on": "soon"}) == ["$.due_on: 'soon' is not a 'date'"]
    assert misfits(document, channel, sample | {"name": "billing.invoice_paid"})
    assert misfits(document, channel, sample | {"a_later_field": 1}) == []


def test_what_an_event_becomes_on_the_wire_fits_its_own_payload() -> None:
    for name, event in REGISTRY.items():
        [*_, sample] = samples(name)  # the newest has every field
        again = payload_of(event).model_validate(sample).model_dump(mode="json", exclude_unset=True)
        assert again.items() <= sample.items()
