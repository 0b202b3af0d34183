"""New credentials between the driver that makes them and the person who is shown them: readable nowhere, never lost,
and bound to their operation (D30)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr, ValidationError
from sqlalchemy import text

from deploy.migrating.rights import tables_of
from services.provisioning.credentials.sealing import SealBroken, seal, unseal
from services.provisioning.drivers.port import LONGEST_CREDENTIAL, MOST_CREDENTIALS, Credential, Done, Task
from services.provisioning.drivers.simulated_credentials import NothingPending
from services.provisioning.drivers.simulator import Simulator
from services.provisioning.drivers.texts import Text
from services.provisioning.jobs import call_driver, claim_steps, forget_credentials
from services.provisioning.settings import Settings
from services.provisioning.verbs import Verb
from shared.jobs import JobContext
from tests.harness.clocks import StoppedClock
from tests.harness.logs import captured_logs
from tests.harness.services import SETTINGS
from tests.provisioning.harness import ProvisioningHarness
from tests.provisioning.resetting import a_node, dump, let_in, made, reset, show, state, values


@pytest.mark.rule("D30")
async def test_a_password_is_readable_nowhere(provisioning: ProvisioningHarness) -> None:
    _, admin, service_id = await a_node(provisioning)
    with captured_logs() as lines:
        begun = (await reset(admin, service_id)).json()["id"]
        await provisioning.work()
        before = await dump(provisioning)
        password = values(await show(admin, begun))["password"]
        after = await dump(provisioning)
        await show(admin, begun)

    assert password not in before
    assert password not in after
    assert password not in str(list(lines))
    assert "sealed_credentials" in str([table.name for table in tables_of("provisioning")])
    async with provisioning.database.owner() as session:
        kept = (await session.execute(text("SELECT sealed, shown_at FROM sealed_credentials"))).one()
    assert (kept.sealed, kept.shown_at is not None) == (None, True)


@pytest.mark.rule("D30")
async def test_after_an_hour_they_are_deleted_and_before_that_not_shown(provisioning: ProvisioningHarness) -> None:
    admin, _, begun = await made(provisioning)
    clock = StoppedClock()
    clock.move(minutes=59)
    assert await forget_credentials(provisioning.worker(clock)) == 0
    earlier = text("UPDATE sealed_credentials SET made_at = made_at - interval '1 hour'")
    async with provisioning.database.owner.begin() as session:
        await session.execute(earlier)

    late = await show(admin, begun)
    over = await state(admin, begun)
    assert await forget_credentials(provisioning.worker()) == 1
    gone = await show(admin, begun)

    assert [(each.status_code, each.json()["type"]) for each in (late, gone)] == [
        (410, "/problems/credentials-over")
    ] * 2
    assert (over["state"], over["until"]) == ("over", None)
    async with provisioning.database.owner() as session:
        assert await session.scalar(text("SELECT sealed FROM sealed_credentials")) is None


@pytest.mark.rule("D30")
async def test_keys_are_rotated_and_what_a_lost_key_sealed_is_refused_with_what_to_do(
    provisioning: ProvisioningHarness,
) -> None:
    runtime, former = provisioning.running.runtime, SETTINGS["secret_keys"]
    newer = Fernet.generate_key().decode()
    _, admin, service_id = await a_node(provisioning)
    begun = []
    for keys in (former, f"{newer}, {former}"):
        object.__setattr__(runtime.settings, "secret_keys", SecretStr(keys))
        begun.append((await reset(admin, service_id)).json()["id"])
        await provisioning.work()
    opened = await show(admin, begun[0])
    object.__setattr__(runtime.settings, "secret_keys", SecretStr(former))
    lost = await show(admin, begun[1])
    object.__setattr__(runtime.settings, "secret_keys", SecretStr(newer))
    found = await show(admin, begun[1])
    object.__setattr__(runtime.settings, "secret_keys", SecretStr(former))

    assert (opened.status_code, found.status_code) == (200, 200)
    assert (lost.status_code, lost.json()["type"]) == (410, "/problems/credentials-unreadable")
    assert "Reset them again" in lost.json()["detail"]


@pytest.mark.rule("D30")
def test_what_is_sealed_opens_for_its_operation_alone() -> None:
    keys, ours = SecretStr(Fernet.generate_key().decode()), uuid4()
    sealed = seal(keys, ours, [Credential(Text("Password", "password"), "secret-word")])

    [opened] = unseal(keys, ours, sealed)

    assert (opened.code, opened.value) == ("password", "secret-word")
    for other, broken in ((UUID(int=1), sealed), (ours, b"nonsense"), (ours, sealed[:-4])):
        with pytest.raises(SealBroken) as refused:
            unseal(keys, other, broken)
        assert "secret-word" not in f"{refused.value!r}{refused.value.__context__!r}"


def test_what_a_driver_hands_over_is_bounded_and_shows_nothing() -> None:
    for value in ("", "secret-word" * LONGEST_CREDENTIAL):
        with pytest.raises(ValueError, match="characters") as refused:
            Credential(Text("Password"), value)
        assert "secret-word" not in str(refused.value)
    one = Credential(Text("Password"), "secret-word")
    with pytest.raises(ValueError, match="At most") as too_many:
        Done(credentials=(one,) * (MOST_CREDENTIALS + 1))
    assert "secret-word" not in f"{too_many.value}{one!r}{Done(credentials=(one,))!r}"


@pytest.mark.parametrize("keys", ["", "secret-word", f"{'A' * 43}=,secret-word"])
def test_a_process_with_a_wrong_key_does_not_start_and_does_not_tell_it(keys: str) -> None:
    urls = {"database_url": "postgresql://a@b/c", "worker_database_url": "postgresql://a@b/c"}

    with pytest.raises(ValidationError) as refused:
        Settings(**SETTINGS | urls | {"secret_keys": keys})

    assert "Fernet keys" in str(refused.value)
    assert "secret-word" not in str(refused.value)


@pytest.mark.rule("D30")
@pytest.mark.parametrize("at_step", [1, 2])
async def test_a_reset_that_fails_leaves_the_former_credentials_and_no_secret(
    provisioning: ProvisioningHarness, at_step: int
) -> None:
    admin, _, begun = await made(provisioning, fails_in="reset_credentials", fail_at_step=at_step, fail_times=1)

    failed, refused = await state(admin, begun), await show(admin, begun)
    (ended,) = await provisioning.database.events("provisioning.operation_ended")
    async with provisioning.database.owner() as session:
        left = (await session.execute(text("SELECT pending_password, digest FROM simulated_credentials"))).all()
        sealed = (await session.execute(text("SELECT sealed FROM sealed_credentials"))).scalars().all()

    assert (failed["state"], refused.status_code, refused.json()["state"]) == ("failed", 409, "failed")
    assert (ended["verb"], ended["outcome"]) == ("reset_credentials", "failed")
    assert left == [(None, None)]
    assert sealed == [None] * (at_step - 1)
    assert await provisioning.broken() == []


@pytest.mark.rule("D30")
@pytest.mark.parametrize("at_step", [1, 2])
async def test_a_call_without_an_answer_is_repeated_and_brings_the_same(
    provisioning: ProvisioningHarness, at_step: int
) -> None:
    options = {"fails_in": "reset_credentials", "unreachable_at_step": at_step, "unreachable_times": 1}
    _, admin, service_id = await a_node(provisioning, **options)
    begun, clock = (await reset(admin, service_id)).json()["id"], StoppedClock()
    clock.move(seconds=1)
    for _ in range(3):
        await provisioning.work(clock)
        clock.move(seconds=6)

    credentials = values(await show(admin, begun))

    assert await let_in(provisioning, credentials)
    assert await provisioning.broken() == []


@pytest.mark.rule("D30")
async def test_a_worker_that_dies_with_the_password_in_hand_leaves_one_that_works(
    provisioning: ProvisioningHarness,
) -> None:
    """Its call is repeated with the same key by another worker; the infrastructure hands over the same again."""
    _, admin, service_id = await a_node(provisioning)
    begun, clock = (await reset(admin, service_id)).json()["id"], StoppedClock()
    clock.move(seconds=1)
    job = provisioning.worker(clock)
    await _die_after_the_call(job)

    clock.move(minutes=2)
    await provisioning.work(clock)

    assert await let_in(provisioning, values(await show(admin, begun)))
    async with provisioning.database.owner() as session:
        calls = await session.scalar(text("SELECT calls FROM simulated_steps WHERE key LIKE 'reset%' AND n = 1"))
    assert calls == 2


async def _die_after_the_call(job: JobContext) -> None:
    async with job.sessions.begin() as session:
        [claim] = await claim_steps(job, session)
    calls = await call_driver(job, claim.row)
    assert calls.sealed is not None
    assert [outcome for outcome in calls.outcomes if isinstance(outcome, Done)] == [calls.outcomes[0]], "recorded first"
    assert calls.outcomes[0].credentials == ()


@pytest.mark.rule("D30")
async def test_the_simulator_hands_over_the_same_until_the_next_step_and_forgets_what_is_not_fetched(
    provisioning: ProvisioningHarness,
) -> None:
    driver, now = Simulator(provisioning.database.worker), datetime.now(UTC)
    made_for = {"kind": "node", "quantity": 1, "configuration": {}, "options": {"step_seconds": 0}}
    first, second, third = (
        Task(key=f"reset_credentials/{uuid4()}", verb=Verb.reset_credentials, service_id=service_id, **made_for)
        for service_id in (UUID(int=1), UUID(int=1), UUID(int=2))
    )

    handed_over = [await driver.run_step(first, 1, now) for _ in range(2)]
    await driver.run_step(first, 2, now)
    late = await driver.run_step(first, 1, now)
    await driver.run_step(second, 1, now)
    await driver.run_step(third, 1, now + timedelta(hours=2))

    same, again = [outcome.credentials for outcome in handed_over if isinstance(outcome, Done)]
    assert same == again
    assert isinstance(late, Done)
    assert late.credentials == ()
    assert await let_in(provisioning, {each.name.code or "": each.value for each in same})
    async with provisioning.database.owner() as session:
        query = text("SELECT pending_key FROM simulated_credentials ORDER BY service_id")
        assert (await session.execute(query)).scalars().all() == [None, third.key]
    with pytest.raises(NothingPending):
        await driver.run_step(second, 2, now)
