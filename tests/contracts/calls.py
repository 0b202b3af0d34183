"""Calls every method of the portal's clients with each of its arguments: the requests that it sends, and the types that
it reads the responses as."""

import inspect
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from itertools import zip_longest
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints, is_typeddict
from uuid import UUID, uuid5

import httpx
from pydantic import BaseModel

from services.portal.clients import Api, Services
from services.portal.clients.http import Caller
from services.portal.clients.sending import Reply
from services.portal.clients.waiting import Circuit, Deadline
from tests.contracts.openapi import Operation, document, operation_at
from tests.contracts.samples_of import sample
from tests.harness.sending import TransportSender

T = TypeVar("T")

BASE = "http://{service}.example"
TEXTS = {
    "case": "total_only", "workspace": "northwind", "message": "Ana of Meridian", "reason": "Ask Mara.",
    "action": "identity.user_signed_in", "address": "ana@meridian.example", "browser": "nonce-of-a-browser",
    "city": "Hamburg", "code": "123456", "color": "#4f46e5", "company": "Northwind Logistics",
    "account_number": "AC-1001",
    "contact_name": "Ana Oliveira", "country": "DE", "cursor": "cursor-2", "title": "Contract",
    "device": "name-of-a-browser",
    "digest": "5f" * 32,
    "description": "A port of your own.", "driver": "simulator", "product_key": "port", "imprint_url": "https://larkspur.example/imprint",
    "privacy_url": "https://larkspur.example/privacy", "sender_name": "Larkspur",
    "terms_url": "https://larkspur.example/terms",
    "display_name": "Ana Oliveira", "key": "key-of-a-form",
    "kind": "admin", "label": "Company card", "labels": "prod", "list_name": "users", "locale": "de-AT",
    "postal_code": "20457",
    "postal_lines": "14 Observatory Lane", "q": "north", "return_to": "/w/northwind/services",
    "return_url": "https://portal.larkspur.example/w/x",
    "role": "regular", "session": "secret-of-a-session-of-ana", "slug": "northwind",
    "support_hours": "Mon to Fri, 8 to 18", "emergency_phone": "+31 20 555 01 99",
    "help_url": "https://larkspur.example/help", "status_url": "https://larkspur.example/status",
    "sales_name": "Larkspur sales", "sales_address": "sales@larkspur.example", "sales_phone": "+31 20 555 01 20",
    "support_address": "help@meridian.example", "support_phone": "+31 20 555 01 00", "street": "Dock 4",
    "time_zone": "Europe/Vienna", "token": "token-of-a-link-in-a-mail", "topic": "invoice_issued",
    "user_id": str(UUID(int=7)),
    "site_key": "fra1", "add_on_to": "port", "product": "circuit", "plans": "Monthly",
    "workspace_id": str(UUID(int=8)),
    "bill_group": "Logistics",
    "bill_group_id": str(UUID(int=9)),
    "currency": "EUR",
    "po_number": "PO-7",
    "registration_number": "HRB 12",
    "vat_number": "DE136695976",
    "portal": "key-of-a-portal-123456",
    "value": "northwind.example",
    "contact_address": "mara@northwind.example",
    "location_ids": str(UUID(int=10)),
    "last_day": "2031-05-09",
    "planned_on": "2026-11-22", "note": "Between 9 and 11.", "serial_numbers": "EG-77310", "condition": "good",
    "wish": "Twenty ports.", "text": "When can it be there?", "valid_until": "2026-12-24", "terms": "Net.",
    "name": "console-2.1.zip", "notes": "Faster.", "released_on": "2026-11-22", "version": "2.1",
    "wanted_on": "2026-11-22", "serial_number": "EG-77310", "plan": "Monthly", "location": "Berlin office",
}  # fmt: skip
"""A valid value for each parameter or field of type str. A new one fails until it has a value here."""
NAMED = {"needs": {"cpu_cores": 10}, "capacity": {"cpu_cores": 10}, "copied": {"speed_gbps": "speed_gbps"},
         "written": {"topic": "news_release", "texts": {"en": {"title": "Out", "body": "It is **faster**."}},
                     "segment": {"kinds": ["customer"], "sellers": "direct"}},
         "said": {"topic": "news_release", "texts": {"en": {"title": "Out", "body": "It is **faster**."}}},
         "wished": {"plan_version_id": str(UUID(int=5)), "configuration": {}, "quantity": 1},
         "lines": {"plan_version_id": str(UUID(int=5)), "configuration": {}, "quantity": 1, "display_name": "Uplink",
                   "recurring_minor": 100, "one_off_minor": 0, "field_prices": None, "term_months": None}}  # fmt: skip


