"""The OpenAPI document of a service: each operation with the statuses that it answers with, and the problems of each.

What follows from a route's guard and parameters is derived. Refusals of its rules are declared where it is declared."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from fastapi import APIRouter, FastAPI

from shared.auth.access import ApprovalNeeded, HoldersOnly, ReadOnlyPreview, WorkspaceIsClosed, WorkspaceIsSuspended
from shared.auth.permissions import OF_HOLDERS, table
from shared.auth.routes import SAFE_METHODS, Allow, GuardedRoute, Public
from shared.errors import (
    MEDIA_TYPE,
    WAIT,
    BodyTooLarge,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Unauthenticated,
    Unavailable,
)
from shared.events import Via
from shared.idempotency import IdempotencyKeyReused

OUTSIDE = """\
A refusal is a problem document (RFC 9457). Each operation lists the statuses that it answers with, and the problems of
each status by `type`.

What reaches no operation is answered outside of this list: 404 for an unknown path and 405 for an unknown method, with
a problem of the type `about:blank`; 400 in plain text for what is no HTTP request, or has more than 64 KiB of URL and
headers; 413 for a body that is too large, also where none is expected. 500, of the type `about:blank`, is always a
mistake of ours."""

UNNAMED = "UnnamedProblem"
FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")

Described = dict[str, Any]


class DocumentedAPI(FastAPI):
    """An application with the endpoints of these routers, whose OpenAPI document lists every refusal."""

    def __init__(self, service: str, routers: Sequence[APIRouter], **options: Any) -> None:
        super().__init__(title=f"Portico {service}", description=OUTSIDE, **options)
        for router in routers:
            self.router.routes.extend(router.routes)  # include_router would match each path twice

    def openapi(self) -> Described:
        if not self.openapi_schema:
            _document_refusals(super().openapi(), self.routes)
        return super().openapi()


def _document_refusals(document: Described, routes: Iterable[object]) -> None:
    found: set[type[Problem]] = set()
    for route in routes:
        if isinstance(route, GuardedRoute) and route.include_in_schema:
            for method in route.methods or ():
                operation = document["paths"][route.path_format][method.lower()]
                problems = sorted(refusals(route, operation), key=lambda each: (each.status, each.slug()))
                successes = {status: said for status, said in operation["responses"].items() if int(status) < 400}
                operation["responses"] = successes | dict(_responses(problems))
                found.update(problems)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in FASTAPIS_OWN:
        schemas.pop(name, None)
    schemas.update(problem_schemas(found))


def refusals(route: GuardedRoute, operation: Described) -> set[type[Problem]]:
    """The problems that an operation may answer with."""
    takes = {(each["in"], each["name"]) for each in operation.get("parameters", ())}
    found: set[type[Problem]] = {Unavailable, *route.problems}
    if not isinstance(route.guard, Public):
        found.add(Unauthenticated)
        if "path" in {place for place, _ in takes}:
            found.add(NotFound)  # what the caller may not see, they cannot name either
    if isinstance(route.guard, Allow):
        levels = {*table()[route.guard.permission].roles.values()}
        found |= {Forbidden, HoldersOnly} if levels.intersection(OF_HOLDERS) else {Forbidden}
        only_reads = set(route.methods or ()) <= SAFE_METHODS
        found |= set() if only_reads or route.guard.in_preview else {ReadOnlyPreview}
        is_open = route.guard.is_open_while_suspended(Via.on_behalf)  # the door that leaves the least open
        found |= set() if only_reads or is_open else {WorkspaceIsSuspended, WorkspaceIsClosed}
        found |= {ApprovalNeeded} if "ask" in levels - route.guard.levels else set()
    if ("header", "idempotency-key") in takes:
        found.add(IdempotencyKeyReused)
    if "requestBody" in operation:
        found.add(BodyTooLarge)
    return found | ({Invalid} if takes or "requestBody" in operation else set())


def _responses(problems: Sequence[type[Problem]]) -> Iterator[tuple[str, Described]]:
    """The responses by status. ``problems`` are in the order of their statuses."""
    for status, group in groupby(problems, attrgetter("status")):
        here = list(group)
        said: Described = {"description": "; ".join(each.title for each in here)}
        said["content"] = {MEDIA_TYPE: {"schema": _one_of(here)}}
        if any(WAIT.keys() <= each.members.keys() for each in here):
            wait = {"description": WAIT["retry_after"]["description"], "schema": {"type": "integer"}}
            said["headers"] = {"Retry-After": wait}
        yield str(status), said


def _one_of(problems: Sequence[type[Problem]]) -> Described:
    """One of these problems, which are told apart by ``type``."""
    if len(problems) == 1:
        return {"$ref": _reference(_name(problems[0]))}
    named = {_type(problem): _reference(_name(problem)) for problem in problems}
    kinds = {"type": "object", "properties": {"type": {"enum": [*named]}}, "required": ["type"]}
    return kinds | _alternatives(named)


def problem_schemas(problems: Iterable[type[Problem]]) -> dict[str, Any]:
    """The problem schemas, and ``Problem`` as their union with ``type`` as discriminator."""
    ordered = sorted(problems, key=lambda each: (each.status, each.slug()))
    found = {_name(problem): _schema(problem) for problem in ordered}
    found[UNNAMED] = _object("Its status says all, such as that an address does not exist.", "about:blank",
                             {"type": "integer", "minimum": 400, "maximum": 599}, {})  # fmt: skip
    mapping = {schema["properties"]["type"]["const"]: _reference(name) for name, schema in found.items()}
    return found | {"Problem": _alternatives(mapping)}


def _alternatives(mapping: Mapping[str, str]) -> Described:
    told_apart = {"propertyName": "type", "mapping": dict(mapping)}
    return {"oneOf": [{"$ref": each} for each in mapping.values()], "discriminator": told_apart}


def _name(problem: type[Problem]) -> str:
    return f"{problem.__name__}Problem"


def _reference(name: str) -> str:
    return f"#/components/schemas/{name}"


def _type(problem: type[Problem]) -> str:
    return f"/problems/{problem.slug()}"


def _schema(problem: type[Problem]) -> Described:
    return _object(problem.__doc__ or "", _type(problem), {"const": problem.status}, problem.members)


def _object(meaning: str, name: str, status: Described, members: Mapping[str, Any]) -> Described:
    always = {"type": {"const": name}, "title": {"type": "string"}, "status": status, "detail": {"type": "string"}}
    return {"type": "object", "description": " ".join(meaning.split()), "required": [*always],
            "properties": always | dict(members)}  # fmt: skip
