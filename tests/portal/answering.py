"""Routes of the fake services: methods are registered for the requests that they answer."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx

from tests.contracts.openapi import PROBLEM

Reply = httpx.Response | dict[str, Any] | list[Any] | None
Handler = Callable[..., Reply]

ROUTES: list[tuple[str, re.Pattern[str], str]] = []


def answers(method: str, path: str) -> Callable[[Handler], Handler]:
    """Register a method for a path like ``/identity/links/{id}``; path parameters are passed by name."""

    def remember(handler: Handler) -> Handler:
        pattern = re.compile("/api" + re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))
        ROUTES.append((method, pattern, handler.__name__))
        return handler

    return remember


def problem(status: int, kind: str, detail: str, **extra: Any) -> httpx.Response:
    document = {"type": f"/problems/{kind}", "title": kind, "status": status, "detail": detail} | extra
    return httpx.Response(status, text=json.dumps(document), headers={"content-type": PROBLEM})


def refused_fields(**errors: str) -> httpx.Response:
    listed = [{"pointer": "/" + name.replace("__", "/"), "detail": detail} for name, detail in errors.items()]
    return problem(422, "invalid", "Some fields are not valid.", errors=listed)
