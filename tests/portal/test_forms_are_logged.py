"""Each form of the portal changes what it changes through an operation that the log has: the portal owns nothing."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from services.portal.app import build
from tests.authorisation.logged import AT_THE_GATEWAY, BEFORE, EXPORTED, LOGGED, UNLOGGED
from tests.authorisation.logging import DRAFTED, SEEN
from tests.contracts.calls import argument_sets, calls_of, client_methods
from tests.portal.browsing import settings

CHANGES_NOTHING: dict[str, str] = {
    "/theme": "the theme is a cookie of this browser",
    "/api/{service}/{path:path}": "it passes on what somebody asks of a service",
    "/p/{key}": BEFORE,
    "/sign-in": BEFORE,
    "/sign-in/resend": BEFORE,
    "/invite": "the code that it sends accepts the invitation, which is logged",
    "/w/{slug}/orders/new/{product_key}": "what was filled in goes on to the review, and is ordered there",
    "/w/{slug}/quotes/from-order/{product_key}": "what was filled in goes on to the form that asks for a quote",
    "/w/{slug}/services/{service_id}/change": "what was filled in goes on to the review, and is ordered there",
    "/w/{slug}/licences/verify": "it says what holds of a key, and changes nothing",
    "/notifications/read-all": SEEN,
    "/notifications/{notice_id}": SEEN,
    "/provider/{slug}/news/preview": "it shows what is being written",
    "/provider/{slug}/setup/end": "it hides a page that leads to others",
    **dict.fromkeys(
        (f"/provider/{{slug}}/news/{path}" for path in ("new", "{campaign_id}/edit", "{campaign_id}/remove")), DRAFTED
    ),
    "/provider/{slug}/products/export": "it downloads what the pages of the catalogue show",
    **{
        f"/provider/{{slug}}/products/{{product_key}}/releases/{path}": DRAFTED
        for path in (
            "new",
            "{release_id}/edit",
            "{release_id}/files",
            "{release_id}/files/choose",
            "{release_id}/files/{file_id}/remove",
        )
    },
}
"""Forms that call no operation that is logged, and why."""


def forms() -> dict[str, list[Callable[..., Any]]]:
    """What answers each path that takes a form."""
    found: dict[str, list[Callable[..., Any]]] = {}
    for context in iter_route_contexts(build(settings()).routes):
        route = context.original_route
        if isinstance(route, APIRoute) and (route.methods or set()) - {"GET", "HEAD"}:
            found.setdefault(context.path or "", []).append(route.endpoint)
    return found


def reached(function: Callable[..., Any], seen: set[Callable[..., Any]]) -> set[str]:
    """The names of all attributes that a function and those that it calls in the portal's code use."""
    function = inspect.unwrap(function)
    if function in seen:
        return set()
    seen.add(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return names.union(*(reached(each, seen) for each in called(tree, function.__globals__)))


def called(tree: ast.AST, known: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    for node in ast.walk(tree):
        found = known.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = known.get(node.value.id)
            found = getattr(module, node.attr, None) if isinstance(module, ModuleType) else None
        if inspect.isfunction(found) and found.__module__.startswith("services.portal"):
            yield found


async def logged_methods() -> set[str]:
    """The methods of the portal's clients that ask for an operation that the log tells of, at once or later."""
    found = set()
    for client, method in client_methods():
        for arguments in argument_sets(client, method):
            for call in await calls_of(client, method, arguments):
                name = str(call.operation).replace("/api/", "/")
                if name in LOGGED or UNLOGGED.get(name) in (EXPORTED, AT_THE_GATEWAY):
                    found.add(method)
    return found


@pytest.mark.rule("K14")
async def test_every_form_calls_an_operation_that_is_logged_or_says_why_not() -> None:
    methods = await logged_methods()
    found = forms()
    silent = {path for path, all_ in found.items() if not all(reached(each, set()) & methods for each in all_)}

    assert len(found) > 60
    assert silent == CHANGES_NOTHING.keys()
