"""Signing in without a password (D19), and known vulnerabilities of it."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.identity.harness import ROBIN, IdentityHarness, Story, mail_challenges

CHALLENGES = "/api/identity/sign-in-challenges"
BROWSER = "nonce-of-the-asking-browser"
ANOTHER = "nonce-of-another-browser"


async def ask(identity: IdentityHarness, address: str = ROBIN, browser: str = BROWSER) -> str:
    answer = await identity.http.post(CHALLENGES, json={"address": address, "browser": browser})
    assert answer.status_code == 202, answer.text
    await identity.work(mail_challenges)
    return str(answer.json()["challenge_id"])


async def redeem(identity: IdentityHarness, challenge: str, **proof: Any) -> Any:
    return await identity.http.post(f"{CHALLENGES}/{challenge}/redeem", json={"browser": BROWSER} | proof)


def problem(answer: Any) -> str:
    return str(answer.json()["type"])


@pytest.mark.rule("D19", "O42", "O43")
async def test_the_link_signs_in_the_browser_that_asked(identity: IdentityHarness) -> None:
    await identity.init()
    challenge = await ask(identity)
    (mail,) = await identity.mails(ROBIN)

    answer = await redeem(identity, challenge, token=mail.token)

    assert answer.status_code == 200
    assert answer.json()["user"]["address"] == ROBIN
    assert mail.link.startswith(f"https://portal.larkspur.example/sign-in/verify?c={challenge}&t=")
    (signed_in,) = await identity.events("user_signed_in")
    assert (signed_in["method"], signed_in["actor"]["address"], signed_in["actor"]["via"]) == ("link", ROBIN, "self")


@pytest.mark.rule("D19")
async def test_another_browser_with_the_link_is_asked_for_the_code(identity: IdentityHarness) -> None:
    await identity.init()
    challenge = await ask(identity)
    (mail,) = await identity.mails(ROBIN)

    without = await redeem(identity, challenge, browser=ANOTHER, token=mail.token)
    with_code = await redeem(identity, challenge, browser=ANOTHER, token=mail.token, code=mail.code)

    assert (without.status_code, problem(without)) == (409, "/problems/code-needed")
    assert with_code.status_code == 200


@pytest.mark.rule("D19")
async def test_another_browser_without_the_link_gets_nowhere_and_locks_nobody_out(identity: IdentityHarness) -> None:
    await identity.init()
    challenge = await ask(identity)
    (mail,) = await identity.mails(ROBIN)

    tries = [await redeem(identity, challenge, browser=ANOTHER, code=mail.code) for _ in range(6)]

    assert {answer.status_code for answer in tries} == {410}
    assert (await redeem(identity, challenge, code=mail.code)).status_code == 200


@pytest.mark.rule("D19")
async def test_five_wrong_codes_lock_the_challenge_for_the_right_one_too(identity: IdentityHarness) -> None:
    await identity.init()
    challenge = await ask(identity)
    (mail,) = await identity.mails(ROBIN)
    wrong = "000000" if mail.code != "000000" else "000001"

    answers = [await redeem(identity, challenge, code=wrong) for _ in range(5)]
    right = await redeem(identity, challenge, code=mail.code)

    assert [answer.json().get("attempts_left") for answer in answers] == [4, 3, 2, 1, None]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 409]
    assert (right.status_code, problem(right)) == (409, "/problems/challenge-locked")


@pytest.mark.rule("D19")
async def test_concurrent_guesses_do_not_give_more_attempts(identity: IdentityHarness) -> None:
    await identity.init()
    challenge = await ask(identity)
    (mail,) = await identity.mails(ROBIN)
    guesses = [code for code in (f"{n:06d}" for n in range(31)) if code != mail.code][:30]

    answers = await asyncio.gather(*(redeem(identity, challenge, code=code) for code in guesses))

    assert sum(answer.status_code == 422 for answer in answers) == 4
    assert {answer.status_code for answer in answers} == {422, 409}
    assert (await identity.sql("SELECT wrong_codes FROM sign_in_challenges"))[0]["wrong_codes"] == 5


@pytest.mark.rule("D19", "S10")
async def test_fifty_concurrent_redemptions_of_one_link_give_one_session(identity: IdentityHarness) -> None:
    await identity.init()
    challenge = await ask(identity)
    (mail,) = await identity.mails(ROBIN)

    answers = await asyncio.gather(*(redeem(identity, challenge, token=mail.token) for _ in range(50)))

    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 49
    assert len(await identity.sql("SELECT id FROM sessions")) == 1
    assert len(await identity.events("user_signed_in")) == 1


@pytest.mark.rule("D19", "S14")
async def test_opening_a_link_does_not_use_it(identity: IdentityHarness) -> None:
    await identity.init()
    challenge = await ask(identity)
    (mail,) = await identity.mails(ROBIN)

    for method in ("GET", "HEAD"):
        for _ in range(20):
            answer = await identity.http.request(method, f"{CHALLENGES}/{challenge}/redeem?t={mail.token}")
            assert answer.status_code == 405

    assert (await redeem(identity, challenge, token=mail.token)).status_code == 200


@pytest.mark.rule("D19")
async def test_a_challenge_is_good_for_ten_minutes_of_real_time(identity: IdentityHarness) -> None:
    await identity.init()
    young, old = await ask(identity), await ask(identity, browser=ANOTHER)
    first, second = await identity.mails(ROBIN)
    identity.move_clock(timedelta(days=30))
    await identity.sql("UPDATE sign_in_challenges SET expires_at = now() WHERE id = :id", id=old)

    kept = await redeem(identity, young, token=first.token)
    gone = await redeem(identity, old, browser=ANOTHER, token=second.token)

    assert kept.status_code == 200
    assert (gone.status_code, problem(gone)) == (410, "/problems/challenge-spent")


@pytest.mark.rule("D19", "S16")
async def test_an_unknown_address_gets_the_same_answer_and_no_mail(identity: IdentityHarness) -> None:
    await identity.init()

    known = await identity.http.post(CHALLENGES, json={"address": ROBIN, "browser": BROWSER})
    unknown = await identity.http.post(CHALLENGES, json={"address": "nobody@nowhere.example", "browser": BROWSER})
    at_answer = await identity.mails()
    await identity.work(mail_challenges)

    assert known.status_code == unknown.status_code == 202
    assert known.json().keys() == unknown.json().keys()
    assert at_answer == [], "whether anybody is there is looked up after the answer"
    assert [mail.address for mail in await identity.mails()] == [ROBIN]


@pytest.mark.rule("D19", "S16")
async def test_an_unknown_address_behaves_like_a_known_one_until_it_is_locked(identity: IdentityHarness) -> None:
    await identity.init()
    known, unknown = await ask(identity), await ask(identity, "nobody@elsewhere.example")

    for _ in range(7):
        answers = [await redeem(identity, challenge, code="000000") for challenge in (known, unknown)]

        assert answers[0].status_code == answers[1].status_code
        assert answers[0].json() == answers[1].json()
    assert problem(answers[1]) == "/problems/challenge-locked"
    others = [await redeem(identity, challenge, browser=ANOTHER, code="000000") for challenge in (known, unknown)]
    assert others[0].json() == others[1].json()


@pytest.mark.rule("D19")
async def test_a_newer_mail_ends_the_older_one_of_the_same_browser_alone(identity: IdentityHarness) -> None:
    await identity.init()
    older, newer = await ask(identity), await ask(identity)
    elsewhere = await ask(identity, browser=ANOTHER)
    first, second, third = await identity.mails(ROBIN)

    by_link, by_code = [await redeem(identity, older, **p) for p in ({"token": first.token}, {"code": first.code})]
    signed_in = await redeem(identity, newer, code=second.code)
    other = await redeem(identity, elsewhere, browser=ANOTHER, token=third.token)

    assert problem(by_link) == problem(by_code) == "/problems/challenge-spent"
    assert (signed_in.status_code, other.status_code) == (200, 200)


@pytest.mark.rule("D19")
async def test_of_many_requests_at_once_one_mail_works(identity: IdentityHarness) -> None:
    await identity.init()
    asked = {"address": ROBIN, "browser": BROWSER}
    answers = await asyncio.gather(*(identity.http.post(CHALLENGES, json=asked) for _ in range(8)))
    await identity.work(mail_challenges)
    codes = {mail.link.split("c=")[1].split("&")[0]: mail.code for mail in await identity.mails(ROBIN)}

    tried = [(await redeem(identity, id_, code=codes[id_])).status_code for id_ in codes]

    assert {answer.status_code for answer in answers} == {202}
    assert sorted(tried) == [200, *[410] * 7]


@pytest.mark.rule("S13")
@pytest.mark.parametrize("typed", ["ROBIN@larkspur.example", "Robin@LARKSPUR.example"])
async def test_an_address_is_compared_in_small_ascii_letters_and_mailed_as_it_was_proven(
    identity: IdentityHarness, typed: str
) -> None:
    await identity.init()

    await ask(identity, typed)

    assert [mail.address for mail in await identity.mails()] == [ROBIN]


@pytest.mark.rule("S13")
@pytest.mark.parametrize(
    "alike", ["rob\u0131n@larkspur.example", "r\u043ebin@larkspur.example", "ｒobin@larkspur.example"]
)
async def test_a_look_alike_address_is_refused(identity: IdentityHarness, alike: str) -> None:
    await identity.init()

    answer = await identity.http.post(CHALLENGES, json={"address": alike, "browser": BROWSER})

    assert answer.status_code == 422
    assert await identity.sql("SELECT id FROM sign_in_challenges") == []


@pytest.mark.rule("S08")
async def test_a_link_proves_nothing_for_another_challenge(identity: IdentityHarness) -> None:
    await identity.init()
    first, second = await ask(identity), await ask(identity, browser=ANOTHER)
    (mail, _) = await identity.mails(ROBIN)

    assert (await redeem(identity, second, browser=ANOTHER, token=mail.token)).status_code == 410
    assert (await redeem(identity, str(uuid4()), token=mail.token)).status_code == 410
    assert (await redeem(identity, first, token=mail.token)).status_code == 200


@pytest.mark.rule("S06")
async def test_a_tampered_token_is_refused(identity: IdentityHarness) -> None:
    await identity.init()
    challenge = await ask(identity)
    (mail,) = await identity.mails(ROBIN)
    last = "A" if mail.token[0] != "A" else "B"

    assert (await redeem(identity, challenge, token=last + mail.token[1:])).status_code == 410


@pytest.mark.rule("D30", "S07")
async def test_no_secret_is_kept_or_published_in_the_clear(story: Story) -> None:
    identity = story.identity
    secrets = [secret for mail in await identity.mails() for secret in (mail.token, mail.code) if secret]
    secrets += [person.session for person in (story.robin, story.ana, story.tom, story.jonas)]

    tables = await identity.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    stored = ""
    for table in tables:
        rows = await identity.sql(f"SELECT t::text AS row FROM {table['tablename']} t")
        stored += "\n".join(row["row"] for row in rows)

    assert len(secrets) > 10
    assert [secret for secret in secrets if len(secret) > 6 and secret in stored] == []
    codes = [mail.code for mail in await identity.mails() if mail.code]
    assert [code for code in codes if re.search(rf'["(,]{code}[",)]', stored)] == []


@pytest.mark.rule("S15")
async def test_an_address_may_ask_five_times_in_fifteen_minutes(start: Any) -> None:
    identity = await start(sign_ins_per_address=5)

    answers = [
        await identity.http.post(CHALLENGES, json={"address": address, "browser": BROWSER})
        for address in [ROBIN] * 5 + [ROBIN.upper(), "other@larkspur.example"]
    ]

    assert [answer.status_code for answer in answers] == [202] * 5 + [429, 202]
    assert 0 < int(answers[5].headers["Retry-After"]) <= 15 * 60
    await identity.sql("UPDATE sign_in_challenges SET created_at = created_at - interval '15 minutes'")
    again = await identity.http.post(CHALLENGES, json={"address": ROBIN, "browser": BROWSER})
    assert again.status_code == 202


@pytest.mark.rule("S15")
async def test_an_ip_address_may_ask_twenty_times_also_at_once(start: Any) -> None:
    identity = await start(sign_ins_per_network=20)

    answers = await asyncio.gather(*(
        identity.http.post(CHALLENGES, json={"address": f"person{n}@larkspur.example", "browser": BROWSER})
        for n in range(25)
    ))  # fmt: skip

    assert sorted(answer.status_code for answer in answers) == [202] * 20 + [429] * 5
