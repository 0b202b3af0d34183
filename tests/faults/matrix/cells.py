"""Plays a cell: business while something fails, then all that must be true once it has healed."""

import asyncio
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from deploy.environment import SERVICES
from deploy.waiting import eventually
from tests.faults.matrix.flows import Flow
from tests.faults.matrix.traps import CONSUMER, RELAY, Trap, sprung, trap_file
from tests.faults.matrix.world import World
from tests.harness.installation import real_now

AT_ONCE = 5
"""So many changes side by side."""


async def do_all(world: World, flow: Flow, items: Sequence[Any]) -> None:
    """Every change of the flow, some side by side."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(item: Any) -> None:
        async with turn:
            await flow.change(world, item)

    async with asyncio.TaskGroup() as group:
        for item in items:
            group.create_task(one(item))


async def kill_at(world: World, flow: Flow, point: str, chance: random.Random) -> float:
    """Kill a process of the flow at the point, once, while the changes are made. Returns the seconds from then until
    nothing was left to do."""
    items, since = await flow.prepare(world), real_now()
    await world.rest()
    what, victim = (flow.listener, flow.consumer) if point in CONSUMER else (flow.event, flow.publisher)
    trap = Trap(point, what, chance.randint(1, 2 if point in (*RELAY, *CONSUMER) else 8) if flow.often else 1)
    trap.lay(world.traps, victim)
    await do_all(world, flow, items)
    file = sprung(trap_file(world.traps, victim))
    await eventually(file.exists, f"{victim} came to {point} of {what}", seconds=30)
    await world.settle()
    seconds = time.time() - file.stat().st_mtime
    await flow.check(world, items)
    await check_order(world, since)
    await check_mails(world, since, repeated=victim == "notifications")
    return seconds


async def check_order(world: World, since: datetime) -> None:
    """What happened to one subject is logged in the order in which its publisher told it, and once."""
    [log] = [await world.rows("audit", "SELECT id, subject_id FROM entries ORDER BY position")]
    arrived = {row["id"]: place for place, row in enumerate(log)}
    subjects = {row["id"]: row["subject_id"] for row in log}
    for service in SERVICES:
        query = "SELECT event_id FROM outbox WHERE created_at >= $1 AND exchange LIKE '%.events' ORDER BY id"
        places = defaultdict[Any, list[int]](list)
        for row in await world.rows(service, query, since):
            if row["event_id"] in arrived:
                places[subjects[row["event_id"]]].append(arrived[row["event_id"]])
        assert [subject for subject, each in places.items() if each != sorted(each)] == []


async def check_mails(world: World, since: datetime, *, repeated: bool) -> None:
    """Each message that was sent reached the mail server once. SMTP has no second phase: if notifications was killed
    meanwhile, those that it was sending may be there twice, under one Message-ID."""
    file = world.installed.stack.directory / "mails.jsonl"
    lines = file.read_text().splitlines()
    ids = Counter(json.loads(line)["message_id"].strip("<>").partition("@")[0] for line in lines)
    query = "SELECT message_id::text AS id, tries FROM deliveries WHERE state = 'sent' AND ended_at >= $1"
    sent = {row["id"]: row["tries"] for row in await world.rows("notifications", query, since)}
    counts = {id_: ids.get(id_, 0) for id_ in sent}
    assert [id_ for id_, count in counts.items() if not count] == [], "accepted, and not there"
    twice = [id_ for id_, count in counts.items() if count > 1]
    assert twice == [] or repeated
    assert [id_ for id_ in twice if counts[id_] > min(2, sent[id_])] == []
