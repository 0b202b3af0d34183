"""The queues: whether all are there, as this version declares them, and are read; what waits in them; their leaders."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from deploy.cli.running import broker_connection
from deploy.doctor.broker import management, vhost
from deploy.doctor.finding import Check, Finding, See, bad, ok, warn
from deploy.environment import SERVICES
from deploy.migrating.broker import listeners_of
from deploy.migrating.queues import listener_part
from deploy.migrating.topology import plumbing_of
from shared.messaging.connection import open_channel
from shared.messaging.topology import dead_letters

MANY = 1_000
"""Messages that wait in a queue, from which on a reader is behind."""
FOUND_WITH = 3
"""Queues of one kind of trouble that are named."""
NEW, ALONE = See.a_new_installation, See.queuenotconsumed
Queues = Mapping[str, dict[str, Any]]


APPS = {name: import_module(f"services.{name}.app").service for name in SERVICES}
"""Imported before any check runs: that takes seconds, in which nothing else would be heard."""


def declared() -> tuple[Queues, Queues]:
    """The arguments of the queues that workers read, and of those where messages wait or are put aside."""
    read: dict[str, dict[str, Any]] = {}
    kept: dict[str, dict[str, Any]] = {}
    for name in SERVICES:
        kept |= plumbing_of(name).queues
        for listener, partitions in listeners_of(APPS[name]):
            read |= listener_part(name, listener, partitions).topology.queues
    return read, kept


@dataclass(frozen=True, slots=True)
class Counts:
    messages: int
    consumers: int


async def counted(names: Iterable[str]) -> dict[str, Counts]:
    """Of queues that are there, as they are now: what the management API says may be seconds old, or nothing."""
    found = {}
    async with broker_connection("doctor") as connection:
        channel = await open_channel(connection)
        for name in names:
            declared_now = await channel.queue_declare(name, passive=True)
            found[name] = Counts(declared_now.message_count or 0, declared_now.consumer_count or 0)
    return found


async def queues() -> Sequence[Finding]:
    read, kept = declared()
    async with management() as api:
        present = await api.queue_details(vhost())
    counts = await counted(name for name in read if name in present)
    wrong = [*_made_otherwise({**read, **kept}, present), *_without_leader(present), *_read(counts)]
    waiting = sum(each.messages for each in counts.values())
    return wrong or [ok("queues", f"{len(counts)} are read, {waiting} messages wait in them")]


def _made_otherwise(wanted: Queues, present: Queues) -> Iterator[Finding]:
    if missing := [name for name in wanted if name not in present]:
        yield bad(_some(missing), f"{len(missing)} queues are not there", "Run `portico migrate`.", NEW)
    if other := [name for name in wanted if name in present and present[name]["arguments"] != wanted[name]]:
        yield bad(_some(other), "made for another version", "Run `portico migrate`.", See.three_in_the_morning)


def _without_leader(present: Queues) -> Iterator[Finding]:
    quorum = {name: each for name, each in present.items() if each.get("type") == "quorum"}
    leaderless = [name for name, each in quorum.items() if "leader" in each and not each["leader"]]
    leaderless += [name for name, each in quorum.items() if each.get("state") == "down" and name not in leaderless]
    if leaderless:
        yield bad(_some(leaderless), "no leader", "Start the missing nodes of the cluster.", ALONE)
    short = [name for name, each in quorum.items() if len(each.get("online", ())) < len(each.get("members", ()))]
    if short := [name for name in short if name not in leaderless]:
        yield warn(_some(short), "a member is away", "Start the missing nodes before another fails.", ALONE)


def _read(counts: Mapping[str, Counts]) -> Iterator[Finding]:
    for service in SERVICES:
        own = {name: each for name, each in counts.items() if name.startswith(f"{service}.")}
        if unread := [name for name, each in own.items() if not each.consumers]:
            everything = len(unread) == len(own)
            waits = sum(own[name].messages for name in unread)
            seen = f"{'none' if everything else len(unread)} {'' if everything else 'not '}read, {waits} messages wait"
            do = f"Start a worker of {service}." if everything else f"See the log of {service}’s workers for why."
            yield bad(f"{service}: {_some(unread)}", seen, do, ALONE)
        for name, each in own.items():
            if each.consumers and each.messages > MANY:
                yield warn(name, f"{each.messages} messages wait", "See whether it shrinks.", See.queuegrowing)


async def letters() -> Sequence[Finding]:
    async with management() as api:
        present = await api.queue_details(vhost())
    counts = await counted(name for name in map(dead_letters, SERVICES) if name in present)
    do = "`portico dead list` says which and why."
    wrong = [
        warn(name.partition(".")[0], f"{each.messages} messages that no try could handle", do, See.deadletters)
        for name, each in counts.items()
        if each.messages
    ]
    return wrong or [ok("dead letters", "none")]


def _some(names: Sequence[str]) -> str:
    more = len(names) - FOUND_WITH
    return ", ".join(names[:FOUND_WITH]) + (f" and {more} more" if more > 0 else "")


CHECKS = (Check("queues", queues), Check("dead letters", letters))
