"""Calls to a service, bounded in time; refusals become exceptions that a page can show."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

import orjson
import structlog
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from services.portal.clients.sending import Late, Outgoing, Reply, Sender, Streamed, Unanswered
from services.portal.clients.waiting import Circuit, Deadline
from services.portal.refusals import FieldRefusal, field_refusal, words_of
from shared.telemetry import metrics

log = structlog.get_logger()

T = TypeVar("T")

UPLOAD_SECONDS = 4 * 3600.0
"""For a file that a browser sends."""

TEMPORARY = {502, 503, 504}
"""Statuses that say that a service does not answer now."""


class Answer(BaseModel):
    """A response body of a service. Unknown fields are ignored, since a service may add some."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Page(Answer, Generic[T]):
    items: list[T]
    next: str | None = None


class CountedPage(Page[T], Generic[T]):
    """A page of a list that can be counted: how many there are, where it was asked for. 1,001 means more than 1,000."""

    count: int | None = None


@cache
def reader_of(shape: Any) -> TypeAdapter[Any]:
    """Reads JSON as ``shape``. It takes far longer to make than to use."""
    return TypeAdapter(shape)


def given(**fields: str | None) -> dict[str, str]:
    """The fields of a body that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def _json(body: Any) -> bytes:
    """Of any whole number, however large: the service refuses it."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _said(query: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is None or empty: that is not sent."""
    return {name: value for name, value in query.items() if value not in (None, "")}


