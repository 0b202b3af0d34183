"""Identity's keys are fetched once for all who wait for them, and what they have verified is kept while it is valid."""

import asyncio
import gc
import time
from uuid import UUID

import httpx
import pytest

from shared.auth.tokens import Claims, TokenVerifier
from shared.errors import Unavailable
from tests.harness.services import FakeIdentity

SOMEBODY = UUID(int=1)
CLAIMS = {
    "sub": str(SOMEBODY), "sid": str(UUID(int=2)), "adr": "jonas@northwind.example", "ws": str(UUID(int=3)),
    "wk": "customer", "pws": None, "via": "self", "gv": 1,
}  # fmt: skip


class SlowIdentity(FakeIdentity):
    """Answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.lets = 0, asyncio.Event()

    async def answer_late(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        await self.lets.wait()
        return self.answer(request)

    def verifier(self) -> TokenVerifier:
        transport = httpx.MockTransport(self.answer_late)
        return TokenVerifier("http://identity.example", httpx.AsyncClient(transport=transport))


async def waits(identity: SlowIdentity) -> None:
    while not identity.asked:
        await asyncio.sleep(0)


async def test_requests_that_need_a_key_share_one_fetch_and_the_one_that_began_it_may_go_away() -> None:
    identity = SlowIdentity()
    verifier = identity.verifier()
    first = asyncio.create_task(verifier.verify(identity.token(**CLAIMS)))
    await waits(identity)
    others = [asyncio.create_task(verifier.verify(identity.token(**CLAIMS, jti=str(number)))) for number in range(20)]
    await asyncio.sleep(0)

    first.cancel()
    await asyncio.wait([first])
    identity.lets.set()

    assert {claims.sub for claims in await asyncio.gather(*others)} == {SOMEBODY}
    assert identity.asked == 1


async def test_after_a_fetch_that_failed_the_next_request_asks_again() -> None:
    identity = SlowIdentity()
    identity.lets.set()
    verifier = identity.verifier()
    identity.reachable = False
    with pytest.raises(Unavailable):
        await verifier.verify(identity.token(**CLAIMS))

    identity.reachable = True

    assert (await verifier.verify(identity.token(**CLAIMS))).sub == SOMEBODY
    assert identity.asked == 2


async def test_tokens_that_have_expired_are_forgotten_when_the_next_one_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = SlowIdentity()
    identity.lets.set()
    verifier = identity.verifier()

    def remembered() -> int:
        return sum(isinstance(each, Claims) for each in gc.get_objects())

    before, expires_at = remembered(), int(time.time()) + 60
    for number in range(20):
        await verifier.verify(identity.token(**CLAIMS, jti=str(number), exp=expires_at))
    while_valid = remembered() - before
    monkeypatch.setattr(time, "time", lambda: expires_at + 1.0)
    await verifier.verify(identity.token(**CLAIMS, exp=expires_at + 60))

    assert (while_valid, remembered() - before) == (20, 1)
