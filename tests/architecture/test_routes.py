"""Every endpoint of every service has a guard, and every guard's permission is in the table."""

from types import MappingProxyType
from uuid import uuid4

import pytest
from fastapi import APIRouter, Depends, FastAPI

from deploy.environment import SERVICES
from docs.generate import levels_by_permission, routes_by_permission, routes_of
from shared.auth import Access, GuardedRoute, Router, allow, public
from shared.auth.access import GrantedRole
from shared.auth.permissions import PAYER, ROLES, Level, Permission, table
from shared.auth.routes import Guard, UnguardedRoute
from shared.errors import Forbidden
from shared.events import Via
from tests.harness.services import service_named

WITH_ENDPOINTS = ("identity", "billing", "provisioning", "notifications", "audit")


async def nothing() -> None:
    """An endpoint."""


def test_a_route_without_a_guard_cannot_be_declared() -> None:
    router = APIRouter(route_class=GuardedRoute)

    with pytest.raises(UnguardedRoute):
        router.get("/open")(nothing)
    with pytest.raises(UnguardedRoute):
        router.get("/twice", dependencies=[Depends(public("a")), Depends(allow("money.view"))])(nothing)


def test_a_permission_that_is_not_in_the_table_cannot_be_required() -> None:
    with pytest.raises(UnguardedRoute):
        allow("money.print")


def routes(service: str) -> list[GuardedRoute]:
    return routes_of(service_named(service))


@pytest.mark.parametrize("service", WITH_ENDPOINTS)
def test_every_endpoint_has_exactly_one_guard_a_docstring_and_its_services_path(service: str) -> None:
    found = routes(service)

    assert found
    for route in found:
        assert isinstance(route.guard, Guard)
        assert (route.endpoint.__doc__ or "").strip(), route.path
        assert route.path.startswith(f"/api/{service}/"), route.path


def test_every_service_has_endpoints() -> None:
    assert tuple(service for service in SERVICES if routes(service)) == WITH_ENDPOINTS


def test_the_tests_see_as_many_endpoints_as_the_openapi_documents() -> None:
    for service in WITH_ENDPOINTS:
        app = FastAPI()
        for router in service_named(service).routers:
            app.include_router(router)
        documented = sum(len(methods) for methods in app.openapi()["paths"].values())
        hidden = sum(1 for route in routes(service) if not route.include_in_schema)
        assert len(routes(service)) == documented + hidden


def test_every_permission_is_required_somewhere() -> None:
    demanded = {name for name, served in routes_by_permission().items() if served}

    assert demanded == set(table())


@pytest.mark.parametrize("permission", sorted(table()))
def test_every_level_of_a_permission_is_handled_by_a_route(permission: str) -> None:
    handled = frozenset[Level]().union(*routes_by_permission()[permission].values())

    assert levels_by_permission()[permission] <= handled, "the table promises what no route does"


@pytest.mark.parametrize("level", ["own", "ask"])
def test_a_level_that_the_route_does_not_name_is_refused(level: Level, monkeypatch: pytest.MonkeyPatch) -> None:
    row = Permission("money.view", "See money", MappingProxyType({"member": level, "admin": "all"}), frozenset())
    monkeypatch.setattr("shared.auth.permissions.table", lambda: {"money.view": row})
    monkeypatch.setattr("shared.auth.access.table", lambda: {"money.view": row})
    member, admin = acting_as("member"), acting_as("admin")

    with pytest.raises(Forbidden):
        member.narrowed_to("money.view", allow("money.view").levels)
    assert member.narrowed_to("money.view", allow("money.view", **{level: True}).levels)
    assert admin.narrowed_to("money.view", allow("money.view").levels)
    assert acting_as("member", "admin").narrowed_to("money.view", allow("money.view").levels)


def acting_as(*roles: str) -> Access:
    granted = tuple(GrantedRole(role) for role in roles)
    return Access(uuid4(), "ana@meridian.example", uuid4(), uuid4(), "customer", None, Via.own, granted, False)


def test_every_role_has_a_permission() -> None:
    assert {role for row in table().values() for role in row.roles} == {*ROLES, PAYER}


def test_path_and_module_are_the_same_name() -> None:
    for service in WITH_ENDPOINTS:
        for route in routes(service):
            feature = route.path.split("/")[3].replace("-", "_")
            modules = (f"services.{service}.{feature}.", f"shared.{feature}.")  # the latter where all services have it
            assert route.endpoint.__module__.startswith(modules), route.path


def test_a_router_adds_the_features_name_to_the_path() -> None:
    assert Router("billing", "bill-groups").prefix == "/api/billing/bill-groups"
