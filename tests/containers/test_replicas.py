"""The list of replicas that the gateway gets, with real servers that answer, refuse or say nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial

import pytest
import yaml

from deploy.containers.replicas import TRANSPORTS, Replicas, ask, resolve
from deploy.environment import ROOT, SERVICES
from deploy.local.processes import free_port

ADDRESSES = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]


class Running:
    """Three replicas of billing, each at an address of its own, and what each does when it is asked."""

    def __init__(self) -> None:
        self.port = free_port()
        self.found = list(ADDRESSES)
        self.status: dict[str, bytes | None] = dict.fromkeys(ADDRESSES, b"200")
        self.replicas = Replicas(["billing"], self.resolve, partial(ask, port=self.port))

    async def resolve(self, name: str) -> list[str]:
        return self.found

    async def answer(self, address: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert (await reader.readline()).startswith(b"GET /readyz ")
        if (status := self.status[address]) is None:
            await reader.read()  # until the other side hangs up
        else:
            writer.write(b"HTTP/1.1 " + status + b" Said\r\n\r\n")
        writer.close()

    async def serving(self) -> list[str]:
        await self.replicas.look()
        return self.replicas.serving("billing")


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    found = Running()
    async with AsyncExitStack() as stack:
        for address in ADDRESSES:
            served = await asyncio.start_server(partial(found.answer, address), address, found.port)
            stack.callback(served.close)
        yield found


async def test_those_that_are_ready_serve_and_one_that_leaves_does_not_any_more(running: Running) -> None:
    assert await running.serving() == ADDRESSES

    running.status["127.0.0.2"] = b"503"

    assert await running.serving() == ["127.0.0.1", "127.0.0.3"]


async def test_one_that_hangs_serves_no_more_after_two_looks_and_again_once_it_answers(running: Running) -> None:
    await running.serving()
    running.status["127.0.0.1"] = None

    assert await running.serving() == ADDRESSES, "it may only be busy"
    assert await running.serving() == ["127.0.0.2", "127.0.0.3"]
    running.status["127.0.0.1"] = b"200"
    assert await running.serving() == ADDRESSES


async def test_one_that_starts_serves_once_it_is_ready_and_one_that_is_gone_is_forgotten(running: Running) -> None:
    running.found = ["127.0.0.1"]
    assert await running.serving() == ["127.0.0.1"]
    running.status["127.0.0.2"], running.found = None, ["127.0.0.1", "127.0.0.2"]
    assert await running.serving() == ["127.0.0.1"]

    running.status["127.0.0.2"] = b"200"
    assert await running.serving() == ["127.0.0.1", "127.0.0.2"]
    running.found = ["127.0.0.2", "127.0.0.4"]  # where nobody listens

    assert await running.serving() == ["127.0.0.2"]


async def test_where_nobody_is_ready_all_are_asked_and_where_nobody_runs_the_name(running: Running) -> None:
    running.status = dict.fromkeys(ADDRESSES, b"503")
    assert await running.serving() == ADDRESSES

    running.found = []

    assert await running.serving() == ["billing"]


async def test_names_are_found_by_the_system_and_an_unknown_one_is_nowhere() -> None:
    assert await resolve("127.0.0.1") == ["127.0.0.1"]
    assert await resolve("nobody.invalid") == []


def test_every_process_that_the_gateway_routes_to_is_in_the_list_with_each_kind_of_patience() -> None:
    routes = yaml.safe_load((ROOT / "deploy/gateway/routes.yml").read_text())["http"]
    routed = {each["service"].removesuffix("@http") for each in routes["routers"].values()} - {"mail"}

    listed = Replicas(("portal", *SERVICES)).configuration()["http"]["services"]

    assert routed <= set(listed)
    assert listed["billing-writes"]["loadBalancer"] == {
        "servers": [{"url": "http://billing:8000"}], "serversTransport": "writes@file", "strategy": "p2c"
    }  # fmt: skip
    assert {each.removesuffix("@file") for each in TRANSPORTS.values()} == set(routes["serversTransports"])
