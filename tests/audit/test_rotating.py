"""AUDIT_SEAL_KEY is rotated: nothing is lost, and the old value may go."""

from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from pydantic import SecretStr
from sqlalchemy import text

from services.audit.personal_data.rotating import redigest_addresses, rewrap_keys
from services.audit.personal_data.service import address_digests, decrypt, keys_for
from services.audit.seals.checkpoints import hand_over
from tests.audit.harness import SECRET, AuditHarness, contact, counts, user_actor

OLD, NEW = SECRET.get_secret_value(), "secret-of-this-year"
BOTH, ONLY_NEW = SecretStr(f"{NEW},{OLD}"), SecretStr(NEW)
A = uuid4()


async def filled(log: AuditHarness, secret: SecretStr) -> None:
    log.secret = secret
    await log.keep(counts(A))
    await log.seal()
    assert await log.sign()


async def handed_over(log: AuditHarness, secret: SecretStr) -> bool:
    async with log.database.worker.begin() as session:
        return await hand_over(session, secret, now=log._now)


async def test_old_checkpoints_hold_without_the_old_key_once_a_new_one_vouches_for_it(log: AuditHarness) -> None:
    await filled(log, SECRET)
    assert [await handed_over(log, secret) for secret in (SECRET, BOTH, BOTH)] == [False, True, False]

    log.secret = ONLY_NEW

    report = await log.verify()
    assert (report.problems, report.checkpoints) == ([], 2)


async def test_whichever_worker_signs_while_they_are_restarted_the_log_holds(log: AuditHarness) -> None:
    for secret in (SECRET, f"{OLD},{NEW}", BOTH, f"{OLD},{NEW}", BOTH, ONLY_NEW, f"third,{NEW}", "third"):
        await filled(log, secret if isinstance(secret, SecretStr) else SecretStr(secret))

    assert (await log.verify()).problems == []


async def test_an_old_key_that_nothing_vouches_for_is_named(log: AuditHarness) -> None:
    await filled(log, SECRET)
    await filled(log, ONLY_NEW)

    [problem] = (await log.verify()).problems

    assert "Checkpoint 1: the signature does not fit; its key" in problem
    assert "is not in AUDIT_SEAL_KEY" in problem


async def test_whoever_finds_the_old_key_signs_nothing_new_with_it(log: AuditHarness) -> None:
    await filled(log, SECRET)
    await handed_over(log, BOTH)
    await filled(log, SECRET)  # the thief

    log.secret = ONLY_NEW

    assert (await log.verify()).problems == ["Checkpoint 3: the signature does not fit."]


async def test_what_is_kept_of_people_is_read_and_found_by_the_new_key_alone(log: AuditHarness) -> None:
    person, erased = uuid4(), uuid4()
    for id_, address in ((person, "jonas@northwind.example"), (erased, "lea@northwind.example")):
        await log.keep(contact(A, user_actor(id_, address), "ops@northwind.example"))
    await log.tamper("UPDATE person_keys SET wrapped_key = NULL, address_digest = NULL WHERE person_id = :p", p=erased)

    async with log.database.worker.begin() as session:
        with pytest.raises(InvalidTag):
            await keys_for(session, {person: None}, ONLY_NEW)
        assert await rewrap_keys(session, BOTH) == 3, "of Jonas and of both contacts"
        assert await rewrap_keys(session, BOTH) == 0, "again, it has nothing to do"
        position: int | None = 0
        while position is not None:
            position = await redigest_addresses(session, BOTH, position)
        keys = await keys_for(session, {person: None}, ONLY_NEW)
        entries = (await session.execute(text("SELECT actor_id, actor_sealed FROM entries"))).all()
        found = text("SELECT person_id FROM person_keys WHERE address_digest = :digest")
        [digest] = address_digests(ONLY_NEW, "jonas@northwind.example")

        assert await session.scalar(found, {"digest": digest}) == person

    assert [decrypt(keys, *entry).get("address") for entry in entries] == ["jonas@northwind.example", None]
    gone = "SELECT wrapped_key IS NULL AND address_digest IS NULL FROM person_keys WHERE person_id = :p"
    assert await log.scalar(gone, p=erased)
