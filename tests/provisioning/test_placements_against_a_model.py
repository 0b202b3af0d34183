"""Placements compared with a simple model: in any order of orders, growth, release and maintenance, hosts say that what
their services take is taken, and never more than they have."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from services.provisioning.placements.service import NoRoom, release, resize
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from shared.scope import begin_in
from tests.harness.services import Caller
from tests.harness.stateful import AsyncStateMachine
from tests.provisioning.harness import ProvisioningHarness, order_of, post
from tests.provisioning.places import ORDERS, add_host, add_site, taken

PORTS = {"a": 3, "b": 5}


class Model(AsyncStateMachine):
    """Customers order, services grow, shrink and end, staff put hosts into maintenance."""

    provisioning: ProvisioningHarness

    @initialize()
    def open(self) -> None:
        self.wait(self.provisioning.database.empty())
        self.jonas: Caller = self.wait(self.provisioning.running.caller("admin"))
        self.provisioning.provider = self.wait(self.provisioning.running.caller("admin", kind="provider"))
        provider_id = self.provisioning.provider.workspace_id
        self.wait(self.provisioning.add_workspace(provider_id, "provider", "Larkspur Cloud"))
        site = self.wait(add_site(self.provisioning))
        hosts = [self.wait(add_host(self.provisioning, site, name, ports=ports)) for name, ports in PORTS.items()]
        self.hosts: dict[str, str] = {host["display_name"]: host["id"] for host in hosts}
        self.product: dict[str, Any] = self.wait(self.provisioning.product(needs={"ports": 1}))
        self.resting: set[str] = set()
        self.placed: dict[UUID, tuple[str, int]] = {}
        """The host and the ports of each service."""

    def free(self, host: str) -> int:
        return PORTS[host] - sum(ports for name, ports in self.placed.values() if name == host)

    @rule(quantity=st.integers(1, 4))
    def order(self, quantity: int) -> None:
        open_hosts = [name for name in PORTS if name not in self.resting and self.free(name) >= quantity]
        left = {(self.free(name) - quantity) / PORTS[name] for name in open_hosts}
        if len(left) < len(open_hosts):
            return  # which of two equal hosts is taken differs from run to run, and with it all that comes after
        answer = self.wait(post(self.jonas, ORDERS, order_of(self.product, quantity=quantity)))
        assert answer.status_code == (201 if open_hosts else 422)
        if open_hosts:
            host = self.wait(self.host_of(answer.json()["service_id"]))
            assert (self.free(host) - quantity) / PORTS[host] == max(left)
            self.placed[UUID(answer.json()["service_id"])] = (host, quantity)

    @precondition(lambda self: self.placed)
    @rule(data=st.data(), quantity=st.integers(1, 6))
    def resize(self, data: st.DataObject, quantity: int) -> None:
        service_id = data.draw(st.sampled_from(list(self.placed)))
        host, ports = self.placed[service_id]
        fits = quantity - ports <= self.free(host)
        assert self.wait(self.resized(service_id, quantity)) == fits
        self.placed[service_id] = (host, quantity if fits else ports)

    @precondition(lambda self: self.placed)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        service_id = data.draw(st.sampled_from(list(self.placed)))
        self.wait(self.released(service_id))
        del self.placed[service_id]

    @rule(host=st.sampled_from(sorted(PORTS)), begins=st.booleans())
    def maintain(self, host: str, begins: bool) -> None:
        path = f"/api/provisioning/hosts/{self.hosts[host]}/{'begin' if begins else 'end'}-maintenance"
        assert self.wait(self.provisioning.provider.http.post(path)).json()["in_maintenance"] is begins
        self.resting = self.resting | {host} if begins else self.resting - {host}

    @invariant()
    def what_is_taken_is_what_services_take(self) -> None:
        if hasattr(self, "placed"):
            assert self.wait(taken(self.provisioning)) == {name: PORTS[name] - self.free(name) for name in PORTS}
            assert self.wait(self.provisioning.broken()) == []

    async def host_of(self, service_id: str) -> str:
        query = text("SELECT display_name FROM placements JOIN hosts h ON h.id = host_id WHERE service_id = :id")
        async with self.provisioning.database.worker() as session:
            return str(await session.scalar(query, {"id": service_id}))

    async def resized(self, service_id: UUID, quantity: int) -> bool:
        try:
            async with begin_in(self.provisioning.database.api, self.jonas.workspace_id) as session:
                service = await session.get_one(Service, service_id, with_for_update=True)
                product = await session.get_one(Product, service.product_id)
                await resize(session, service, product, service.configuration, quantity)
        except NoRoom:
            return False
        return True

    async def released(self, service_id: UUID) -> None:
        async with begin_in(self.provisioning.database.worker, self.jonas.workspace_id) as session:
            await release(session, service_id)


@pytest.mark.rule("K9")
async def test_hosts_are_never_oversold_whatever_happens(provisioning: ProvisioningHarness) -> None:
    machine = type("Bound", (Model,), {"provisioning": provisioning, "loop": asyncio.get_running_loop()})
    checked = settings(
        max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=checked)


@pytest.mark.rule("K9")
async def test_orders_and_releases_of_many_at_once_neither_oversell_nor_wait_in_a_circle(
    provisioning: ProvisioningHarness,
) -> None:
    site = await add_site(provisioning)
    for name in ("a", "b", "c"):
        await add_host(provisioning, site, name, ports=6)
    product = await provisioning.product(needs={"ports": 1})
    people = [await provisioning.running.caller("admin") for _ in range(3)]
    orders = [[await provisioning.order(person, product) for _ in range(6)] for person in people]

    async def release_all(person: Caller, placed: list[dict[str, Any]]) -> None:
        ids = [UUID(order["service_id"]) for order in placed]
        async with begin_in(provisioning.database.worker, person.workspace_id) as session:
            for service_id in reversed(ids):
                await release(session, service_id)

    async def order_again(person: Caller) -> int:
        return (await post(person, ORDERS, order_of(product))).status_code

    found = await asyncio.gather(
        *(release_all(person, placed) for person, placed in zip(people, orders, strict=True)),
        *(order_again(person) for person in people * 6),
    )

    placed = found.count(201)
    assert found.count(422) == 18 - placed
    assert sum((await taken(provisioning)).values()) == placed
    assert await provisioning.broken() == []
