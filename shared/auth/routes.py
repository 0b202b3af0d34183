"""Routes that require a guard. A route without one raises `UnguardedRoute` at import."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute

from shared.attempts.recording import note
from shared.auth.access import ReadOnlyPreview, WorkspaceIsClosed, WorkspaceIsSuspended
from shared.auth.permissions import Level, handled, open_while_suspended, table
from shared.bodies import check_json
from shared.cards import has_card_number
from shared.errors import Forbidden, Invalid, Problem, Unauthenticated
from shared.events import Via
from shared.secrets import is_one_of

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class UnguardedRoute(TypeError):
    """A route does not declare exactly one valid guard."""


@dataclass(frozen=True)
class Allow:
    """Requires ``permission`` in the token's workspace, at one of the levels that the route handles."""

    permission: str
    levels: frozenset[Level]
    in_preview: bool = False
    """Whether a preview may send what is no safe method."""

    async def __call__(self, request: Request) -> None:
        runtime = request.app.state.runtime
        access = await runtime.access.check(bearer(request), runtime.pool)
        changes = request.method not in SAFE_METHODS
        if access.via == Via.preview and changes and not self.in_preview:
            raise ReadOnlyPreview("This is a preview, and it is read-only. Nothing was changed.")
        if access.suspended and changes and not self.is_open_while_suspended(access.via):
            raise (WorkspaceIsClosed if access.closed else WorkspaceIsSuspended)("Nothing was changed.")
        request.state.access = access.narrowed_to(self.permission, self.levels)

    def is_open_while_suspended(self, via: str = Via.own) -> bool:
        """Whether people of a suspended or closed workspace, who came in through this door, may still do it."""
        return self.permission in open_while_suspended(via)


@dataclass(frozen=True)
class Public:
    """Allows everybody, for a stated reason."""

    reason: str

    async def __call__(self, request: Request) -> None:
        request.state.access = None

    def as_dependencies(self) -> list[Any]:
        """For a router without a feature, such as the health checks."""
        return [Depends(self)]


@dataclass(frozen=True)
class ServiceOnly:
    """Allows Portico's own services, by their shared key."""

    reason: str

    async def __call__(self, request: Request) -> None:
        if not is_one_of(request.app.state.runtime.settings.service_key, bearer(request).encode()):
            raise Unauthenticated("Only Portico's own services may ask this.")
        request.state.access = None


Guard = Allow | Public | ServiceOnly


def allow(permission: str, *, own: bool = False, ask: bool = False, in_preview: bool = False) -> Allow:
    """Guard: requires ``permission``, a row of `shared/permissions.toml`.

    Whoever has it at the level ``own`` or ``ask`` is refused, unless the route names that level and handles it. A
    preview may only read. ``in_preview`` is for a route that ends the preview or its session."""
    if permission not in table():
        raise UnguardedRoute(f"There is no permission {permission!r} in permissions.toml.")
    return Allow(permission, handled(own=own, ask=ask), in_preview)


def public(reason: str) -> Public:
    """Guard: allows everybody, because of ``reason``."""
    return Public(reason)


def service_only(reason: str) -> ServiceOnly:
    """Guard: allows only Portico's own services, because of ``reason``."""
    return ServiceOnly(reason)


def bearer(request: Request) -> str:
    """The bearer token of a request. Raises `Unauthenticated` if there is none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Unauthenticated("Send an access token: Authorization: Bearer …")
    return token


class GuardedRoute(APIRoute):
    """A route with exactly one guard. The guard runs before the request is parsed, so that unauthorised callers learn
    nothing about valid requests. Every JSON body is checked by `check_json`.

    ``dependencies`` also bring the problems that the endpoint may answer with besides those of its guard and
    parameters, for the OpenAPI document."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        dependencies = options.pop("dependencies", None) or ()
        guards = [d.dependency for d in dependencies if isinstance(d.dependency, Guard)]
        if len(guards) != 1:
            raise UnguardedRoute(f"{path} has {len(guards)} guards; say guard=allow(…), public(…) or service_only(…).")
        [self.guard] = guards
        told = [d.dependency for d in dependencies if isinstance(d.dependency, type)]
        self.problems = [each for each in told if issubclass(each, Problem)]
        others = [d for d in dependencies if d.dependency not in (self.guard, *self.problems)]
        super().__init__(path, endpoint, dependencies=others, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                await self.guard(request)
                if has_card_number(unquote(f"{request.url.path} {request.url.query}")):
                    raise Invalid("An address must not contain the number of a card.")
                if self.body_field and (body := await request.body()):
                    check_json(body)
                return await handle(request)
            except Forbidden as refusal:
                await note(request, f"{request.method} {self.path}", refusal)
                raise

        return guarded


class Router(APIRouter):
    """The endpoints of one feature, below ``/api/<service>/<feature>``, as in the folder structure.

    ``problems``, of each method, are the refusals that its guard and parameters do not tell of."""

    def __init__(self, service: str, feature: str) -> None:
        prefix = f"/api/{service}/{feature}"
        super().__init__(prefix=prefix, tags=[feature], route_class=GuardedRoute)

    def _route(self, method: str, path: str, guard: Guard, options: dict[str, Any]) -> Callable[[Endpoint], Endpoint]:
        told: Sequence[Any] = [guard, *options.pop("problems", ())]
        dependencies = [*map(Depends, told), *options.pop("dependencies", ())]
        return self.api_route(path, methods=[method], dependencies=dependencies, **options)

    def get(self, path: str, *, guard: Guard, **options: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        return self._route("GET", path, guard, options)

    def post(self, path: str, *, guard: Guard, **options: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        return self._route("POST", path, guard, options)

    def put(self, path: str, *, guard: Guard, **options: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        return self._route("PUT", path, guard, options)

    def patch(self, path: str, *, guard: Guard, **options: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        return self._route("PATCH", path, guard, options)

    def delete(self, path: str, *, guard: Guard, **options: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        return self._route("DELETE", path, guard, options)
