"""Limits of sign-in mails and codes: who floods is stopped, whom they flood still gets in, and nobody learns who has an
account."""

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.identity.jobs import forget_old_secrets, mail_challenges
from services.identity.sign_in_challenges.networks import UNKNOWN, network_of
from services.identity.sign_in_challenges.printing import print_proof
from shared.jobs import JobContext
from tests.harness.documented import Documented
from tests.identity.harness import ANA, ROBIN, TOM, IdentityHarness, set_up_story
from tests.identity.test_signing_in import ANOTHER, BROWSER, CHALLENGES, problem, redeem

HOME, NOBODY = "203.0.113.7", "nobody@nowhere.example"


def elsewhere(number: int) -> str:
    return f"198.51.100.{number}"


async def post(identity: IdentityHarness, path: str, ip: str, body: Any) -> httpx.Response:
    """A request from a network."""
    transport = Documented(identity.app, client=(ip, 4000))
    async with httpx.AsyncClient(transport=transport, base_url="http://identity.example") as http:
        return await http.post(path, json=body)


async def ask(identity: IdentityHarness, ip: str, address: str = ROBIN, browser: str = BROWSER) -> httpx.Response:
    return await post(identity, CHALLENGES, ip, {"address": address, "browser": browser})


async def asked(identity: IdentityHarness, browser: str = BROWSER) -> str:
    answer = await ask(identity, HOME, browser=browser)
    assert answer.status_code == 202, answer.text
    await identity.work(mail_challenges)
    return str(answer.json()["challenge_id"])


def wrong(code: str | None) -> str:
    return "000000" if code != "000000" else "000001"


@given(network=st.ip_addresses(v=4), host=st.integers(0, 2**64 - 1), v6=st.ip_addresses(v=6), text=st.text())
def test_a_network_is_an_ipv4_address_or_64_bits_of_ipv6(network: Any, host: int, v6: Any, text: str) -> None:
    neighbour = type(v6)((int(v6) >> 64 << 64) | host)

    assert network_of(str(network)) == network_of(f"::ffff:{network}") == str(network)
    if v6.ipv4_mapped is None and neighbour.ipv4_mapped is None:
        assert network_of(str(v6)) == network_of(str(neighbour)) != network_of(str(network))
    assert network_of(text + "x") == UNKNOWN
    assert network_of("2001:db8::5%eth0") == "2001:db8::/64"


@pytest.mark.rule("S15")
async def test_requests_from_elsewhere_lock_nobody_out(start: Any) -> None:
    identity = await start(sign_ins_per_address=5)
    await identity.init()

    flood = [await ask(identity, elsewhere(number)) for number in range(40)]
    own = await ask(identity, HOME)

    assert {answer.status_code for answer in flood} == {202}
    assert own.status_code == 202


@pytest.mark.rule("S15")
@pytest.mark.parametrize("ips", [[HOME], [HOME, f"::ffff:{HOME}"], ["2001:db8:7:1::5", "2001:db8:7:1:ffff::9"]])
async def test_all_addresses_of_one_network_have_one_limit(start: Any, ips: list[str]) -> None:
    identity = await start(sign_ins_per_address=5, sign_ins_per_network=7)
    await identity.init()

    same = [(await ask(identity, ips[n % len(ips)])).status_code for n in range(6)]
    others = [(await ask(identity, ips[n % len(ips)], f"person{n}@larkspur.example")).status_code for n in range(3)]

    assert same == [202] * 5 + [429]
    assert others == [202, 202, 429]
    assert (await ask(identity, "2001:db8:7:2::5")).status_code == 202


@pytest.mark.rule("S15")
async def test_half_of_the_mails_of_an_hour_are_for_networks_that_the_person_signed_in_from(start: Any) -> None:
    identity = await start(sign_in_mails_per_hour=8)
    await identity.init()
    challenge = await asked(identity)
    (mail,) = await identity.mails(ROBIN)
    assert (await redeem(identity, challenge, token=mail.token)).status_code == 200

    for number in range(30):
        await ask(identity, elsewhere(number))
    await identity.work(mail_challenges)
    flooded = len(await identity.mails(ROBIN))
    for _ in range(30):
        await asked(identity)

    assert flooded == 4, "with the mail of before"
    assert len(await identity.mails(ROBIN)) == 8
    await identity.sql("UPDATE sign_in_challenges SET sent_at = sent_at - interval '1 hour'")
    await ask(identity, elsewhere(99))
    await asked(identity)
    assert len(await identity.mails(ROBIN)) == 10


