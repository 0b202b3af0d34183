"""RabbitMQ: whether each login works, what is installed, alarms, and what each user may do."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aio_pika.exceptions import AMQPError

from deploy.cli.running import broker_admin
from deploy.doctor.finding import Check, Finding, See, bad, ok, unknown, why
from deploy.environment import SERVICES, MissingSetting, broker_url
from deploy.migrating.management import BrokerLogin, Management
from deploy.migrating.topology import PORTAL_PERMISSIONS, permissions_of_service
from shared.messaging.connection import connect

USERS = (*SERVICES, "portal")
OLDEST = (3, 10)
PLUGINS = ("rabbitmq_management", "rabbitmq_consistent_hash_exchange")
ALARMS = {"mem_alarm": "too little memory", "disk_free_alarm": "too little disk"}
RUNS, NEW, SETTINGS = See.what_runs, See.a_new_installation, See.settings


@asynccontextmanager
async def management() -> AsyncIterator[Management]:
    async with Management(broker_admin().api_url) as api:
        yield api


def vhost() -> str:
    return BrokerLogin.of(broker_url("identity")).vhost


async def logins() -> Sequence[Finding]:
    found = await asyncio.gather(*(_login(name) for name in USERS))
    wrong = [each for each in found if each is not None]
    return wrong or [ok("logins", f"all {len(USERS)} users sign in to the virtual host {vhost()}")]


async def _login(name: str) -> Finding | None:
    try:
        async with connect(broker_url(name), "doctor"):
            return None
    except MissingSetting as missing:
        return unknown(name, why(missing), "Set it.", SETTINGS)
    except AMQPError as error:
        refused = "ACCESS_REFUSED" in str(error) or "403" in str(error) or "NOT_ALLOWED" in str(error)
        if refused or "ProbableAuthentication" in type(error).__name__ or "Authentication" in type(error).__name__:
            do = "Set the password that `portico migrate` was run with, or run it again with the new one."
            return bad(name, "the server refuses this login", do, See.portico_doctor)
        return _not_reached(name, error)
    except (OSError, TimeoutError) as error:
        return _not_reached(name, error)


def _not_reached(name: str, error: BaseException) -> Finding:
    return bad(name, f"not reached: {why(error)}", "Start RabbitMQ, or mend the way there.", See.three_in_the_morning)


async def server() -> Sequence[Finding]:
    async with management() as api:
        overview, nodes = await asyncio.gather(api.read("overview"), api.read("nodes"))
    return [_version(str(overview["rabbitmq_version"])), *(found for node in nodes for found in _node(node))]


def _version(version: str) -> Finding:
    numbers = tuple(int(part) for part in version.split(".")[:2])
    if numbers < OLDEST:
        return bad("version", version, "Use RabbitMQ 3.10 or newer.", RUNS)
    return ok("version", version)


def _node(node: dict[str, Any]) -> list[Finding]:
    name = str(node["name"])
    if not node.get("running", False):
        return [bad(name, "does not run", "Start this node of the cluster.", See.three_in_the_morning)]
    if missing := [each for each in PLUGINS if each not in node.get("enabled_plugins", PLUGINS)]:
        return [bad(name, f"without {', '.join(missing)}", "Enable it: `rabbitmq-plugins enable …`.", RUNS)]
    if alarms := [said for key, said in ALARMS.items() if node.get(key)]:
        return [bad(name, f"takes no messages: {', '.join(alarms)}", "Free some; publishing then goes on by itself.",
                    See.outboxnotemptied)]  # fmt: skip
    return [ok(name, "runs, has its plugins, and raises no alarm")]


async def users() -> Sequence[Finding]:
    async with management() as api:
        present = await api.permissions(vhost())
        wrong = []
        for name in USERS:
            wanted = PORTAL_PERMISSIONS if name == "portal" else permissions_of_service(name)
            user, rights = f"portico_{name}", (wanted.configure, wanted.write, wanted.read)
            if user not in present:
                wrong.append(bad(user, "may do nothing, or is not there", "Run `portico migrate`.", NEW))
            elif present[user] != rights or list(await api.topic_permissions(user, vhost())) != sorted(wanted.keys):
                wrong.append(bad(user, "may do something else than this version says", "Run `portico migrate`.", NEW))
    return wrong or [ok("users", f"{len(USERS)}, each with exactly its permissions")]


CHECKS = (Check("RabbitMQ", logins), Check("broker", server), Check("broker users", users))
