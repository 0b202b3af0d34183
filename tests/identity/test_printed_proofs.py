"""A sign-in link that is printed instead of mailed: for the admins of the provider alone, and else like any other."""

from datetime import timedelta
from typing import Any

import pytest

from services.identity.jobs import mail_challenges
from services.identity.sign_in_challenges.printing import PrintedProof, print_proof
from tests.identity.harness import ANA, JONAS, ROBIN, TOM, IdentityHarness, Story

PORTAL = "https://portal.larkspur.example"
ANYWHERE = "nonce-of-some-browser"


async def printed(identity: IdentityHarness, address: str) -> PrintedProof | None:
    async with identity.runtime.worker_sessions.begin() as session:
        return await print_proof(session, PORTAL, address, identity.runtime.clock.real_now())


async def redeem(identity: IdentityHarness, proof: PrintedProof, *, link: bool = True, code: bool = True) -> Any:
    challenge, token = proof.link.removeprefix(f"{PORTAL}/sign-in/verify?c=").split("&t=")
    given = ({"token": token} if link else {}) | ({"code": proof.code} if code else {})
    path = f"/api/identity/sign-in-challenges/{challenge}/redeem"
    return await identity.http.post(path, json={"browser": ANYWHERE} | given)


@pytest.mark.rule("D19")
async def test_only_link_and_code_together_sign_in_and_only_once(identity: IdentityHarness) -> None:
    await identity.init()
    proof = await printed(identity, ROBIN.upper())
    assert proof is not None

    alone = [await redeem(identity, proof, code=False), await redeem(identity, proof, link=False)]
    both, again = await redeem(identity, proof), await redeem(identity, proof)

    assert [answer.status_code for answer in alone] == [409, 410]
    assert (both.status_code, both.json()["user"]["address"]) == (200, ROBIN)
    assert again.status_code == 410
    [signed_in] = await identity.events("user_signed_in")
    assert signed_in["actor"]["address"] == ROBIN


async def test_nothing_is_mailed_for_it_and_it_lives_as_long_as_a_mailed_one(identity: IdentityHarness) -> None:
    await identity.init()

    proof = await printed(identity, ROBIN)
    mailed = await identity.work(mail_challenges)

    assert proof is not None
    assert (mailed, await identity.mails()) == (0, [])
    [kept] = await identity.sql("SELECT expires_at - created_at AS life, ip FROM sign_in_challenges")
    assert (kept["life"], kept["ip"]) == (timedelta(minutes=10), "portico sign-in-link")


async def test_nobody_gets_one_who_is_no_admin_of_the_provider(story: Story) -> None:
    await story.robin.post("invitations", {"address": "kim@larkspur.example", "display_name": "Kim", "role": "support"})
    await story.identity.accept("kim@larkspur.example")

    found = [await printed(story.identity, address)
             for address in (ANA, TOM, JONAS, "kim@larkspur.example", "nobody@nowhere.example")]  # fmt: skip

    assert found == [None] * 5
    assert await printed(story.identity, ROBIN) is not None