@pytest.mark.rule("S15")
async def test_a_network_that_another_browser_signed_in_for_is_nobodys_own(start: Any) -> None:
    """Somebody asks for a mail, and the owner of the mailbox uses it where they are."""
    identity = await start(sign_in_mails_per_hour=4)
    await identity.init()
    challenge = (await ask(identity, elsewhere(1))).json()["challenge_id"]
    await identity.work(mail_challenges)
    (mail,) = await identity.mails(ROBIN)
    assert (await redeem(identity, challenge, browser=ANOTHER, token=mail.token, code=mail.code)).status_code == 200

    for _ in range(6):
        await ask(identity, elsewhere(1))
    await identity.work(mail_challenges)

    assert len(await identity.mails(ROBIN)) == 2


@pytest.mark.rule("S15")
async def test_mails_to_one_mailbox_are_counted_one_at_a_time(start: Any) -> None:
    identity = await start(sign_in_mails_per_hour=6)
    await identity.init()
    await asyncio.gather(*(ask(identity, elsewhere(number)) for number in range(60)))

    context = JobContext(identity.runtime.worker_sessions, identity.runtime.clock, identity.runtime.settings)
    mailed = await asyncio.gather(*(mail_challenges(context) for _ in range(3)))

    assert sum(mailed) == 60
    assert len(await identity.mails(ROBIN)) == 3


async def test_who_holds_an_invitation_can_join_while_others_flood_the_mailbox(start: Any) -> None:
    identity = await start(sign_in_mails_per_hour=4)
    story = await set_up_story(identity)
    await identity.sql("UPDATE sign_in_challenges SET sent_at = sent_at - interval '1 hour'")
    await story.jonas.post("invitations", {"address": TOM, "display_name": "Tom", "role": "member"})
    token = (await identity.mails(TOM))[-1].token
    for number in range(9):
        await ask(identity, elsewhere(number), TOM)
    await identity.work(mail_challenges)
    before = len(await identity.mails(TOM))

    body = {"token": token, "browser": BROWSER}
    followed = await post(identity, "/api/identity/sign-in-challenges/invited", HOME, body)
    await identity.work(mail_challenges)
    mails = await identity.mails(TOM)

    assert len(mails) == before + 1
    assert (await redeem(identity, followed.json()["challenge_id"], code=mails[-1].code)).status_code == 200


@pytest.mark.rule("D19")
async def test_wrong_codes_of_a_day_close_codes_but_not_the_link_in_the_browser_that_asked(start: Any) -> None:
    identity = await start(wrong_codes_per_day=7)
    await identity.init()
    guess = wrong(None)
    locked = await asked(identity)
    first = [await redeem(identity, locked, code=guess) for _ in range(5)]
    challenge = await asked(identity)
    mail = (await identity.mails(ROBIN))[-1]

    last = [await redeem(identity, challenge, code=wrong(mail.code)) for _ in range(2)]
    right = await redeem(identity, challenge, code=mail.code)
    abroad = [
        await redeem(identity, challenge, browser=ANOTHER, token=mail.token, **more)
        for more in ({}, {"code": mail.code})
    ]
    by_link = await redeem(identity, challenge, token=mail.token, code=wrong(mail.code))

    assert [answer.json().get("attempts_left") for answer in first] == [4, 3, 2, 1, None]
    assert [answer.json().get("attempts_left") for answer in last] == [1, None]
    for answer in (last[1], right, *abroad):
        assert (answer.status_code, problem(answer)) == (409, "/problems/codes-closed")
        assert "Open the link in the mail" in answer.json()["detail"]
    assert by_link.status_code == 200, "the link proves the mailbox, whatever is typed beside it"


