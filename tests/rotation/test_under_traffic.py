"""All secrets have new values, in the order of docs/operating.md, while people work: no request fails."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from aiormq.exceptions import ProbableAuthenticationError
from pydantic import SecretStr

from deploy.containers.env_file import secret
from deploy.environment import SERVICES
from deploy.local.processes import free_port
from deploy.local.servers import Servers
from deploy.local.stack import PROCESSES, Stack
from deploy.rotating.table import SECRETS, Secret
from deploy.waiting import eventually
from services.portal.browser import Browser, Seal
from shared.db import open_connection
from shared.logins import each_login
from shared.messaging.connection import connect
from tests.harness.installation import DemoUser, Installation, open_site
from tests.rotation.running import PATIENCE_SECONDS, PATIENT, Replaced, Traffic

ROBIN = "robin@larkspur.example"
ROTATED = [secret for name, secret in SECRETS.items() if name not in ("POSTGRES_PASSWORD", "RABBITMQ_PASSWORD")]
"""Not those of the admins, whom no running process knows: the servers may be somebody else's."""


@pytest.fixture
async def replaced() -> AsyncIterator[tuple[Replaced, Installation]]:
    with tempfile.TemporaryDirectory(prefix="portico-") as folder, Servers.for_once() as own:
        stack = Stack(Path(folder), own, free_port(), free_port())
        stack.environment.update(PATIENT)
        await asyncio.to_thread(stack.portico, "migrate")
        named = ("--provider", "Larkspur Cloud", "--slug", "larkspur", "--admin", ROBIN, "--admin-name", "Robin")
        await asyncio.to_thread(stack.portico, "init", *named)
        processes = Replaced(stack)
        async with processes.serving(), open_site(stack.url("portal"), stack.mail_url) as site:
            await processes.replace_all()
            yield processes, Installation(stack, site)
        stack.stop()


def change(environment: dict[str, str], secret: Secret, values: list[str]) -> None:
    """Set the list of a secret, or of the password in an address."""
    former = environment[secret.variable]
    if "://" in former:
        scheme, _, rest = former.partition("://")
        login, _, place = rest.rpartition("@")
        environment[secret.variable] = f"{scheme}://{login.partition(':')[0]}:{','.join(values)}@{place}"
    else:
        environment[secret.variable] = ",".join(values)


@pytest.mark.timeout(1500)
async def test_every_secret_is_rotated_under_traffic_and_no_request_fails(
    replaced: tuple[Replaced, Installation],
) -> None:
    processes, installed = replaced
    stack, before = processes.stack, dict(processes.stack.environment)
    old = {each.name: before[each.variable].rpartition("@")[0].rpartition(":")[2] or before[each.variable]
           for each in ROTATED}  # fmt: skip
    new = {each.name: secret() for each in ROTATED}
    robin = processes.visitor = await installed.signed_in(ROBIN)
    first_cookie = Seal(SecretStr(old["PORTICO_COOKIE_KEY"])).close(Browser(session=robin._session))
    traffic = Traffic(installed, robin, first_cookie)
    await processes.known_to_all()

    async with traffic.going_on():
        for order in (lambda name: [old[name], new[name]], lambda name: [new[name], old[name]]):
            for each in ROTATED:
                change(stack.environment, each, order(each.name))
            await processes.replace_all()
            await DemoUser(installed.site, ROBIN).sign_in()  # its mail is encrypted on the way
        await installed.portico("rotate", *new)
        await eventually(lambda: no_mail_waits(installed), seconds=PATIENCE_SECONDS)
        for each in ROTATED:
            change(stack.environment, each, [new[each.name]])
        await processes.replace_all()
        await DemoUser(installed.site, ROBIN).sign_in()
    print(f"{traffic.answered} requests answered, {len(traffic.failures)} failed")

    assert traffic.failures == []
    assert traffic.answered > 100
    assert "The audit log holds" in await installed.portico("audit", "verify")
    assert await refused(installed, before, first_cookie)


async def no_mail_waits(installed: Installation) -> bool:
    async with installed.database("notifications") as database:
        return not await database.fetchval("SELECT count(*) FROM deliveries WHERE sealed IS NOT NULL")


async def refused(installed: Installation, before: dict[str, str], first_cookie: str) -> bool:
    """Nobody gets in by the old values."""
    for service in SERVICES:
        for setting in ("DATABASE_URL", "WORKER_DATABASE_URL"):
            with pytest.raises(asyncpg.InvalidPasswordError):
                await open_connection(before[f"{service.upper()}_{setting}"], timeout=10)
    for process in PROCESSES:
        with pytest.raises(ProbableAuthenticationError):
            async with connect(each_login(before[f"{process.upper()}_RABBITMQ_URL"])[0], "test"):
                pass
    asked: list[tuple[str, str]] = [
        ("GET /api/identity/grants/00000000-0000-0000-0000-000000000001", before["PORTICO_SERVICE_KEY"]),
        ("POST /api/notifications/bounces", before["NOTIFICATIONS_BOUNCE_TOKEN"]),
    ]
    for path, key in asked:
        service = path.split("/")[2]
        async with httpx.AsyncClient(base_url=installed.stack.url(service), trust_env=False) as http:
            answer = await http.request(*path.split(), headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 401, path
    page = await Traffic(installed, installed.user(ROBIN), first_cookie)._page()
    assert page.status_code == 303, "the cookie of before is nobody's"
    return True
