"""What every endpoint has in common: idempotency, commits before answers, bad input, a database that went away."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from deploy.business_time import set_offset
from shared.app import ServiceDefinition
from shared.auth import Router, allow, public
from shared.bodies import BODY_BYTES
from shared.clock import Clock
from shared.db import Session
from shared.idempotency import Once
from shared.messaging.router import ServiceRouter
from shared.pages import Cursor, decode_cursor, encode_cursor
from shared.schemas import Body
from shared.settings import ServiceSettings
from tests.harness import services
from tests.harness.databases import Database
from tests.harness.services import Running

router = Router("sketch", "things")


class ThingCreate(Body):
    name: str
    number: int = 0


class ThingRead(BaseModel):
    id: str
    name: str


calls: list[str] = []


@router.post("", guard=allow("service.order"), status_code=201)
async def make_thing(body: ThingCreate, session: Session, once: Once) -> ThingRead:
    """Make a thing."""

    async def work() -> ThingRead:
        calls.append(body.name)
        await asyncio.sleep(0.05)
        if body.name == "explosive":
            raise ValueError(body.name)
        return ThingRead(id=str(uuid4()), name=body.name)

    return await once(body, ThingRead, work)


@router.post("/doomed", guard=public("a test"), status_code=201)
async def commit_badly(session: Session) -> dict[str, str]:
    """Succeed, but for the commit."""
    await session.execute(text("CREATE TEMP TABLE doomed (a int UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP"))
    await session.execute(text("INSERT INTO doomed VALUES (1), (1)"))
    return {"made": "yes"}


@router.get("", guard=public("a test"))
async def list_things(session: Session, cursor: Cursor = None, number: int = 0) -> dict[str, object]:
    """List things."""
    if cursor:
        decode_cursor(cursor, tuple[int, str])
    return {"number": await session.scalar(text("SELECT CAST(:n AS bigint)"), {"n": number})}


@pytest.fixture
async def sketch_service(
    database: Callable[[str], Awaitable[Database]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Running:
    calls.clear()
    service = ServiceDefinition("sketch", ServiceSettings, ServiceRouter("sketch"), [router])
    monkeypatch.setattr(services, "service_named", lambda name: service)
    stack = services.running(await database("sketch"), tmp_path / "clock.json")
    running = await stack.__aenter__()
    yield running
    await stack.__aexit__(None, None, None)


@pytest.mark.rule("D22")
async def test_a_repeated_post_gets_the_same_answer_and_does_nothing_twice(sketch_service: Running) -> None:
    caller = await sketch_service.caller("admin")
    key = {"Idempotency-Key": "order-of-jonas-1"}

    answers = await asyncio.gather(*(caller.http.post("/api/sketch/things", json={"name": "a"}, headers=key)
                                     for _ in range(5)))  # fmt: skip

    assert [answer.status_code for answer in answers] == [201] * 5
    assert len({answer.text for answer in answers}) == 1
    assert calls == ["a"]


@pytest.mark.rule("D22")
async def test_the_same_key_with_another_body_is_refused(sketch_service: Running) -> None:
    caller = await sketch_service.caller("admin")
    key = {"Idempotency-Key": "order-of-jonas-1"}
    await caller.http.post("/api/sketch/things", json={"name": "a"}, headers=key)

    answer = await caller.http.post("/api/sketch/things", json={"name": "b"}, headers=key)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert calls == ["a"]


@pytest.mark.rule("D22")
async def test_a_key_is_one_persons_and_is_demanded_and_free_again_after_a_failure(sketch_service: Running) -> None:
    jonas, ana = await sketch_service.caller("admin"), await sketch_service.caller("admin")
    key = {"Idempotency-Key": "the-same-key"}

    assert (await jonas.http.post("/api/sketch/things", json={"name": "a"})).status_code == 422
    assert (await jonas.http.post("/api/sketch/things", json={"name": "explosive"}, headers=key)).status_code == 500
    first = await jonas.http.post("/api/sketch/things", json={"name": "a"}, headers=key)
    other = await ana.http.post("/api/sketch/things", json={"name": "a"}, headers=key)

    assert first.status_code == other.status_code == 201
    assert first.json()["id"] != other.json()["id"]


async def test_a_failing_commit_is_never_answered_with_success(sketch_service: Running) -> None:
    answer = await sketch_service.http().post("/api/sketch/things/doomed")

    assert answer.status_code == 500
    assert answer.json()["title"] == "Our mistake"


@pytest.mark.parametrize(
    "query", ["cursor=%00", "cursor=AAAA", "cursor=" + encode_cursor("x"), "number=9e99", "number=" + "9" * 30]
)
async def test_bad_input_is_the_callers_mistake_not_ours(sketch_service: Running, query: str) -> None:
    answer = await sketch_service.http().get(f"/api/sketch/things?{query}")

    assert answer.status_code == 422
    assert answer.json()["status"] == 422


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"name": "a", "number": NaN}', "/number"),
        (b'{"name": "a\\u0000"}', "/name"),
        (b'{"name": "\\ud800"}', "/name"),
        (b'{"name": ' + b"[" * 300 + b"]" * 300 + b"}", "/name" + "/0" * 32),
        (b'{"name"', ""),
        (b"[" * 10_000, ""),
    ],
)
async def test_json_that_cannot_be_kept_is_refused_at_its_place_by_every_endpoint(
    sketch_service: Running, body: bytes, pointer: str
) -> None:
    caller = await sketch_service.caller("admin")
    headers = {"Idempotency-Key": "order-of-jonas-1", "Content-Type": "application/json"}

    answer = await caller.http.post("/api/sketch/things", content=body, headers=headers)
    stranger = await sketch_service.http().post("/api/sketch/things", content=body, headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert stranger.status_code == 401
    assert calls == []


@pytest.mark.parametrize("token", ["ü", "a.ü.c", "€€€", "eyJhbGciOiJFZDI1NTE5In0.e30.ü", "\x7f", "a" * 20_000])
async def test_a_token_of_any_bytes_is_only_not_valid(sketch_service: Running, token: str) -> None:
    headers = {"Authorization": b"Bearer " + token.encode(), "Idempotency-Key": "ünïcode-key".encode()}

    answer = await sketch_service.http().post("/api/sketch/things", json={"name": "a"}, headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")


async def test_a_body_that_is_too_large_is_refused_before_an_endpoint_runs(sketch_service: Running) -> None:
    caller = await sketch_service.caller("admin")
    large = {"name": "x" * BODY_BYTES}

    answer = await caller.http.post("/api/sketch/things", json=large, headers={"Idempotency-Key": "order-of-jonas-1"})
    without_body = await sketch_service.http().post("/api/sketch/things/doomed", json=large)

    assert (answer.status_code, without_body.status_code) == (413, 413)
    assert answer.json()["type"] == "/problems/body-too-large"
    assert len(answer.headers["x-correlation-id"]) == 36
    assert calls == []


async def test_an_unknown_field_is_refused_and_named(sketch_service: Running) -> None:
    caller = await sketch_service.caller("admin")
    key = {"Idempotency-Key": "order-of-jonas-1"}

    answer = await caller.http.post("/api/sketch/things", json={"name": "a", "price_minor": 1}, headers=key)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/price_minor"


async def test_a_database_that_closes_its_connections_costs_one_503_at_most(sketch_service: Running) -> None:
    http = sketch_service.http()
    assert (await http.get("/api/sketch/things")).status_code == 200

    async with sketch_service.database.owner() as session:
        await session.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE"
                                   " 'portico\\_sketch\\_%' AND datname = current_database()"))  # fmt: skip
    answers = [await http.get("/api/sketch/things") for _ in range(3)]

    assert {answer.status_code for answer in answers} <= {200, 503}
    assert answers[-1].status_code == 200
    for answer in answers:
        assert answer.status_code == 200 or answer.headers["retry-after"] == "2"


@pytest.mark.rule("D30")
async def test_a_logged_database_error_does_not_contain_what_was_to_be_saved(sketch_service: Running) -> None:
    runtime = sketch_service.runtime
    for sessions in (runtime.sessions, runtime.worker_sessions):
        async with sessions() as session:
            with pytest.raises(DBAPIError) as failed:
                await session.execute(text("SELECT 1 / 0 WHERE :secret = 'canary'"), {"secret": "canary"})

        assert "division by zero" in str(failed.value)
        assert "canary'," not in str(failed.value)
        assert "parameters hidden" in str(failed.value)


async def test_the_correlation_id_comes_back_and_nonsense_is_replaced(sketch_service: Running) -> None:
    known = str(uuid4())

    answer = await sketch_service.http().get("/api/sketch/things", headers={"X-Correlation-Id": known})
    other = await sketch_service.http().get("/api/sketch/things", headers={"X-Correlation-Id": "<script>"})

    assert answer.headers["x-correlation-id"] == known
    assert len(other.headers["x-correlation-id"]) == 36


@pytest.mark.rule("D28")
def test_business_time_moves_for_everyone_who_reads_the_file_and_real_time_does_not(tmp_path: Path) -> None:
    clock, other = Clock(tmp_path / "clock.json"), Clock(tmp_path / "clock.json")

    set_offset(tmp_path / "clock.json", timedelta(days=15))

    assert clock.now() - clock.real_now() > timedelta(days=14, hours=23)
    assert other.offset() == timedelta(days=15)
    assert Clock().offset() == timedelta(0), "production has no file to read"
    assert clock.now().utcoffset() == timedelta(0)
