"""`portico doctor` on an installation that works, and what its table, its JSON and its exit code are."""

import asyncio
import re
import time

import orjson
import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
from deploy.doctor.finding import Check, Finding, See, State, bad, ok
from deploy.doctor.registry import CHECKS, examine
from deploy.environment import ROOT
from deploy.waiting import eventually
from tests.doctor.conftest import Look
from tests.harness.installation import Installation

EXPECTED = {"address", "mail server", "mail records", "clock"}
"""What is not `ok` in an installation on one machine for tests: its address, its mail catcher, its DNS, and that it is
a demo."""


async def test_all_is_well_in_an_installation_that_works(installed: Installation, look: Look) -> None:
    names = list(dict.fromkeys(check.name for check in CHECKS))

    async def troubles() -> list[tuple[str, Finding]]:
        found = [(name, each) for name in names for each in await look(name)]
        return [(name, each) for name, each in found if each.state is not State.ok and name not in EXPECTED]

    async def none() -> bool:
        return not await troubles()

    try:
        await eventually(none, "all is well", seconds=60, pause=1)
    except AssertionError:
        raise AssertionError(await troubles()) from None
    assert not [each for name in EXPECTED for each in await look(name) if each.state is State.bad]


async def test_command_prints_one_table_and_json_and_exits_with_0(installed: Installation, look: Look) -> None:
    async def is_well() -> bool:
        return [each.state for each in await look("queues")] == [State.ok]

    await eventually(is_well, "queues are read", seconds=60, pause=1)

    table = await installed.portico("doctor")
    told = orjson.loads(await installed.portico("doctor", "--json"))

    assert re.search(r"check +what +state +seen +what to do", table)
    assert re.search(r"queues +queues +ok +\d+ are read", table)
    assert "0 bad" in table
    assert told["is_bad"] is False
    assert {each["check"] for each in told["findings"]} == {check.name for check in CHECKS}
    secrets = [value for name, value in installed.stack.environment.items() if name.endswith(("_KEY", "_SECRET"))]
    assert not [value for value in secrets if value in table]


async def test_check_that_fails_or_hangs_stops_no_other() -> None:
    async def breaks() -> list[Finding]:
        raise RuntimeError("amqp://user:secret@host is away")

    async def hangs() -> list[Finding]:
        while True:
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                return await asyncio.sleep(0.2, [])

    async def works() -> list[Finding]:
        return [ok("it", "works")]

    began = time.monotonic()
    found = await examine([Check("a", breaks), Check("b", hangs), Check("c", works)], seconds=0.3)

    assert [(name, each.state) for name, each in found] == [
        ("a", State.unknown),
        ("b", State.unknown),
        ("c", State.ok),
    ]
    assert "secret" not in found[0][1].seen
    assert "no answer within 0.3 s" in found[1][1].seen
    assert time.monotonic() - began < 2


def test_exit_code_is_1_once_anything_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken() -> list[Finding]:
        return [bad("it", "is broken", "Mend it.", See.settings)]

    monkeypatch.setattr("deploy.doctor.registry.examine.__defaults__", ((Check("one", broken),), 1.0))

    done = CliRunner().invoke(app, ["--env-file", "/nowhere", "doctor"])

    assert done.exit_code == 1
    assert "Mend it. (docs/operating.md#settings)" in done.output


def test_each_heading_that_a_check_names_is_in_the_operating_page() -> None:
    page = (ROOT / "docs/operating.md").read_text()
    headings = {re.sub(r"[^a-z0-9 -]", "", line.strip("# ").lower()).replace(" ", "-")
                for line in page.splitlines() if line.startswith("#")}  # fmt: skip
    assert [each for each in See if each not in headings] == []
