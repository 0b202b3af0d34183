"""Calls of a payment gateway and of API clients to billing, through the portal's pass-through."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr

from services.billing.gateways.simulator.adapter import SimulatedGateway
from services.billing.gateways.simulator.signing import SIGNATURE_HEADER
from services.portal.app import build
from tests.billing.gateway import event
from tests.billing.harness import RETURN_URL, BillingHarness
from tests.harness.sending import TransportSender
from tests.harness.services import Caller
from tests.portal.browsing import ORIGIN, settings

GATEWAY = SimulatedGateway(SecretStr("secret-of-the-gateway"), ORIGIN)
CALLBACK = "/api/billing/gateway-events"


@dataclass
class InFront:
    """A portal with billing behind it, and a customer with an open invoice."""

    billing: BillingHarness
    http: httpx.AsyncClient
    customer: UUID
    jonas: Caller
    invoice_id: UUID

    async def pay(self, **headers: str) -> httpx.Response:
        body = {"invoices": [{"invoice_id": str(self.invoice_id)}], "return_url": RETURN_URL}
        token = {"Authorization": self.jonas.http.headers["authorization"]}
        return await self.http.post("/api/billing/payments", json=body, headers=token | headers)

    async def callback(self) -> tuple[bytes, str]:
        """The gateway's callback about a payment that was begun, and its signature."""
        payment = (await self.pay(**{"Idempotency-Key": str(uuid4())})).json()
        received = event(payment, self.customer, "payment_succeeded")
        return GATEWAY.write_callback(received, now=datetime.now(UTC))

    async def status(self) -> str:
        [invoice] = await self.billing.invoices(self.customer)
        return str(invoice["status"])


@pytest.fixture
async def front(run) -> AsyncIterator[InFront]:  # type: ignore[no-untyped-def]
    billing = await BillingHarness.open(await run("billing", tax_percent=20))
    customer, invoice = await billing.invoiced()
    portal = build(settings(), TransportSender(httpx.ASGITransport(billing.running.app, raise_app_exceptions=False)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(portal), base_url=ORIGIN) as http:
        yield InFront(billing, http, customer, await billing.admin(customer), invoice["id"])


async def test_a_payment_gateways_signed_callback_pays_the_invoice(front: InFront) -> None:
    body, signature = await front.callback()
    headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature}

    answer = await front.http.post(CALLBACK, content=body, headers=headers)

    assert (answer.status_code, answer.content) == (204, b"")
    assert await front.status() == "paid"


async def test_a_callback_without_its_signature_or_with_another_body_is_refused(front: InFront) -> None:
    body, signature = await front.callback()

    unsigned = await front.http.post(CALLBACK, content=body)
    changed = await front.http.post(CALLBACK, content=body + b" ", headers={SIGNATURE_HEADER: signature})

    for answer in (unsigned, changed):
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "/problems/gateway-event-refused"
    assert await front.status() == "open"


@pytest.mark.rule("D22")
async def test_a_post_that_is_sent_twice_with_one_key_has_one_effect(front: InFront) -> None:
    key = {"Idempotency-Key": str(uuid4())}

    first, second, without = await front.pay(**key), await front.pay(**key), await front.pay()

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert without.status_code == 422


async def test_a_file_keeps_its_name_and_is_not_cached(front: InFront) -> None:
    token = {"Authorization": front.jonas.http.headers["authorization"]}

    answer = await front.http.get(f"/api/billing/invoices/{front.invoice_id}/pdf", headers=token)

    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert "no-store" in answer.headers["cache-control"]


async def test_a_retry_after_header_reaches_the_caller(front: InFront) -> None:
    identity = front.billing.running.identity
    newer = identity.token(**front.jonas.claims | {"gv": 2})
    identity.reachable = False  # so that the newer grants of the token cannot be fetched

    answer = await front.http.get("/api/billing/invoices", headers={"Authorization": f"Bearer {newer}"})

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