@dataclass
class Call:
    """One request of a client, and the type that its response was read as; NoneType: not read."""

    request: httpx.Request
    shape: Any = NoneType

    @property
    def operation(self) -> Operation:
        return operation_at(self.request.method, self.request.url.path)


@dataclass(frozen=True)
class Watched(Api):
    """The client's `Api`, which also records the types of responses."""

    calls: list[Call] = field(default_factory=list)

    def _read(self, reply: Reply, shape: type[T]) -> T:
        self.calls[-1].shape = shape
        return super()._read(reply, shape)


def client_methods() -> list[tuple[str, str]]:
    """``("identity", "challenge")``: every public method of every client."""
    return [
        (client.name, name)
        for client in fields(Services)
        for name, method in inspect.getmembers(client.type, inspect.isfunction)
        if not name.startswith("_")
    ]


async def calls_of(client: str, method: str, arguments: dict[str, Any]) -> list[Call]:
    """The method's requests. Each response is a sample of what the OpenAPI document describes."""
    calls: list[Call] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(Call(request))
        operation = calls[-1].operation
        content = operation.described["responses"][str(operation.success)].get("content", {})
        if "application/json" not in content:
            return httpx.Response(operation.success)
        body = sample(document(operation.service), content["application/json"]["schema"])
        return httpx.Response(operation.success, json=body)

    sender = TransportSender(httpx.MockTransport(answer))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(sender.close)
        caller = Caller(UUID(int=1), "", "", Deadline.within(60), "token")
        services = Services.of(
            lambda service: Watched(
                service, BASE.format(service=service), sender, Circuit(service), 1, 1, caller, calls
            )
        )
        result = getattr(getattr(services, client), method)(**arguments)
        if isinstance(result, AbstractAsyncContextManager):
            async with result:
                return calls
        await result
    return calls


def argument_sets(client: str, method: str) -> Iterator[dict[str, Any]]:
    """Sets of arguments: the required ones; and all of them, in as many sets as one literal argument has values."""
    function: Callable[..., Any] = getattr(getattr_type(client), method)
    hints = get_type_hints(function)
    parameters = {name: each for name, each in inspect.signature(function).parameters.items() if name != "self"}
    odd = [name for name, each in parameters.items() if each.kind in (each.VAR_KEYWORD, each.VAR_POSITIONAL)]
    assert not odd, f"{client}.{method}: name what is sent instead of {odd}"
    needed = [name for name, each in parameters.items() if each.default is each.empty]
    yield {name: options(name, hints[name])[0] for name in needed}
    choices = {name: options(name, hints[name]) for name in parameters}
    for row in zip_longest(*choices.values()):
        yield {name: row[n] if row[n] is not None else choices[name][0] for n, name in enumerate(choices)}


def getattr_type(client: str) -> type[Any]:
    [found] = [each.type for each in fields(Services) if each.name == client]
    assert isinstance(found, type)
    return found


def options(name: str, kind: Any) -> list[Any]:
    """Values of a parameter's type: each value of a literal, one of any other type."""
    if get_origin(kind) in (Union, UnionType):
        return [value for each in get_args(kind) if each is not NoneType for value in options(name, each)]
    if get_origin(kind) is Literal:
        return [value for value in get_args(kind) if value != ""] or [""]
    return [True, False] if kind is bool else [_value(name, kind)]


def _value(name: str, kind: Any) -> Any:
    if is_typeddict(kind):
        return {field: options(field, hint)[0] for field, hint in get_type_hints(kind).items()}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind(**{field: options(field, info.annotation)[0] for field, info in kind.model_fields.items()})
    if get_origin(kind) in (Sequence, list):
        return [options(name, each)[0] for each in get_args(kind)]
    if get_origin(kind) is dict and name in NAMED:
        return NAMED[name]
    if get_origin(kind) is dict:
        return {"speed_gbps": [10] if get_origin(get_args(kind)[1]) is list else 10}
    plain = {UUID: uuid5(UUID(int=0), name), int: 20, float: 8.5, date: date(2026, 11, 22), bytes: b"\x89PNG"}
    plain |= {datetime: datetime(2026, 11, 22, tzinfo=UTC), AsyncIterator[bytes]: _pieces()}
    return TEXTS[name] if kind is str else plain[kind]


async def _pieces() -> AsyncIterator[bytes]:
    yield b"a file"
