"""Access tokens, the copy of the grants, and what happens when the copy is out of date."""

import time
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OKPKey
from sqlalchemy import text

from shared.auth.access import PersonGrants
from shared.clock import Clock
from shared.copies import follow_access, follow_session
from shared.events import Actor
from shared.events.grants import Grant
from shared.events.identity import (
    AccessChanged,
    AccessEvent,
    AccessGranted,
    AccessRevoked,
    SessionEnded,
)
from shared.outbox import Cause, transaction
from tests.harness.databases import Database
from tests.harness.services import Caller, Running

LISTING = "/api/billing/invoices"
Run = Callable[..., Awaitable[Running]]


def grant_of(caller: Caller, role: str = "regular", grant_id: UUID | None = None) -> Grant:
    return Grant(grant_id=grant_id or uuid4(), workspace_id=caller.workspace_id, role=role, source="membership")


async def hear(running: Running, event: AccessEvent | SessionEnded) -> None:
    async with transaction(running.database.worker, Cause(Actor(), Clock().now())) as session:
        if isinstance(event, SessionEnded):
            await follow_session(session, event)
        else:
            await follow_access(session, event)


async def test_a_valid_token_with_a_grant_is_accepted(run: Run) -> None:
    running = await run("billing")
    caller = await running.caller("admin")

    assert (await caller.http.get(LISTING)).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [{"iss": "somebody"}, {"aud": "somebody"}, {"exp": int(time.time()) - 1}, {"sub": "not a uuid"}, {"via": "magic"}],
)
async def test_a_token_that_is_not_ours_or_has_expired_is_refused(run: Run, claims: dict[str, object]) -> None:
    running = await run("billing")
    caller = await running.caller("admin")

    token = running.identity.token(**(caller.claims | claims))
    answer = await running.http(authorization=f"Bearer {token}").get(LISTING)

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_tampered_or_foreign_or_unsigned_token_is_refused(run: Run) -> None:
    running = await run("billing")
    caller = await running.caller("admin")
    good = running.identity.token(**caller.claims)
    head, body, signature = good.split(".")
    foreign = jwt.encode({"alg": "Ed25519", "kid": "test"}, caller.claims, OKPKey.generate_key("Ed25519"),
                         algorithms=["Ed25519"])  # fmt: skip

    for token in (
        good[:-4] + "AAAA",
        f"{head}.{body[:-2]}AA.{signature}",
        f"eyJhbGciOiJub25lIn0.{body}.",
        foreign,
        "x",
        "",
    ):
        answer = await running.http(authorization=f"Bearer {token}").get(LISTING)
        assert answer.status_code == 401, token


async def test_a_token_of_another_workspace_gives_no_access(run: Run) -> None:
    running = await run("billing")
    caller = await running.caller("admin")

    elsewhere = running.identity.token(**(caller.claims | {"ws": str(uuid4())}))
    answer = await running.http(authorization=f"Bearer {elsewhere}").get(LISTING)

    assert answer.status_code == 403


@pytest.mark.rule("D29")
async def test_a_copy_older_than_the_token_is_refreshed_before_the_decision(run: Run) -> None:
    running = await run("billing")
    caller = await running.caller("support")
    assert (await caller.http.get(LISTING)).status_code == 403

    raised = PersonGrants(user_id=caller.user_id, version=2, grants=[grant_of(caller)])
    running.identity.people[caller.user_id] = raised
    newer = running.identity.token(**(caller.claims | {"gv": 2}))
    answer = await running.http(authorization=f"Bearer {newer}").get(LISTING)

    assert answer.status_code == 200
    assert running.identity.asked_for_grants == 1


@pytest.mark.rule("D29")
async def test_an_outdated_copy_decides_nothing_while_identity_does_not_answer(run: Run) -> None:
    running = await run("billing")
    caller = await running.caller("admin")
    assert (await caller.http.get(LISTING)).status_code == 200

    running.identity.reachable = False
    newer = running.identity.token(**(caller.claims | {"gv": 2}))
    answer = await running.http(authorization=f"Bearer {newer}").get(LISTING)

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert (await caller.http.get(LISTING)).status_code == 200, "who is not behind goes on"


