"""During an upgrade old processes read what new ones say, and new ones what old ones say."""

import json
from pathlib import Path

import orjson

from shared.events.reading import read_event
from tests.contracts.freeze import SAMPLES
from tests.contracts.test_events import kept
from tests.upgrades.earlier import run_in

READ_ALL = """
import json, sys
from pathlib import Path
from deploy.environment import SERVICES
from importlib import import_module
from shared.events import REGISTRY
from shared.events.reading import Unreadable, read_event
for service in SERVICES:
    import_module(f"services.{service}.app")
unread = {}
for name in sys.argv[2:]:
    if name.split(".v")[0] not in REGISTRY:
        continue
    try:
        read_event((Path(sys.argv[1]) / name).read_bytes())
    except Unreadable as problem:
        unread[name] = str(problem)
print(json.dumps({"unread": unread, "known": sorted(REGISTRY)}))
"""


def test_old_code_reads_every_event_of_the_new_code_that_it_knows(earlier_code: Path) -> None:
    files = sorted(file.name for file in SAMPLES.glob("*.json"))

    said = json.loads(run_in(earlier_code, READ_ALL, str(SAMPLES), *files))

    assert said["unread"] == {}
    assert len(said["known"]) > 100


def test_new_code_reads_every_event_of_the_old_code_without_loss(earlier_code: Path) -> None:
    samples = sorted((earlier_code / SAMPLES.relative_to(Path(__file__).parents[2])).glob("*.json"))
    assert len(samples) > 100

    for file in samples:
        written = orjson.loads(file.read_bytes())
        event = read_event(file.read_bytes())
        assert kept(written, event.to_wire()) == written | {"schema_version": event.version}, file.name
