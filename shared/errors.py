"""Errors that people can act on, as RFC 9457 problem documents (listed in docs/problems.md)."""

import re
import socket
from collections.abc import Mapping
from typing import Any, ClassVar

import asyncpg
import structlog
from fastapi import Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared import field_errors

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
FIELD_ERRORS: dict[str, Any] = {"errors": {"type": "array", "items": field_errors.SCHEMA}}
WAIT: dict[str, Any] = {"retry_after": {"type": "integer", "minimum": 0, "description": "Seconds to wait"}}
PRESENT_STATE: dict[str, Any] = {"state": {"type": "string"}}
"""Additional members of problem documents: JSON Schemas by name."""


class Problem(Exception):
    """An expected error. Subclass it where its rule is implemented; the docstring becomes its documentation.

    The message says what is wrong, where, and what to do. ``extra`` adds members to the problem document.
    """

    status: ClassVar[int] = 400
    title: ClassVar[str] = "Bad request"
    members: ClassVar[Mapping[str, Any]] = {}
    """The members of ``extra``, as JSON Schemas by name, for the OpenAPI document."""

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra

    @classmethod
    def slug(cls) -> str:
        """The last part of the problem's ``type``: the class name in kebab case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @property
    def headers(self) -> dict[str, str]:
        after = self.extra.get("retry_after")
        return {} if after is None else {"Retry-After": str(after)}

    def document(self) -> dict[str, Any]:
        return {"type": f"/problems/{self.slug()}", "title": self.title, "status": self.status,
                "detail": self.detail} | self.extra  # fmt: skip


def problems_of(*packages: str) -> list[type[Problem]]:
    """The imported problems that are defined in these packages."""
    found, waiting = [], Problem.__subclasses__()
    while waiting:
        problem = waiting.pop()
        waiting += problem.__subclasses__()
        if f"{problem.__module__}.".startswith(tuple(f"{package}." for package in packages)):
            found.append(problem)
    return sorted(found, key=lambda problem: (problem.status, problem.slug()))


class NotFound(Problem):
    """It does not exist, or you may not see it: the answer is the same."""

    status = 404
    title = "Not found"


class Unauthenticated(Problem):
    """The request has no valid access token."""

    status = 401
    title = "Sign in first"


class Forbidden(Problem):
    """Your role does not allow this."""

    status = 403
    title = "Not allowed"
    refused: Any = None
    """The `Access` that lacks a permission, and which one: for the log, not for the answer."""


class Conflict(Problem):
    """The current state does not allow this."""

    status = 409
    title = "Not possible now"


class Gone(Problem):
    """It existed and cannot be used any more."""

    status = 410
    title = "No longer valid"


class BodyTooLarge(Problem):
    """The request body is larger than this endpoint accepts. Nothing was changed."""

    status = 413
    title = "Too much at once"


class Invalid(Problem):
    """Some fields are not valid. ``errors`` has a JSON pointer to each."""

    status = 422
    title = "Please check your entries"
    members = FIELD_ERRORS


class TooManyRequests(Problem):
    """Too many requests in a short time. ``Retry-After`` says how long to wait."""

    status = 429
    title = "Too many tries"
    members = WAIT


class Unavailable(Problem):
    """A dependency is temporarily unavailable. ``Retry-After`` says when to retry."""

    status = 503
    title = "Not available just now"
    members = WAIT


class Permanent(Exception):
    """Raised by a handler when a retry cannot help: the event is dead-lettered at once."""


class NotYetKnown(Exception):
    """Raised by a handler when its event arrived before one that it depends on. A later retry succeeds."""


# InternalClientError: a connection that the server has just closed was used.
# InsufficientResourcesError: its disk is full, or there are too many connections.
# ReadOnlySQLTransactionError: it is a standby that has not become the primary yet.
# gaierror: DNS is unavailable.
LOST_CONNECTION = (
    asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError, asyncpg.InsufficientResourcesError, asyncpg.InterfaceError, asyncpg.InternalClientError,
    asyncpg.ReadOnlySQLTransactionError, ConnectionError, socket.gaierror, PoolTimeout, TimeoutError)  # fmt: skip


def is_lost_connection(error: BaseException) -> bool:
    """Whether the database cannot work now, mostly since the connection was lost, as opposed to an error of a
    statement."""
    invalidated = isinstance(error, DBAPIError) and error.connection_invalidated
    return invalidated or isinstance(driver_error(error), LOST_CONNECTION)


def driver_error(error: BaseException) -> BaseException:
    """The exception of asyncpg, which SQLAlchemy wraps twice."""
    inner = error.orig if isinstance(error, DBAPIError) else None
    return (inner.__cause__ or inner) if inner else error


def respond(document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse(dict(document), document["status"], dict(headers or {}), MEDIA_TYPE)


async def on_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return respond(error.document(), error.headers)