def _text(value: Any) -> str | list[str]:
    """A list is sent as one parameter per item."""
    if isinstance(value, list):
        return [str(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


class ServiceDown(Exception):
    """A service did not answer in time, answered that it is unavailable, or sent what cannot be read."""

    def __init__(self, service: str) -> None:
        super().__init__(f"{service} does not answer")
        self.service = service


class Unreadable(ServiceDown):
    """A service answered with an error of its own, or with something that is not what it documents. Trying again does
    not help; ``reference`` is what support finds in the logs."""

    def __init__(self, service: str, reference: UUID) -> None:
        super().__init__(service)
        self.reference = reference


@dataclass
class Refused(Exception):
    """A service refused a request: its problem document (RFC 9457), in words for people."""

    status: int
    kind: str
    title: str
    detail: str
    errors: list[FieldRefusal] = field(default_factory=list)
    extra: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, reply: Reply) -> "Refused":
        """``kind`` is the problem's type in snake_case: ``/problems/wrong-code`` is ``wrong_code``."""
        try:
            document = orjson.loads(reply.content)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            document = {}
        kind = str(document.get("type", "")).rpartition("/")[2].replace("-", "_")
        words = words_of(kind, reply.status, str(document.get("detail")))
        errors = [field_refusal(error) for error in document.get("errors") or []]
        return cls(reply.status, kind, words.title, words.text, errors, document)


@dataclass(frozen=True)
class Caller:
    """Who opens a page, and how long the page may take. Without a ``token`` calls are anonymous."""

    correlation_id: UUID
    client_address: str
    user_agent: str
    deadline: Deadline
    token: str | None = None

    @cached_property
    def headers(self) -> list[tuple[str, str]]:
        own = [
            ("X-Correlation-ID", str(self.correlation_id)),
            ("X-Forwarded-For", self.client_address),
            ("User-Agent", self.user_agent),
        ]
        return [*own, ("Authorization", f"Bearer {self.token}")] if self.token else own


@dataclass(frozen=True)
class Api:
    """One service's API, for one caller. The timeouts are seconds for a call."""

    service: str
    base_url: str
    sender: Sender
    circuit: Circuit
    read_timeout: float
    write_timeout: float
    caller: Caller

    async def get(self, path: str, shape: type[T], **query: Any) -> T:
        return self._read(await self._send("GET", path, self.read_timeout, query=_said(query), reads=True), shape)

    async def get_slowly(self, path: str, shape: type[T], **query: Any) -> T:
        """What is no part of a page, and may take as long as a form."""
        return self._read(await self._send("GET", path, self.write_timeout, query=_said(query)), shape)

    async def post(
        self, path: str, shape: type[T], body: Any = None, *, key: str | None = None, repeatable: bool = False,
        reads: bool = False,
    ) -> T:  # fmt: skip
        """``key`` is the form's Idempotency-Key: sending it twice has one effect (D22). What is ``repeatable`` harms
        nothing if it is done twice, and gets no more time than a read. What ``reads`` changes nothing at all: it may be
        asked of another replica if the first is silent."""
        limit = self.read_timeout if repeatable or reads else self.write_timeout
        return self._read(await self._send("POST", path, limit, body=body, key=key, reads=reads), shape)

    async def put(self, path: str, shape: type[T], body: Any) -> T:
        return self._read(await self._write("PUT", path, body), shape)

    async def put_bytes(self, path: str, shape: type[T], content: bytes, **query: Any) -> T:
        """A body that is no JSON, such as an image."""
        limit = min(self.write_timeout, self.caller.deadline.left)
        return await self._put(path, shape, content, limit, **query)

    async def put_stream(self, path: str, shape: type[T], content: AsyncIterator[bytes]) -> T:
        """A body that is sent while it comes, in whatever time that takes."""
        return await self._put(path, shape, content, UPLOAD_SECONDS)

    async def _put(
        self, path: str, shape: type[T], content: bytes | AsyncIterator[bytes], limit: float, **query: Any
    ) -> T:  # fmt: skip
        headers = [*self.caller.headers, ("Content-Type", "application/octet-stream")]
        url = self._request("PUT", path, query=_said(query)).url
        async with self._noting(max(limit, self.write_timeout), limit):
            reply = await self.sender.send(Outgoing("PUT", url, headers, content), limit)
        self._check(reply)
        return self._read(reply, shape)

    async def patch(self, path: str, shape: type[T], body: Any) -> T:
        return self._read(await self._write("PATCH", path, body), shape)

    async def delete(self, path: str) -> None:
        await self._write("DELETE", path, None)

    @asynccontextmanager
    async def stream(self, path: str, **query: Any) -> AsyncIterator[Streamed]:
        """A streamed response, such as a file. It is no part of a page, and may take longer."""
        limit = self.write_timeout
        request = self._request("GET", path, query=_said(query))
        async with self._noting(limit, limit), self.sender.stream(request, limit) as response:
            if not response.is_success:
                content = b"".join([piece async for piece in response.pieces])
                self._check(Reply(response.status, response.headers, content))
            yield response

    async def _write(self, method: str, path: str, body: Any) -> Reply:
        return await self._send(method, path, self.write_timeout, body=body)

    async def _send(self, method: str, path: str, limit: float, **asked: Any) -> Reply:
        request, allowed = self._request(method, path, **asked), min(limit, self.caller.deadline.left)
        async with self._noting(limit, allowed):
            reply = await self.sender.send(request, allowed)
        self._check(reply)
        return reply

    @asynccontextmanager
    async def _noting(self, limit: float, allowed: float) -> AsyncIterator[None]:
        """A call within ``allowed`` seconds. Only a slow service is not asked for a while: no service that got less
        than its ``limit`` because others have used up the page's time or the connections, and none that refuses
        connections, which costs no time and ends when it has started."""
        if allowed <= 0:
            raise self._down("no time left")
        if not self.circuit.admits():
            raise self._down("not asked")
        try:
            yield
        except Unanswered as error:
            if isinstance(error, Late) and allowed >= limit:
                self.circuit.failed()
            raise self._down(str(error)) from error
        self.circuit.answered()

    def _request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        key: str | None = None,
        reads: bool = False,
    ) -> Outgoing:
        headers = self.caller.headers
        if key:
            headers = [*headers, ("Idempotency-Key", key)]
        if body is not None:
            headers = [*headers, ("Content-Type", "application/json")]
        asked = "?" + urlencode({name: _text(value) for name, value in query.items()}, doseq=True) if query else ""
        url = f"{self.base_url}/api/{self.service}{quote(path)}{asked}"
        return Outgoing(method, url, headers, None if body is None else _json(body), reads)

    def _check(self, reply: Reply) -> None:
        if reply.status in TEMPORARY:
            raise self._down(f"status {reply.status}")
        if reply.status >= 500:
            raise self._unreadable(f"status {reply.status}")
        if not reply.is_success:
            raise Refused.of(reply)

    def _down(self, reason: str) -> ServiceDown:
        log.warning("service.unavailable", asked=self.service, reason=reason)
        metrics.UNANSWERED.labels(self.service).inc()
        return ServiceDown(self.service)

    def _unreadable(self, reason: str) -> Unreadable:
        number = self.caller.correlation_id
        log.error("answer.unreadable", asked=self.service, reason=reason, correlation_id=str(number))
        return Unreadable(self.service, number)

    def _read(self, reply: Reply, shape: type[T]) -> T:
        if shape is type(None):
            return None
        try:
            read: T = reader_of(shape).validate_json(reply.content)  # type: ignore[arg-type]  # types are hashable
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_context=False, include_input=False)
            places = [f"{'.'.join(map(str, each['loc']))}: {each['type']}" for each in wrong[:5]]
            raise self._unreadable("; ".join(places)) from None  # the error would contain the answer
        return read
