"""Every version of an event that was ever published can be read by every listener."""

import re

import orjson
import pytest

from deploy.environment import SERVICES
from shared.events import REGISTRY, Envelope, Event
from shared.events.reading import read_event
from shared.outbox import events_exchange
from tests.contracts.freeze import SAMPLES, sample_file
from tests.harness.services import service_named

FILES = sorted(SAMPLES.glob("*.json"))


@pytest.mark.parametrize("event", REGISTRY.values(), ids=lambda event: event.name)
def test_every_event_has_a_frozen_sample_of_its_version_and_a_description(event: type[Event]) -> None:
    assert event.__doc__
    assert event.__module__.split(".")[:3] == ["shared", "events", event.publisher]
    assert event.name == f"{event.publisher}.{re.sub('(?<!^)(?=[A-Z])', '_', event.__name__).lower()}"
    assert sample_file(event).exists(), "run: python -m tests.contracts.freeze"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_frozen_sample_still_loads_without_loss(file: object) -> None:
    body = file.read_bytes()  # type: ignore[attr-defined]

    event, written = read_event(body), orjson.loads(body)

    assert kept(written, event.to_wire()) == written | {"schema_version": event.version}
    assert Envelope.model_validate(written).subject.id == event.subject.id


def kept(written: object, again: object) -> object:
    """What is there again of what was written. Fields that were added since do not count."""
    if isinstance(written, dict) and isinstance(again, dict):
        return {name: kept(value, again.get(name)) for name, value in written.items()}
    return again


def test_every_listener_reads_every_event_that_it_is_bound_to() -> None:
    listened = 0
    for service in SERVICES:
        for listener in service_named(service).events.listeners:
            for exchange, key in listener.sources if not listener.is_command else ():
                for event in _published_to(exchange, key):
                    assert listener.read(sample_file(event).read_bytes())
                    listened += 1
    assert listened > len(REGISTRY)


def _published_to(exchange: str, key: str) -> list[type[Event]]:
    published = [event for event in REGISTRY.values() if events_exchange(event.publisher) == exchange]
    found = [event for event in published if key in ("#", event.name) and not event.transient]
    assert found, f"nobody publishes {key} to {exchange}"
    return found


def test_audit_listens_to_every_event_except_transient_ones() -> None:
    everything = {(events_exchange(event.publisher), "#") for event in REGISTRY.values()}

    assert [set(listener.sources) for listener in service_named("audit").events.listeners].count(everything) == 1


@pytest.mark.rule("D30")
def test_no_event_has_a_field_for_a_secret() -> None:
    suspicious = {"token", "code", "secret", "password", "link", "key_material"}
    for event in REGISTRY.values():
        assert not suspicious & set(event.model_fields), event.name


def test_only_events_that_fill_the_recipient_book_contain_addresses() -> None:
    fills = {name for name, event in REGISTRY.items() if "address" in event.model_fields}

    assert fills == {"identity.user_registered", "identity.user_updated", "identity.contact_added",
                     "identity.contact_changed", "billing.billing_contact_changed"}  # fmt: skip
