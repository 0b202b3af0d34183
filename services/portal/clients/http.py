"""Calls to a service, bounded in time; refusals become exceptions that a page can show."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

import httpx
import structlog
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from services.portal.clients.waiting import Circuit, Deadline
from shared.telemetry import metrics

log = structlog.get_logger()

T = TypeVar("T")

TEMPORARY = {502, 503, 504}
"""Statuses that say that a service does not answer now."""


class Answer(BaseModel):
    """A response body of a service. Unknown fields are ignored, since a service may add some."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Page(Answer, Generic[T]):
    items: list[T]
    next: str | None = None


def given(**fields: str | None) -> dict[str, str]:
    """The fields of a body that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


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
    """A service refused a request: its problem document (RFC 9457)."""

    status: int
    kind: str
    title: str
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)
    extra: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, response: httpx.Response) -> "Refused":
        """``kind`` is the problem's type in snake_case: ``/problems/wrong-code`` is ``wrong_code``."""
        try:
            document = response.json()
        except ValueError:
            document = None
        if not isinstance(document, dict):
            document = {}
        kind = str(document.get("type", "")).rpartition("/")[2].replace("-", "_")
        title = str(document.get("title") or "Not possible")
        detail = str(document.get("detail") or "The request was refused.")
        return cls(response.status_code, kind, title, detail, document.get("errors") or [], document)


@dataclass(frozen=True)
class Api:
    """One service's API with one person's access token; calls are anonymous where ``token`` is None."""

    service: str
    http: httpx.AsyncClient
    base_url: str
    token: str | None
    correlation_id: UUID
    client_address: str
    user_agent: str
    read_timeout: float
    write_timeout: float
    deadline: Deadline
    circuit: Circuit

    async def get(self, path: str, shape: type[T], **query: Any) -> T:
        asked = {name: value for name, value in query.items() if value not in (None, "")}
        return self._read(await self._send("GET", path, self.read_timeout, params=asked), shape)

    async def post(
        self, path: str, shape: type[T], body: Any = None, *, key: str | None = None, repeatable: bool = False
    ) -> T:
        """``key`` is the form's Idempotency-Key: sending it twice has one effect (D22). What is ``repeatable`` harms
        nothing if it is done twice, and gets no more time than a read."""
        limit = self.read_timeout if repeatable else self.write_timeout
        return self._read(await self._write("POST", path, body, key, limit), shape)

    async def put(self, path: str, shape: type[T], body: Any) -> T:
        return self._read(await self._write("PUT", path, body), shape)

    async def patch(self, path: str, shape: type[T], body: Any) -> T:
        return self._read(await self._write("PATCH", path, body), shape)

    async def delete(self, path: str) -> None:
        await self._write("DELETE", path, None)

    @asynccontextmanager
    async def stream(self, path: str) -> AsyncIterator[httpx.Response]:
        """A streamed response, such as a file. It is no part of a page, and may take longer."""
        response = await self._answer("GET", path, self.write_timeout, self.write_timeout, stream=True)
        try:
            if not response.is_success:
                await response.aread()
                self._check(response)
            yield response
        finally:
            await response.aclose()

    async def _write(
        self, method: str, path: str, body: Any, key: str | None = None, limit: float | None = None
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return await self._send(method, path, limit or self.write_timeout, json=body, headers=headers)

    async def _send(self, method: str, path: str, limit: float, **options: Any) -> httpx.Response:
        response = await self._answer(method, path, limit, min(limit, self.deadline.left), **options)
        self._check(response)
        return response

    async def _answer(
        self, method: str, path: str, limit: float, allowed: float, *, stream: bool = False, **options: Any
    ) -> httpx.Response:
        """The response within ``allowed`` seconds, whatever it is. Only a slow service is not asked for a while: no
        service that got less than its ``limit`` because others have used up the page's time or the connections, and
        none that refuses connections, which costs no time and ends when it has started."""
        if allowed <= 0:
            raise self._down("no time left")
        if not self.circuit.admits():
            raise self._down("not asked")
        try:
            async with asyncio.timeout(allowed):
                timeout = httpx.Timeout(allowed, pool=allowed / 2)
                request = self._request(method, path, timeout=timeout, **options)
                response = await self.http.send(request, stream=stream)
        except (httpx.TransportError, TimeoutError) as error:
            slow = isinstance(error, TimeoutError | httpx.TimeoutException) and not isinstance(error, httpx.PoolTimeout)
            if slow and allowed >= limit:
                self.circuit.failed()
            raise self._down(type(error).__name__) from error
        self.circuit.answered()
        return response

    def _request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **options: Any
    ) -> httpx.Request:
        own = {
            "X-Correlation-ID": str(self.correlation_id),
            "X-Forwarded-For": self.client_address,
            "User-Agent": self.user_agent,
        }
        own |= dict(headers or {})
        if self.token:
            own["Authorization"] = f"Bearer {self.token}"
        return self.http.build_request(method, f"{self.base_url}/api/{self.service}{path}", headers=own, **options)

    def _check(self, response: httpx.Response) -> None:
        if response.status_code in TEMPORARY:
            raise self._down(f"status {response.status_code}")
        if response.status_code >= 500:
            raise self._unreadable(f"status {response.status_code}")
        if not response.is_success:
            raise Refused.of(response)

    def _down(self, reason: str) -> ServiceDown:
        log.warning("service.unavailable", asked=self.service, reason=reason)
        metrics.UNANSWERED.labels(self.service).inc()
        return ServiceDown(self.service)

    def _unreadable(self, reason: str) -> Unreadable:
        log.error("answer.unreadable", asked=self.service, reason=reason, correlation_id=str(self.correlation_id))
        return Unreadable(self.service, self.correlation_id)

    def _read(self, response: httpx.Response, shape: type[T]) -> T:
        if shape is type(None):
            return None
        try:
            return TypeAdapter(shape).validate_json(response.content)
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_context=False, include_input=False)
            places = [f"{'.'.join(map(str, each['loc']))}: {each['type']}" for each in wrong[:5]]
            raise self._unreadable("; ".join(places)) from None  # the error would contain the answer
