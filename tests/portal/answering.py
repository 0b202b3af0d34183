"""Routes of the fake services: methods are registered for the requests that they answer."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx

from shared.field_errors import Code, field_error
from tests.contracts.openapi import PROBLEM

Reply = httpx.Response | dict[str, Any] | list[Any] | None
Handler = Callable[..., Reply]

ROUTES: list[tuple[str, re.Pattern[str], str]] = []
NAMED: dict[str, str] = {}


def answers(method: str, path: str) -> Callable[[Handler], Handler]:
    """Register a method for a path like ``/identity/links/{id}``; path parameters are passed by name. The classes of
    all APIs become one, so that no two may have a method of one name."""

    def remember(handler: Handler) -> Handler:
        if NAMED.setdefault(handler.__name__, handler.__qualname__) != handler.__qualname__:
            raise ValueError(f"{handler.__qualname__} would hide {NAMED[handler.__name__]}")
        pattern = re.compile("/api" + re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))
        ROUTES.append((method, pattern, handler.__name__))
        return handler

    return remember


def problem(status: int, kind: str, detail: str, **extra: Any) -> httpx.Response:
    document = {"type": f"/problems/{kind}", "title": kind, "status": status, "detail": detail} | extra
    return httpx.Response(status, text=json.dumps(document), headers={"content-type": PROBLEM})


def refused_fields(**errors: Code) -> httpx.Response:
    """What is wrong, by the field's name."""
    listed = [
        field_error("/" + name.replace("__", "/"), code, f"is {code}, for developers") for name, code in errors.items()
    ]
    return problem(422, "invalid", "Some fields are not valid.", errors=listed)


def found_by_id(samples: list[dict[str, Any]], id_: str) -> Reply:
    """The sample with this id, or the refusal of one that is not there."""
    return next((each for each in samples if each["id"] == id_), None) or problem(404, "not-found", "It is not there.")
