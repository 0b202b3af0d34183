"""Who works on behalf of an account reads its quotes, and answers none by accepting it."""

import pytest

from tests.billing.harness import PROVIDER, BillingHarness, key
from tests.billing.quoting import line, requested


@pytest.mark.rule("I7")
async def test_whoever_works_on_behalf_of_the_account_accepts_no_offer(billing: BillingHarness) -> None:
    quote = await requested(billing)
    await quote.offer(line(await billing.plan()))
    robin = await billing.running.caller(
        "admin", workspace_id=quote.customer, via="on_behalf", parent_workspace_id=PROVIDER
    )

    refused = await robin.http.post(
        f"/api/billing/quotes/{quote.id}/accept", json={"offer_version": 1, "name": "Robin Larkspur"}, headers=key()
    )

    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-on-behalf")
    assert (await quote.read())["state"] == "offered"
    assert (await quote.accept()).status_code == 200
