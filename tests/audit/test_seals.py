"""A tamper-evident log: every later change is detected."""

from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.audit.seals.service import BEGINNING, link
from tests.audit.harness import AuditHarness, counts

A, B = uuid4(), uuid4()


async def filled(log: AuditHarness) -> None:
    await log.keep(*(counts(workspace, ports=n) for n in range(5) for workspace in (A, B)))
    assert await log.seal() == 10
    assert await log.sign()


async def test_an_untouched_log_verifies_and_each_workspace_has_its_own_chain(log: AuditHarness) -> None:
    await filled(log)
    await log.keep(counts(A, ports=9))
    await log.seal()
    await log.sign()

    report = await log.verify()

    assert report.problems == []
    assert (report.entries, report.chains, report.checkpoints) == (11, 2, 2)
    numbers = "SELECT array_agg(number ORDER BY position) FROM seals WHERE workspace_id = :w"
    assert await log.scalar(numbers, w=A) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE entries SET details = '{}' WHERE position = 5", "was changed"),
        ("UPDATE entries SET at = at + interval '1 us' WHERE position = 5", "was changed"),
        ("UPDATE entries SET via = 'self' WHERE position = 1", "was changed"),
        ("UPDATE seals SET hash = decode(repeat('00', 32), 'hex') WHERE position = 7", "was changed"),
        ("DELETE FROM seals WHERE position = 3", "is missing"),
        ("DELETE FROM entries WHERE position = 3", "was changed"),
        ("DELETE FROM seals WHERE position >= 9", "was signed and is gone"),
        ("DELETE FROM seals WHERE number >= 1", "was signed and is gone"),
        ("UPDATE checkpoints SET statement = replace(convert_from(statement, 'UTF8'), '5', '4')::bytea",
         "the signature does not fit"),
        ("DELETE FROM checkpoints WHERE number = 1", "does not extend"),
        ("INSERT INTO entries (id, workspace_id, at, action, via, subject_type, subject_id, correlation_id, details)"
         " SELECT gen_random_uuid(), workspace_id, at, action, via, subject_type, subject_id, correlation_id, details"
         " FROM entries LIMIT 1", "is in no chain"),
    ],
)  # fmt: skip
async def test_every_kind_of_tampering_is_found(log: AuditHarness, tampering: str, found: str) -> None:
    await filled(log)
    await log.keep(counts(A, ports=9))
    await log.seal()
    await log.sign()

    await log.tamper(tampering)
    problems = (await log.verify()).problems

    assert any(found in problem for problem in problems), problems


async def test_two_swapped_entries_are_found_with_their_number(log: AuditHarness) -> None:
    await filled(log)

    await log.tamper(
        "UPDATE seals s SET position = 100 + o.position FROM seals o WHERE s.workspace_id = o.workspace_id"
        " AND s.workspace_id = :w AND s.number IN (2, 3) AND o.number = 5 - s.number", w=A,
    )  # fmt: skip
    await log.tamper("UPDATE seals SET position = position - 100 WHERE position > 100")
    problems = (await log.verify()).problems

    assert any(f"Workspace {A}: number 2" in problem and "was changed" in problem for problem in problems)


@pytest.mark.parametrize(
    "statement", ["UPDATE entries SET via = 'x'", "DELETE FROM entries", "TRUNCATE entries CASCADE"]
)
@pytest.mark.parametrize("role", ["api", "worker", "owner"])
async def test_nobody_changes_or_deletes_an_entry(log: AuditHarness, role: str, statement: str) -> None:
    await filled(log)

    async with getattr(log.database, role)() as session:
        with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
            await session.execute(text(statement))


async def test_concurrent_or_late_sealing_changes_nothing(log: AuditHarness) -> None:
    await filled(log)

    assert await log.seal() == 0
    await log.keep(counts(A))
    assert await log.seal() == 1
    assert (await log.verify()).problems == []


def test_a_link_depends_on_every_value_and_on_the_previous_link() -> None:
    entry = ["00000000-0000-0000-0000-000000000001", 7, "{}", None]

    @given(st.sampled_from(range(4)), st.one_of(st.none(), st.text(), st.integers(-(2**60), 2**60)))
    @settings(max_examples=300)
    def changes(place: int, value: object) -> None:
        changed = [*entry[:place], value, *entry[place + 1 :]]
        assert (link(BEGINNING, changed) == link(BEGINNING, entry)) == (changed == entry)

    changes()
    assert link(link(BEGINNING, entry), entry) != link(BEGINNING, entry)


KNOWN = """
INSERT INTO entries (position, id, workspace_id, at, recorded_at, action, via, actor_id, actor_sealed, subject_type,
                     subject_id, correlation_id, details)
OVERRIDING SYSTEM VALUE
VALUES (7, '00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000001', '2026-11-22T12:00:00Z',
        '2026-11-22T12:00:00.000120Z', 'billing.invoice_paid', 'self', '00000000-0000-0000-0000-000000000003',
        decode('00ff', 'hex'), 'invoice', '00000000-0000-0000-0000-000000000004',
        '00000000-0000-0000-0000-000000000005', '{"number": "LC-ü-1"}')
"""


async def test_what_was_sealed_by_an_earlier_version_still_verifies(log: AuditHarness) -> None:
    await log.tamper(KNOWN)
    await log.tamper("INSERT INTO waiting_entries VALUES (7)")

    assert await log.seal() == 1

    assert await log.scalar("SELECT encode(hash, 'hex') FROM seals") == (
        "fff6d5797261a8c08baffd85327e7596bd785249ba9bd9f1f9e37e99d4eae6fd"
    )
    assert (await log.verify()).problems == []
