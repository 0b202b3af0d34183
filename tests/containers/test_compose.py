"""docker-compose.yml with docker-compose.demo.yml on a Docker engine: `make containers`."""

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import httpx

from deploy.environment import ROOT, SERVICES
from deploy.waiting import eventually
from tests.containers.composed import IMAGE, Composed, docker
from tests.flows.test_partner_and_customer_from_invitation_to_payment import (
    test_a_partner_and_its_customer_from_invitation_to_payment as test_the_story_passes_through_the_gateway,
)

__all__ = ["test_the_story_passes_through_the_gateway"]

NAMING_A_PERSON = ("X-Forwarded-User", "X_Forwarded_User", "X-Auth-Request-Email", "Remote-User", "X-User-Id")
ECHO = """
from http.server import BaseHTTPRequestHandler, HTTPServer
class Echo(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(self.headers).encode())
HTTPServer(("", 8000), Echo).serve_forever()
"""
DYING = """
from http.server import BaseHTTPRequestHandler, HTTPServer
class EverySecondTime(BaseHTTPRequestHandler):
    asked = 0
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        EverySecondTime.asked += 1
        if EverySecondTime.asked % 2:
            return  # the connection ends without a word
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"alive")
    do_POST = do_GET
HTTPServer(("", 8000), EverySecondTime).serve_forever()
"""


async def test_only_the_gateway_has_a_port(installed: Composed) -> None:
    containers = installed.stack.containers()

    open_ = {each["Config"]["Labels"]["com.docker.compose.service"] for each in containers
             if any(each["NetworkSettings"]["Ports"].values())}  # fmt: skip

    assert len(containers) >= len(SERVICES) * 2 + 5
    assert open_ == {"gateway"}


async def test_no_container_runs_as_root_keeps_a_capability_or_can_change_its_files(installed: Composed) -> None:
    for container in installed.stack.containers():
        name, settings = container["Name"], container["HostConfig"]
        # The current user of process 1: PostgreSQL and RabbitMQ start as root to change their volume's owner.
        first = docker("top", container["Id"], "-eo", "uid,pid").splitlines()[1].split()[0]

        assert first != "0", name
        assert settings["ReadonlyRootfs"], name
        assert settings["CapDrop"] == ["ALL"], name
        assert settings["SecurityOpt"] == ["no-new-privileges:true"], name
        assert not settings["Privileged"], name


async def test_no_process_gets_a_secret_of_another(installed: Composed) -> None:
    [portal] = installed.stack.containers("portal")
    [billing] = installed.stack.containers("billing")

    told = {name: [line.split("=")[0] for line in each["Config"]["Env"]]
            for name, each in (("portal", portal), ("billing", billing))}  # fmt: skip

    assert not any("DATABASE" in variable for variable in told["portal"])
    assert not {"PORTICO_MAIL_KEY", "PORTICO_COOKIE_KEY", "IDENTITY_KEY_SECRET", "AUDIT_SEAL_KEY",
                "PROVISIONING_SECRET_KEYS", "PROVISIONING_LICENCE_KEYS", "NOTIFICATIONS_LINK_KEYS",
                "PORTICO_ADMIN_DATABASE_URL", "IDENTITY_DATABASE_URL"} & set(told["billing"])  # fmt: skip


async def test_replicas_share_the_requests_and_the_death_of_one_causes_no_error(installed: Composed) -> None:
    await asyncio.to_thread(installed.stack, "up", "--wait", "--no-recreate", "--scale", "billing=3", "billing")
    replicas = installed.stack.containers("billing")
    assert len(replicas) == 3

    asked = [await ask(installed) for _ in range(60)]
    served = [answered(installed, replica["Id"], asked) for replica in replicas]
    assert sum(served) == len(asked)
    assert min(served) > 5, "with a new connection per request, all replicas get requests"

    requests = asyncio.create_task(ask_for(installed, seconds=6))
    await asyncio.sleep(2)
    await asyncio.to_thread(docker, "kill", replicas[0]["Id"])
    assert await requests == {200}


async def ask(installed: Composed) -> str:
    """Send one request to billing through the gateway; returns its correlation id."""
    correlation_id = str(uuid4())
    answer = await installed.site.http.get("/api/billing/openapi.json", headers={"X-Correlation-Id": correlation_id})
    assert answer.status_code == 200
    return correlation_id


async def ask_for(installed: Composed, seconds: float) -> set[int]:
    """The status codes of consecutive requests, within the gateway's rate limit per address."""
    seen, loop = set(), asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until:
        seen.add((await installed.site.http.get("/api/billing/openapi.json")).status_code)
        await asyncio.sleep(0.02)
    return seen


def answered(installed: Composed, container: str, correlation_ids: list[str]) -> int:
    done = subprocess.run(["docker", "logs", container], capture_output=True, text=True, check=True)
    return sum(id_ in done.stderr for id_ in correlation_ids)


@contextmanager
def gateway_before(portal: str) -> Iterator[str]:
    """The same gateway, with its list of replicas, in front of a portal that runs this script."""
    name = f"portico-echo-{uuid4().hex[:8]}"
    docker("network", "create", name)
    try:
        docker("run", "-d", "--name", f"{name}-portal", "--network", name, "--network-alias", "portal",
               "--entrypoint", "python", IMAGE, "-c", portal)  # fmt: skip
        docker("run", "-d", "--name", f"{name}-replicas", "--network", name, "--network-alias", "replicas",
               "--entrypoint", "python", IMAGE, "-m", "deploy.containers.replicas")  # fmt: skip
        docker("run", "-d", "--name", f"{name}-gateway", "--network", name, "-p", "127.0.0.1::8000",
               "-v", f"{ROOT}/deploy/gateway:/etc/traefik:ro", "traefik:v3.7")  # fmt: skip
        yield "http://" + docker("port", f"{name}-gateway", "8000").strip()
    finally:
        docker("rm", "--force", f"{name}-portal", f"{name}-replicas", f"{name}-gateway")
        docker("network", "rm", name)


async def test_identity_headers_stop_at_the_gateway(installed: Composed) -> None:
    named = dict.fromkeys(NAMING_A_PERSON, "ana@meridian.example")
    sent = named | {"Authorization": "Bearer x", "X-Forwarded-For": "1.2.3.4"}

    with gateway_before(ECHO) as url:
        async with httpx.AsyncClient(headers=sent) as http:
            arrived = (await eventually(lambda: answer_of(http, url), seconds=60)).lower()

    assert "authorization: bearer x" in arrived
    assert "ana@meridian.example" not in arrived
    assert "1.2.3.4" not in arrived, "where a request comes from is the gateway's to say"


async def test_only_reads_are_retried_when_a_replica_dies(installed: Composed) -> None:
    with gateway_before(DYING) as url:
        async with httpx.AsyncClient() as http:
            await eventually(lambda: answer_of(http, url), seconds=60)
            read = [(await http.get(url)).status_code for _ in range(4)]
            written = {(await http.post(url, content=b"x" * 100_000)).status_code for _ in range(4)}

    assert read == [200] * 4
    assert written == {200, 502}, "only the client may send a write again"


async def answer_of(http: httpx.AsyncClient, url: str) -> str | None:
    """The response's text; None until both containers have started."""
    try:
        return (await http.get(url)).raise_for_status().text
    except httpx.HTTPError:
        return None


def test_without_secrets_compose_refuses_to_start() -> None:
    command = ["docker", "compose", "--env-file", "/dev/null", "config", "--quiet"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "is missing a value" in done.stderr
