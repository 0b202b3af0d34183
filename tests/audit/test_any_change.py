"""A change of any single value of any entry by the owner of the database is detected by the chain."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.audit.entries.models import Entry
from services.audit.seals.verifying import verify_chains
from tests.audit.harness import SECRET, AuditHarness, contact, counts, user_actor

ENTRIES = 12
FLIPPED = "set_byte({0}, {1} % length({0}), get_byte({0}, {1} % length({0})) # {2})"
CHANGES = {
    "id": "gen_random_uuid()",
    "workspace_id": "gen_random_uuid()",
    "at": "at + {1} * interval '1 us'",
    "recorded_at": "recorded_at - {1} * interval '1 us'",
    "action": "overlay(action PLACING 'x' FROM {1} % length(action) + 1)",
    "via": "via || 'x'",
    "actor_id": "gen_random_uuid()",
    "actor_sealed": FLIPPED,
    "subject_type": "upper(subject_type)",
    "subject_id": "gen_random_uuid()",
    "correlation_id": "gen_random_uuid()",
    "causation_id": "gen_random_uuid()",
    "details": "details || '{{\"also\": {1}}}'",
    "person_id": "gen_random_uuid()",
    "details_sealed": FLIPPED,
}
"""A new value for each column; {1} and {2} are a position and a byte that differs there."""


def test_there_is_a_change_for_every_column() -> None:
    assert set(CHANGES) == set(Entry.__table__.columns.keys()) - {"position"}


@pytest.fixture
async def sealed(log: AuditHarness) -> AuditHarness:
    workspace, ana = uuid4(), user_actor(uuid4(), "ana@meridian.example")
    await log.keep(*(contact(workspace, ana, f"ops{n}@meridian.example") for n in range(ENTRIES // 2)))
    await log.keep(*(counts(workspace, ports=n, actor=ana) for n in range(ENTRIES // 2)))
    await log.seal()
    await log.sign()
    return log


@settings(max_examples=100, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    column=st.sampled_from(sorted(CHANGES)),
    number=st.integers(1, ENTRIES // 2),
    place=st.integers(1, 200),
    byte=st.integers(1, 255),
)
async def test_any_change_of_any_value_is_found_with_its_number(
    sealed: AuditHarness, column: str, number: int, place: int, byte: int
) -> None:
    changed = CHANGES[column].format(column, place, byte)
    nth = "(SELECT position FROM seals WHERE number = :number)"
    statement = text(f"UPDATE entries SET {column} = {changed} WHERE position = {nth}")

    async with sealed.database.owner() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(statement, {"number": number})
        problems = (await verify_chains(session, SECRET)).problems
        await session.rollback()

    assert any(f"number {number} " in problem and "was changed" in problem for problem in problems), problems
    assert (await sealed.verify()).problems == []