@pytest.mark.rule("D19")
async def test_codes_work_again_a_day_after_the_wrong_ones(start: Any) -> None:
    identity = await start(wrong_codes_per_day=5)
    await identity.init()
    locked = await asked(identity)
    for _ in range(5):
        await redeem(identity, locked, code="000000")
    closed = await asked(identity)
    before = await redeem(identity, closed, code=(await identity.mails(ROBIN))[-1].code)
    yesterday = "UPDATE sign_in_challenges SET created_at = created_at - interval '1 day' WHERE id = :id"
    await identity.sql(yesterday, id=locked)

    after = await redeem(identity, closed, code=(await identity.mails(ROBIN))[-1].code)

    assert (before.status_code, after.status_code) == (409, 200)


@pytest.mark.rule("D19")
async def test_guesses_at_many_challenges_at_once_are_all_counted(start: Any) -> None:
    identity = await start(wrong_codes_per_day=6)
    await identity.init()
    browsers = [f"{BROWSER}-{number}" for number in range(6)]
    challenges = {browser: await asked(identity, browser) for browser in browsers}
    codes = {mail.code for mail in await identity.mails(ROBIN)}
    guess = next(code for code in (f"{n:06d}" for n in range(9)) if code not in codes)

    answers = await asyncio.gather(*(
        redeem(identity, challenges[browser], browser=browser, code=guess) for browser in browsers for _ in range(4)
    ))  # fmt: skip

    assert {answer.status_code for answer in answers} == {409, 422}
    counted = await identity.sql("SELECT sum(wrong_codes) AS total FROM sign_in_challenges")
    assert counted[0]["total"] == 6


async def test_a_printed_proof_works_while_codes_are_closed(start: Any) -> None:
    identity = await start(wrong_codes_per_day=5)
    await identity.init()
    locked = await asked(identity)
    for _ in range(5):
        await redeem(identity, locked, code="000000")

    async with identity.runtime.worker_sessions.begin() as session:
        proof = await print_proof(session, "https://portal.example", ROBIN, identity.runtime.clock.real_now())
    assert proof is not None
    challenge, token = proof.link.split("?c=")[1].split("&t=")
    answer = await redeem(identity, challenge, browser=ANOTHER, token=token, code=proof.code)

    assert answer.status_code == 200


async def test_where_a_person_signed_in_is_forgotten_after_thirty_days(identity: IdentityHarness) -> None:
    await identity.init()
    used = await asked(identity)
    await redeem(identity, used, token=(await identity.mails(ROBIN))[-1].token)
    await asked(identity)

    for days, left in ((0, 2), (2, 1), (31, 0)):
        await identity.sql(f"UPDATE sign_in_challenges SET created_at = now() - interval '{days} days'")
        await identity.work(forget_old_secrets)
        assert len(await identity.sql("SELECT id FROM sign_in_challenges")) == left


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.integers(0, 3), st.integers(0, 1)),
        st.tuples(st.just("guess"), st.integers(0, 5), st.integers(0, 1)),
        st.tuples(st.just("mail"), st.just(0), st.just(0)),
    ),
    min_size=4,
    max_size=24,
)


@pytest.mark.rule("D19", "S16")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_an_unknown_address_behaves_like_a_known_one_whatever_is_tried(
    start: Any, steps: list[tuple[str, int, int]]
) -> None:
    """A person who has signed in from their own network, and nobody, under the same requests."""
    identity = await start(sign_ins_per_address=3, sign_in_mails_per_hour=4, wrong_codes_per_day=6)
    await set_up_story(identity)
    earlier = "UPDATE sign_in_challenges SET ip = :ip, created_at = created_at - interval '1 hour' WHERE address = :ana"
    await identity.sql(earlier, ip=elsewhere(0), ana=ANA)
    challenges: dict[str, list[str]] = {ANA: [], NOBODY: []}

    for step, number, browser in [*steps, ("mail", 0, 0), ("guess", 0, 0), ("ask", 0, 0)]:
        answers = []
        for address, mine in challenges.items():
            nonce = f"{BROWSER}-{browser}"
            if step == "ask":
                answer = await ask(identity, elsewhere(number), address, nonce)
                mine.extend([answer.json()["challenge_id"]] if answer.is_success else [])
            elif step == "guess" and mine:
                answer = await redeem(identity, mine[number % len(mine)], browser=nonce, code="000000")
            else:
                await identity.work(mail_challenges)
                continue
            body = answer.json() if not answer.is_success else sorted(answer.json())
            answers.append((answer.status_code, body if isinstance(body, list) else body | {"retry_after": None}))
        assert len(set(map(repr, answers))) < 2
