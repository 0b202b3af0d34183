"""RabbitMQ as docker-compose.yml has it: users, commands, metrics and partitions, each as docs/operating.md says."""

import asyncio
import json
from collections import Counter
from typing import Any

from deploy.environment import SERVICES
from deploy.waiting import eventually
from tests.containers.composed import Composed, docker
from tests.containers.test_compose_file import SERVED

SPEAK = """
import asyncio, json, os, sys
import aio_pika, aiormq
async def say(exchange, key):
    async with await aio_pika.connect(os.environ["BILLING_RABBITMQ_URL"]) as connection:
        channel = await connection.channel()
        to = await channel.get_exchange(exchange, ensure=False)
        try:
            await to.publish(aio_pika.Message(b"{}"), key, mandatory=False)
        except aiormq.exceptions.ChannelAccessRefused:
            return "refused"
        return "taken"
print(json.dumps(asyncio.run(say(*sys.argv[1:]))))
"""
FETCH = """
import json, sys, urllib.error, urllib.request
def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return str(refusal.code)
print(json.dumps({url: fetch(url) for url in sys.argv[1:]}))
"""
PARTS = {f"audit.on.all.{number}" for number in range(3)}


async def inside(installed: Composed, service: str, script: str, *arguments: str) -> Any:
    return await asyncio.to_thread(installed.stack.python, service, script, *arguments)


async def rabbitmqctl(installed: Composed, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await asyncio.to_thread(installed.stack.rabbitmqctl, *arguments)
    return found


async def readers(installed: Composed, *queues: str) -> dict[str, str] | None:
    """Which connection reads each queue; None while one of them has no reader or several."""
    consumers = await rabbitmqctl(installed, "list_consumers", "-p", "portico", "queue_name", "channel_pid", "active")
    channels = await rabbitmqctl(installed, "list_channels", "pid", "connection")
    connection_of = {each["pid"]: str(each["connection"]) for each in channels}
    reading = [each for each in consumers if each["queue_name"] in queues]
    if Counter(each["queue_name"] for each in reading if each["active"]) != Counter(queues):
        return None
    if len(reading) != len(queues):
        return None
    return {each["queue_name"]: connection_of[each["channel_pid"]] for each in reading}


async def test_each_process_is_connected_as_its_own_user(installed: Composed) -> None:
    connections = await rabbitmqctl(installed, "list_connections", "user", "client_properties")

    users = {each["user"] for each in connections}
    names = {(each["user"], value) for each in connections
             for name, _, value in each["client_properties"] if name == "connection_name"}  # fmt: skip

    assert users == {*(f"portico_{service}" for service in SERVICES), "portico_portal"}
    for service in SERVICES:
        assert {(f"portico_{service}", f"portico {service} {part}") for part in ("relay", "consumer")} <= names


async def test_with_the_login_of_a_service_nobody_says_an_event_of_another(installed: Composed) -> None:
    own = await inside(installed, "billing-worker", SPEAK, "billing.commands", "to.nobody")
    forged = [await inside(installed, "billing-worker", SPEAK, exchange, "identity.access_granted")
              for exchange in ("identity.events", "billing.events", "portico.live")]  # fmt: skip

    assert own == "taken"
    assert forged == ["refused"] * 3


async def test_the_commands_of_the_operating_page_work(installed: Composed) -> None:
    status = await installed.portico("outbox", "status")

    assert "Every queue is there." in await asyncio.to_thread(installed.stack, "run", "--rm", "migrate")
    assert "/sign-in/verify?c=" in await installed.portico("sign-in-link", "robin@larkspur.example")
    assert "Everything holds." in await installed.portico("verify")
    assert "No dead letters." in await installed.portico("dead", "list")
    assert [line.split()[0] for line in status.splitlines()] == ["service", *SERVICES]
    assert "The audit log holds" in await installed.portico("audit", "verify")


async def test_metrics_are_answered_inside_and_not_to_people(installed: Composed) -> None:
    inside_urls = {name: f"http://{name}:9464/metrics" for name in SERVED}

    answers = await inside(installed, "portal", FETCH, *inside_urls.values(), "http://billing:8000/metrics")
    outside = [await installed.site.http.get(path) for path in ("/metrics", "/api/billing/metrics")]

    for name, url in inside_urls.items():
        assert "portico_build_info" in answers[url], name
    assert 'portico_queue_consumed{queue="billing.on.access"} 1.0' in answers[inside_urls["billing-worker"]]
    assert answers["http://billing:8000/metrics"] == "404"
    assert {answer.status_code for answer in outside} == {404}


async def test_a_queue_in_three_parts_is_read_by_three_workers_and_in_one_part_again_by_one(
    installed: Composed,
) -> None:
    before = installed.stack.settings.read_text()
    await asyncio.to_thread(installed.stack, "stop", "audit-worker")
    installed.stack.settings.write_text(before + """AUDIT_PARTITIONS='{"audit.on.all": 3}'\n""")
    await asyncio.to_thread(installed.stack, "up", "--wait", "--scale", "audit-worker=3")

    found = await eventually(lambda: readers(installed, *PARTS), "each part has its reader", seconds=60, pause=1)
    assert len(set(found.values())) == 3, "each of another worker"
    await asyncio.to_thread(installed.advance, 31)  # invoices for everybody: events of many workspaces
    await eventually(lambda: all_have_handled(installed, 3), "each worker handles some", seconds=90, pause=1)
    await eventually(lambda: holds(installed), "nothing was lost", seconds=90, pause=2)

    await asyncio.to_thread(installed.stack, "stop", "audit-worker")
    installed.stack.settings.write_text(before)
    await asyncio.to_thread(installed.stack, "up", "--wait")

    await eventually(lambda: readers(installed, "audit.on.all"), "one queue again", seconds=60, pause=1)
    queues = await rabbitmqctl(installed, "list_queues", "-p", "portico", "name")
    assert not [each["name"] for each in queues if each["name"].startswith("audit.on.all.")]
    await eventually(lambda: holds(installed), "nothing was lost", seconds=90, pause=2)


async def all_have_handled(installed: Composed, replicas: int) -> bool:
    """Whether as many workers are there, and each has handled events from its part."""
    counts = [await asyncio.to_thread(handled, each["Id"]) for each in installed.stack.containers("audit-worker")]
    return len(counts) == replicas and all(counts)


def handled(container: str) -> float:
    answer = docker("exec", container, "python", "-c", FETCH, "http://localhost:9464/metrics")
    [metrics] = json.loads(answer).values()
    line = 'portico_consumer_messages_total{outcome="done",queue="audit.on.all"} '
    return sum(float(each.removeprefix(line)) for each in metrics.splitlines() if each.startswith(line))


async def holds(installed: Composed) -> bool:
    """Whether all that was published more than three seconds ago was handled by everybody who listens."""
    try:
        return "Everything holds." in await installed.portico("verify", "--patience", "3")
    except AssertionError:  # not yet
        return False
