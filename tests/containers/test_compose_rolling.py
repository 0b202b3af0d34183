"""A stack with three replicas of the portal and of two services: a replica that is frozen, and an upgrade, at ten
requests a second."""

import asyncio
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import pytest

from deploy.connections import needed, replicas_of
from deploy.containers.rolling import ROLLED, Rolling
from deploy.demo import companies
from deploy.waiting import eventually
from tests.containers.composed import IMAGE, WITHOUT_DEMO, Composed, composed, docker
from tests.harness.installation import DemoUser
from tests.harness.visiting import Visitor

PERSON = companies.ROBIN.address
THREE = ("portal", "identity", "billing", "billing-worker")
PER_SECOND = 10
LONGEST_SECONDS = 10.0
"""A request that takes longer has failed for whoever waits."""
SILENT_SECONDS, TRIES = 5.0, 4
"""How long the gateway waits for a replica that is silent, and how often it asks (deploy/gateway/routes.yml)."""


@dataclass
class Traffic:
    """What became of the requests: (seconds, what was asked, status or error)."""

    done: list[tuple[float, str, str]] = field(default_factory=list)

    @property
    def failed(self) -> list[tuple[float, str, str]]:
        return [each for each in self.done if each[2] != "200"]

    def __str__(self) -> str:
        took = sorted(seconds for seconds, *_ in self.done)
        median, slowest = took[len(took) // 2], took[-1]
        kinds = Counter((name, said) for _, name, said in self.failed)
        pace = f"median {median:.3f} s, slowest {slowest:.1f} s"
        return f"{len(self.done)} requests, {len(self.failed)} failed {dict(kinds)}, {pace}"


@asynccontextmanager
async def traffic(
    installed: Composed, person: DemoUser, visitor: Visitor, *, posts: bool = True, longest: float = LONGEST_SECONDS
) -> AsyncIterator[Traffic]:
    """Requests to APIs, and pages, ten per second, as a person sends them. ``posts``: some are POST."""
    found, ended = Traffic(), asyncio.Event()
    async with httpx.AsyncClient(base_url=installed.site.http.base_url, timeout=longest) as http:
        asks: list[tuple[str, Callable[[], Awaitable[httpx.Response]]]] = [
            ("plans", lambda: with_token("/api/billing/plans")),
            ("products", lambda: with_token("/api/provisioning/products")),
            ("page", visitor.overview),
            ("notices", lambda: with_token("/api/notifications/notices")),
            ("log", lambda: with_token("/api/audit/entries")),
        ]

        if posts:
            asks.append(("token", lambda: http.post("/api/identity/tokens", json={"session": person._session})))
        person.forget_token()

        async def with_token(path: str) -> httpx.Response:
            return await http.get(path, headers=await person._authorization())

        async def send() -> None:
            sent, running = 0, set[asyncio.Task[None]]()
            began = time.monotonic()
            while not ended.is_set():
                if posts and sent % (PER_SECOND * 10) == 0:
                    person.forget_token()  # so that no request waits for longer than its token lives
                running.add(asyncio.create_task(measure(*asks[sent % len(asks)], found)))
                sent += 1
                await asyncio.sleep(max(0.0, began + sent / PER_SECOND - time.monotonic()))
            await asyncio.gather(*running)

        sending = asyncio.create_task(send())
        try:
            yield found
        finally:
            ended.set()
            await sending


async def measure(name: str, ask: Callable[[], Awaitable[httpx.Response]], found: Traffic) -> None:
    began = time.monotonic()
    try:
        answer = await ask()
        said = "a part is missing" if "does not answer" in answer.text else str(answer.status_code)
    except Exception as error:
        said = repr(error)
    found.done.append((time.monotonic() - began, name, said))


@pytest.fixture(scope="module")
async def three_each(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Composed]:
    """A new installation with three replicas of some processes, from settings."""
    replicas = {f"{name.upper().replace('-', '_')}_REPLICAS": "3" for name in THREE}
    most = str(needed(replicas_of(replicas), {}))
    secrets = tmp_path_factory.mktemp("rolling") / ".env"
    async with composed(secrets, WITHOUT_DEMO, POSTGRES_MAX_CONNECTIONS=most, **replicas) as found:
        yield found


@asynccontextmanager
async def signed_in(installed: Composed) -> AsyncIterator[tuple[DemoUser, Visitor]]:
    """A person at the APIs, and the same person at the portal."""
    person = await installed.signed_in(PERSON)
    visitor = Visitor(installed.site, str(installed.site.http.base_url).rstrip("/"))
    try:
        await visitor.ask(PERSON)
        await visitor.enter_code()
        assert (await visitor.overview()).status_code == 200
        yield person, visitor
    finally:
        await visitor.close()


def images_of(installed: Composed, name: str) -> list[str]:
    return [each["Image"] for each in installed.stack.containers(name)]


async def test_a_frozen_replica_of_three_costs_nobody_a_read(three_each: Composed) -> None:
    """A POST that the replica has got is its client's to repeat, under the same idempotency key. A read that it has got
    is asked again by the gateway, which may choose the same replica: a request keeps the list that it began with."""
    frozen = [three_each.stack.containers(name)[0]["Id"] for name in ("billing", "identity", "portal")]

    longest = SILENT_SECONDS * TRIES
    async with (
        signed_in(three_each) as (person, visitor),
        traffic(three_each, person, visitor, posts=False, longest=longest) as found,
    ):
        await asyncio.sleep(3)
        await asyncio.to_thread(docker, "pause", *frozen)
        try:
            await asyncio.sleep(20)
        finally:
            await asyncio.to_thread(docker, "unpause", *frozen)
        await asyncio.sleep(2)

    slow = sorted((round(seconds, 1), name) for seconds, name, _ in found.done if seconds >= SILENT_SECONDS)
    print("\nfrozen:", found, "waited for it:", slow)
    assert len(found.done) > 200
    assert found.failed == [], str(found)
    assert len(slow) <= len(frozen) * 3, "it gets hardly any before the gateway knows"


async def test_an_upgrade_of_three_each_at_ten_requests_a_second_fails_none(three_each: Composed) -> None:
    before = {name: images_of(three_each, name) for name in ROLLED}
    new = newer_image()

    async with signed_in(three_each) as (person, visitor), traffic(three_each, person, visitor) as found:
        began = time.monotonic()
        rolling = Rolling(three_each.stack.docker_compose_command())
        await asyncio.to_thread(rolling.everything, build=False)
        took = time.monotonic() - began

    print(f"\nupgrade: {took:.0f} s, {found}")
    assert found.failed == [], str(found)
    often = {name: 3 if name in THREE else 1 for name in ROLLED}
    assert {name: len(each) for name, each in before.items()} == often
    assert {name: images_of(three_each, name) for name in ROLLED} == {name: [new] * often[name] for name in ROLLED}
    await eventually(lambda: holds(three_each), "nothing was lost", seconds=120, pause=2)

    await asyncio.to_thread(three_each.stack, "up", "--wait", "--detach")
    assert {name: len(images_of(three_each, name)) for name in ROLLED} == often, "`up` keeps them"


def newer_image() -> str:
    """The same code as another image, as a new version is; returns its id."""
    subprocess.run(["docker", "build", "-q", "-t", IMAGE, "-"], input=f"FROM {IMAGE}\nLABEL version={uuid4()}\n",
                   text=True, check=True, capture_output=True)  # fmt: skip
    return docker("image", "inspect", "--format", "{{.Id}}", IMAGE).strip()


async def holds(installed: Composed) -> bool:
    try:
        return "Everything holds." in await installed.portico("verify", "--patience", "5")
    except AssertionError:  # not yet
        return False
