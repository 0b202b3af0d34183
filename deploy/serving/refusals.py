"""Answers every error of a service's API with a problem document."""

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from shared.errors import (
    LOST_CONNECTION,
    Invalid,
    Problem,
    Unavailable,
    driver_error,
    is_lost_connection,
    on_problem,
    respond,
)
from shared.field_errors import of_pydantic

log = structlog.get_logger()


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = of_pydantic(error.errors(), skip=1)  # the first part says where in the request
    return await on_problem(request, Invalid("Some fields are not valid.", errors=fields))


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    document = {"type": "about:blank", "title": str(error.detail), "status": error.status_code,
                "detail": str(error.detail)}  # fmt: skip
    return respond(document, error.headers)


async def _on_database(request: Request, error: Exception) -> JSONResponse:
    if is_lost_connection(error):
        log.warning("database.unavailable", error=type(error).__name__)
        again = Unavailable("The database does not answer. Nothing was changed; try again.", retry_after=2)
        return await on_problem(request, again)
    if isinstance(driver_error(error), asyncpg.DataError):
        return await on_problem(request, Invalid("A value is out of range or holds a forbidden character.", errors=[]))
    return await _on_bug(request, error)


async def _on_bug(request: Request, error: Exception) -> JSONResponse:
    log.error("request.failed", exc_info=error)
    return respond({"type": "about:blank", "title": "Our mistake", "status": 500,
                    "detail": "Something went wrong on our side. Nothing was changed."})  # fmt: skip


def install(app: FastAPI) -> None:
    """Answer every error of ``app`` with a problem document."""
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    for kind in (DBAPIError, asyncpg.PostgresError, OSError, *LOST_CONNECTION):
        app.add_exception_handler(kind, _on_database)
    app.add_exception_handler(Exception, _on_bug)
