"""Calls to a service, bounded in time; refusals become exceptions that a page can show."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

import httpx
import structlog
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from shared.telemetry import metrics

log = structlog.get_logger()

T = TypeVar("T")


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

    async def get(self, path: str, shape: type[T], **query: Any) -> T:
        asked = {name: value for name, value in query.items() if value not in (None, "")}
        return self._read(await self._send("GET", path, params=asked, timeout=self.read_timeout), shape)

    async def post(self, path: str, shape: type[T], body: Any = None, *, key: str | None = None) -> T:
        """``key`` is the form's Idempotency-Key: sending it twice has one effect (D22)."""
        return self._read(await self._write("POST", path, body, key), shape)

    async def put(self, path: str, shape: type[T], body: Any) -> T:
        return self._read(await self._write("PUT", path, body), shape)

    async def patch(self, path: str, shape: type[T], body: Any) -> T:
        return self._read(await self._write("PATCH", path, body), shape)

    async def delete(self, path: str) -> None:
        await self._write("DELETE", path, None)

    @asynccontextmanager
    async def stream(self, path: str) -> AsyncIterator[httpx.Response]:
        """A streamed response, such as a file."""
        request = self._request("GET", path, timeout=self.write_timeout)
        try:
            response = await self.http.send(request, stream=True)
        except httpx.TransportError as error:
            raise self._down(path, type(error).__name__) from error
        try:
            if not response.is_success:
                await response.aread()
                self._check(response, path)
            yield response
        finally:
            await response.aclose()

    async def _write(self, method: str, path: str, body: Any, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return await self._send(method, path, json=body, headers=headers, timeout=self.write_timeout)

    async def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            response = await self.http.send(self._request(method, path, **options))
        except httpx.TransportError as error:
            raise self._down(path, type(error).__name__) from error
        self._check(response, path)
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

    def _check(self, response: httpx.Response, path: str) -> None:
        if response.status_code >= 500:
            raise self._down(path, f"status {response.status_code}")
        if not response.is_success:
            raise Refused.of(response)

    def _down(self, path: str, reason: str) -> ServiceDown:
        log.warning("service.unavailable", asked=self.service, reason=reason)
        metrics.UNANSWERED.labels(self.service).inc()
        return ServiceDown(self.service)

    def _read(self, response: httpx.Response, shape: type[T]) -> T:
        if shape is type(None):
            return None
        try:
            return TypeAdapter(shape).validate_json(response.content)
        except ValidationError as error:
            log.error(
                "answer.unreadable", asked=self.service, errors=error.errors(include_input=False, include_url=False)
            )
            raise ServiceDown(self.service) from error
