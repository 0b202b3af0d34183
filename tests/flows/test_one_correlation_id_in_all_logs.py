"""One correlation id is in the logs of all processes that work for an order, from the request to the mail."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from deploy.demo.person import PATIENCE_SECONDS
from deploy.waiting import eventually
from tests.flows.steps import order_body
from tests.harness.installation import Installation

CUSTOMER, OPS = "daniel@kestrel.example", "ops@meridian.example"
PORT = {"location": "ams", "speed_gbps": 10, "term_months": 12}


def lines_about(installed: Installation, correlation_id: str) -> Iterator[dict[str, Any]]:
    """Log lines of all processes with this correlation id."""
    for log in (installed.stack.directory / "log").glob("*.log"):
        for line in log.read_text(errors="replace").splitlines():
            if correlation_id in line and line.startswith("{"):
                yield json.loads(line)


async def test_the_logs_of_every_process_have_the_orders_correlation_id(installed: Installation) -> None:
    daniel = await installed.signed_in(CUSTOMER)
    body = await order_body(daniel, "port-10g", PORT)
    headers = await daniel._authorization() | {"Idempotency-Key": str(uuid4())}
    mails = len(await installed.mails(OPS))

    answer = await installed.site.http.post("/api/provisioning/orders", json=body, headers=headers)

    assert answer.status_code == 201, answer.text
    correlation_id = answer.headers["x-correlation-id"]

    async def mailed() -> bool:
        return len(await installed.mails(OPS)) > mails

    await eventually(mailed, "the partner's contact has its mail", seconds=PATIENCE_SECONDS)
    expected = {
        ("portal", "request.answered"),
        ("provisioning", "request.answered"),
        ("provisioning", "lease.given_back"),
        ("billing", "event.handled"),
        ("identity", "event.handled"),
        ("notifications", "event.handled"),
        ("notifications", "mail.attempted"),
    }

    def logged() -> bool:
        found = {(line.get("service"), line["event"]) for line in lines_about(installed, correlation_id)}
        return expected <= found

    await eventually(logged, f"all of {sorted(expected)}", seconds=20)
    handlers = {line.get("handler") for line in lines_about(installed, correlation_id)}
    assert {"price_order", "set_billing_clock", "email_admin_contacts"} <= handlers