@pytest.mark.rule("D14")
async def test_a_revoked_grant_and_an_ended_session_are_refused_while_the_token_is_still_valid(run: Run) -> None:
    running = await run("billing")
    tom, ana = await running.caller("regular"), await running.caller("admin")
    fact = Grant(grant_id=(await grant_ids(running, tom))[0], workspace_id=tom.workspace_id, role="regular",
                 source="membership")  # fmt: skip

    await hear(running, AccessRevoked(workspace_id=tom.workspace_id, user_id=tom.user_id, grant=fact, from_version=1,
                                      to_version=2))  # fmt: skip
    await hear(running, SessionEnded(workspace_id=ana.workspace_id, user_id=ana.user_id, session_id=ana.session_id,
                                     reason="signed_out"))  # fmt: skip

    assert (await tom.http.get(LISTING)).status_code == 403
    assert (await ana.http.get(LISTING)).status_code == 401


async def grant_ids(running: Running, caller: Caller) -> list[UUID]:
    async with running.database.owner() as session:
        query = text("SELECT grant_id FROM access_grants WHERE user_id = :u")
        return list((await session.scalars(query, {"u": caller.user_id})).all())


@pytest.mark.rule("P13")
async def test_a_link_admits_nobody_and_a_derived_grant_only_in_its_session(run: Run) -> None:
    running = await run("billing")
    caller = await running.caller("admin", via="on_behalf")
    assert (await caller.http.get(LISTING)).status_code == 200

    for changed in ({"via": "self"}, {"sid": str(uuid4())}):
        token = running.identity.token(**(caller.claims | changed))
        assert (await running.http(authorization=f"Bearer {token}").get(LISTING)).status_code == 403
    link = grant_of(caller).model_copy(update={"source": "link"})
    await hear(running, AccessGranted(workspace_id=caller.workspace_id, user_id=caller.user_id, grant=link,
                                      from_version=1, to_version=2))  # fmt: skip
    token = running.identity.token(**(caller.claims | {"via": "self", "gv": 2}))
    assert (await running.http(authorization=f"Bearer {token}").get(LISTING)).status_code == 403


@pytest.mark.rule("D29")
async def test_a_copy_never_shows_what_it_did_not_hear_completely(
    database: Callable[[str], Awaitable[Database]],
) -> None:
    """Whatever events arrive, in any order and number: the copy is a state that identity once had, or empty."""
    db = await database("sketch")

    @given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def check(arrivals: list[int]) -> None:
        collected.append(arrivals)

    collected: list[list[int]] = []
    check()
    for arrivals in collected:
        await copy_is_consistent(db, arrivals)


async def copy_is_consistent(db: Database, arrivals: list[int]) -> None:
    user, workspace = uuid4(), uuid4()
    fact = Grant(grant_id=uuid4(), workspace_id=workspace, role="support", source="membership")
    roles = [None, "support", "regular", "admin", "regular", "support", None]

    async with transaction(db.worker, Cause(Actor(), Clock().now())) as session:
        for n in arrivals:
            same = {"workspace_id": workspace, "user_id": user, "from_version": n, "to_version": n + 1}
            now = fact.model_copy(update={"role": roles[n + 1] or "support"})
            if n == 0:
                await follow_access(session, AccessGranted(**same, grant=now))
            elif roles[n + 1] is None:
                await follow_access(session, AccessRevoked(**same, grant=now))
            else:
                await follow_access(session, AccessChanged(**same, grant=now, previous_role="x"))

    async with db.owner() as session:
        version = await session.scalar(text("SELECT version FROM access_versions WHERE user_id = :u"), {"u": user})
        role = await session.scalar(text("SELECT role FROM access_grants WHERE user_id = :u"), {"u": user})
    assert role == (roles[version] if version is not None else None), (arrivals, version)


async def test_a_refused_caller_does_not_learn_what_an_endpoint_accepts(run: Run) -> None:
    running = await run("billing")
    supporter = await running.caller("support")

    nobody = await running.http().post("/api/billing/payments", json={"nonsense": 1})
    refused = await supporter.http.post("/api/billing/payments", json={"nonsense": 1})
    broken = await running.http().post(
        "/api/billing/payments", content=b"{", headers={"content-type": "application/json"}
    )

    assert (nobody.status_code, refused.status_code, broken.status_code) == (401, 403, 401)
