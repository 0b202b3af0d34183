"""Quotes: from a customer's wish to the orders (I7)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.billing import jobs
from shared.events.provisioning import QuoteOrderRefused
from tests.billing.harness import BillingHarness, key
from tests.billing.quoting import ALL, MINE, WISH, Quoted, line, requested

pytestmark = pytest.mark.rule("I7")


async def refusal(answer: Any) -> str:
    assert answer.status_code == 409, answer.text
    return str(answer.json()["type"]).removeprefix("/problems/")


async def test_a_wish_becomes_an_offer_that_adds_up_and_is_accepted_with_its_document(billing: BillingHarness) -> None:
    quote = await requested(billing)
    plan = await billing.plan(100_000, 10_000, field_prices={"cpu": 250}, term_months=12)
    assert (await quote.read())["wish"] == WISH

    offer = await quote.offer(line(plan), line(plan, quantity=1, recurring_minor=333, one_off_minor=0), terms="Net.")

    first, second = offer["lines"]
    assert (first["unit_minor"], first["net_minor"], first["once_net_minor"]) == (81_000, 162_000, 10_000)
    assert (second["net_minor"], second["term_months"]) == (1_333, 12)
    [monthly] = offer["recurring"]
    assert monthly["net_minor"] == first["net_minor"] + second["net_minor"]
    assert monthly["tax_minor"] == first["tax_minor"] + second["tax_minor"]
    parts = (monthly["net_minor"], monthly["tax_minor"], offer["once_net_minor"], offer["once_tax_minor"])
    assert offer["gross_minor"] == sum(parts)
    assert (offer["document"], offer["state"], offer["terms"]) == ("ready", "open", "Net.")
    pdf = await quote.admin.http.get(f"{MINE}/{quote.id}/pdf")
    assert pdf.content.startswith(b"%PDF")
    assert (await billing.provider.http.get(f"{ALL}/{quote.id}/pdf")).content == pdf.content


async def test_an_acceptance_keeps_its_document_and_each_line_is_ordered_once(billing: BillingHarness) -> None:
    quote = await requested(billing)
    plan = await billing.plan(100_000, 10_000, field_prices={"cpu": 250}, term_months=12)
    plain = line(plan, quantity=1, recurring_minor=333, one_off_minor=0, field_prices={})
    offer = await quote.offer(line(plan), plain)

    accepted = await quote.accept()

    assert accepted.status_code == 200, accepted.text
    [event] = await quote.events("quote_accepted")
    [stored] = await billing.rows("SELECT sha256 FROM quote_offers WHERE quote_id = :q", q=UUID(quote.id))
    assert event["document_sha256"] == stored["sha256"] is not None
    assert [(each["plan_version_id"], each["quantity"]) for each in event["lines"]] == [
        (each["plan_version_id"], each["quantity"]) for each in offer["lines"]
    ]
    acceptance = (await quote.read())["acceptance"]
    assert (acceptance["name"], acceptance["po_number"], acceptance["sha256"]) == ("Jonas Weber", "4711",
                                                                                   stored["sha256"])  # fmt: skip

    placed = [quote.placed(each) for each in offer["lines"]]
    await billing.hear(placed[0])
    assert (await quote.read())["state"] == "accepted"
    await billing.hear(placed[1], placed[0])
    done = await quote.read()
    assert (done["state"], [each["order_id"] for each in done["offer"]["lines"]]) == (
        "ordered", [str(each.order_id) for each in placed])  # fmt: skip
    [ordered] = await quote.events("quote_ordered")
    assert ordered["orders"] == [str(each.order_id) for each in placed]
    started = await billing.rows("SELECT recurring_minor, quantity FROM subscriptions WHERE workspace_id = :w"
                                 " ORDER BY quantity DESC", w=quote.customer)  # fmt: skip
    assert [(each["recurring_minor"], each["quantity"]) for each in started] == [(80_000, 2), (333, 1)]
    assert await billing.verify() == []


async def test_prices_of_one_customer_are_shown_to_nobody_else(billing: BillingHarness) -> None:
    quote = await requested(billing)
    plan = await billing.plan()
    offer = await quote.offer(line(plan, recurring_minor=1))
    private = offer["lines"][0]["plan_version_id"]
    stranger = await billing.admin(await billing.customer())

    for caller in (quote.admin, stranger, billing.provider):
        listed = (await caller.http.get("/api/billing/plans?limit=200")).json()["items"]
        assert private not in {each["plan_version_id"] for each in listed}
    product = offer["lines"][0]["product_id"]
    histories = (await billing.provider.http.get(f"/api/billing/plans/of-products/{product}")).json()
    assert private not in {version["id"] for each in histories for version in each["versions"]}
    previewed = f"/api/billing/price-previews?plan_version_id={private}"
    assert (await stranger.http.get(previewed)).status_code == 404
    assert (await quote.admin.http.get(previewed)).status_code == 200
    [event] = [each for each in await billing.running.database.events("billing.plan_published")
               if each["plan_version_id"] == private]  # fmt: skip
    assert event["offered_to"] == str(quote.customer)


async def test_prices_of_one_customer_cannot_be_offered_withdrawn_quoted_or_published_anew(
    billing: BillingHarness,
) -> None:
    quote = await requested(billing)
    offer = await quote.offer(line(await billing.plan()))
    mine = offer["lines"][0]
    [plan] = await billing.rows("SELECT p.* FROM plans p JOIN plan_versions v ON v.plan_id = p.id WHERE v.id = :v",
                                v=UUID(mine["plan_version_id"]))  # fmt: skip
    staff = billing.provider.http

    for verb in ("offer", "withdraw"):
        assert (await staff.post(f"/api/billing/plans/{plan['id']}/{verb}")).status_code == 404
    again = {"product_id": mine["product_id"], "display_name": plan["display_name"], "currency": "EUR",
             "recurring_minor": 5}  # fmt: skip
    taken = await staff.post("/api/billing/plans", json=again, headers=key())
    assert await refusal(taken) == "plan-name-taken"
    other = await requested(billing)
    refused = await other.draft(line(UUID(mine["plan_version_id"])))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/lines/0/plan_version_id"


async def test_only_the_newest_offer_is_accepted_and_a_revised_one_is_superseded(billing: BillingHarness) -> None:
    quote = await requested(billing)
    plan = await billing.plan()
    await quote.offer(line(plan))

    assert (await quote.act("revise")).status_code == 200
    assert (await quote.read())["offer"]["state"] == "superseded"
    assert await refusal(await quote.accept()) == "quote-not-open"
    second = await quote.offer(line(plan, recurring_minor=70_000))

    assert (second["version"], second["number"].rpartition("-")[2]) == (2, "2")
    assert await refusal(await quote.accept(1)) == "another-offer"
    assert (await quote.accept(2)).status_code == 200
    [event] = await quote.events("quote_accepted")
    assert event["lines"][0]["plan_version_id"] == second["lines"][0]["plan_version_id"]


async def test_what_is_drafted_and_noted_is_never_told_to_the_customer(billing: BillingHarness) -> None:
    quote = await requested(billing)
    plan = await billing.plan()
    await quote.draft(line(plan, display_name="Secret name", recurring_minor=4_242), terms="Secret terms")
    assert (await quote.act("notes", body="Secret note")).status_code == 201
    assert (await quote.act("messages", body="We are looking at it.")).status_code == 201

    for path in (f"{MINE}/{quote.id}", MINE):
        text = (await quote.admin.http.get(path)).text
        assert "Secret" not in text
        assert "4242" not in text
    assert [each["body"] for each in (await quote.read())["messages"]] == ["We are looking at it."]
    assert (await quote.admin.http.get(f"{ALL}/{quote.id}")).status_code == 403
    staff = await quote.seen_by_staff()
    assert [each["body"] for each in staff["notes"]] == ["Secret note"]
    for table in ("quote_notes", "quote_drafts"):
        async with billing.working(quote.customer) as session:
            [row] = await billing.rows(f"SELECT workspace_id FROM {table}")
            assert row["workspace_id"] != quote.customer, session
    for event in ("quote_message_written", "quote_drafted"):
        assert "Secret" not in str(await quote.events(event))


async def test_a_draft_that_somebody_else_changed_is_neither_overwritten_nor_offered(billing: BillingHarness) -> None:
    quote = await requested(billing)
    plan = await billing.plan()
    assert (await quote.draft(line(plan), version=0)).status_code == 200

    assert await refusal(await quote.draft(line(plan, quantity=3), version=0)) == "draft-changed"
    assert (await quote.draft(line(plan, quantity=3), version=1)).status_code == 200
    assert await refusal(await quote.act("offer", draft_version=1)) == "draft-changed"
    assert (await quote.act("offer", draft_version=2)).status_code == 200


async def test_an_offer_needs_lines_and_a_last_day_to_come(billing: BillingHarness) -> None:
    quote = await requested(billing)
    plan = await billing.plan()
    for lines, days in (((), 30), ((line(plan),), -1), ((line(plan),), 400)):
        drafted = (await quote.draft(*lines, days=days)).json()
        assert await refusal(await quote.act("offer", draft_version=drafted["version"])) == "nothing-to-offer"
    huge = line(plan, recurring_minor=10**12, quantity=1000)
    drafted = (await quote.draft(huge, huge)).json()
    assert await refusal(await quote.act("offer", draft_version=drafted["version"])) == "too-much-money"


async def test_an_offer_is_accepted_on_its_last_day_reminded_of_once_and_then_over(billing: BillingHarness) -> None:
    quote = await requested(billing)
    await quote.offer(line(await billing.plan()), days=10)
    short = await requested(billing)
    await short.offer(line(await billing.plan()), days=3)

    for _ in range(2):
        await jobs.end_offers(billing.job)
    assert await quote.events("quote_expiring") == []
    billing.move_to(billing.now + timedelta(days=4))
    for _ in range(2):
        await jobs.end_offers(billing.job)
    assert len(await quote.events("quote_expiring")) == 1
    assert await short.events("quote_expiring") == []
    assert ((await short.read())["state"], (await quote.read())["state"]) == ("expired", "offered")

    billing.move_to(billing.now + timedelta(days=6))
    await jobs.end_offers(billing.job)
    assert (await quote.read())["state"] == "offered"
    billing.move_to(billing.now + timedelta(days=1))
    assert await refusal(await quote.accept()) == "offer-has-ended"
    await jobs.end_offers(billing.job)
    assert (await quote.read())["state"] == "expired"
    assert (await quote.act("revise")).status_code == 200


async def test_of_an_acceptance_a_withdrawal_and_a_revision_at_once_one_counts(billing: BillingHarness) -> None:
    for _ in range(4):
        quote = await requested(billing)
        await quote.offer(line(await billing.plan()))

        answers = await asyncio.gather(
            quote.accept(), quote.act("withdraw", reason="Sold out"), quote.act("revise"),
            quote.ask("decline", offer_version=1, reason="Too dear"),
        )  # fmt: skip

        ended = [*await quote.events("quote_accepted"), *await quote.events("quote_declined")]
        state = (await quote.read())["state"]
        assert all(each.status_code in (200, 409) for each in answers)
        assert state in ("accepted", "withdrawn", "draft", "declined")
        if state == "accepted":
            assert [each.status_code for each in answers] == [200, 409, 409, 409]
        assert len(ended) <= 1


async def test_the_same_acceptance_sent_twice_is_one(billing: BillingHarness) -> None:
    quote = await requested(billing)
    await quote.offer(line(await billing.plan()))
    body = {"offer_version": 1, "name": "Jonas Weber"}
    same = key()

    answers = [await quote.admin.http.post(f"{MINE}/{quote.id}/accept", json=body, headers=same) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 200]
    assert len(await quote.events("quote_accepted")) == 1


async def test_only_what_is_printed_can_be_accepted(billing: BillingHarness) -> None:
    quote = await requested(billing)
    offer = await quote.offer(line(await billing.plan()), printed=False)
    assert offer["document"] == "printing"
    assert await refusal(await quote.accept()) == "offer-being-printed"
    assert (await quote.admin.http.get(f"{MINE}/{quote.id}/pdf")).status_code == 409
    await jobs.print_offers(billing.job)
    assert (await quote.accept()).status_code == 200


async def test_an_accepted_quote_that_cannot_be_ordered_says_why_and_is_tried_again(billing: BillingHarness) -> None:
    quote = await requested(billing)
    offer = await quote.offer(line(await billing.plan()))
    await quote.accept()
    assert await refusal(await quote.act("order-again")) == "quote-not-open"
    number = (await quote.read())["number"]
    about = {"workspace_id": quote.customer, "quote_id": UUID(quote.id), "number": number, "subject_version": 1}
    await billing.hear(QuoteOrderRefused(**about, display_name="Uplink Hamburg", problem="no-room"))
    assert ((await quote.read())["state"], (await quote.read())["order_failure"]) == ("accepted", "no-room")

    assert (await quote.act("order-again")).status_code == 200

    [again], [first] = await quote.events("quote_order_retried"), await quote.events("quote_accepted")
    assert (again["lines"], again["accepted_by"]) == (first["lines"], str(quote.admin.user_id))
    assert (await quote.read())["order_failure"] is None
    await billing.hear(quote.placed(offer["lines"][0]))
    assert (await quote.read())["state"] == "ordered"
    assert await billing.verify() == []


async def test_a_wish_is_taken_back_until_something_is_offered(billing: BillingHarness) -> None:
    quote, other = await requested(billing), await requested(billing)
    await quote.offer(line(await billing.plan()))
    assert await refusal(await quote.ask("withdraw")) == "quote-not-open"
    assert (await other.ask("withdraw")).status_code == 200
    [event] = await other.events("quote_withdrawn")
    assert (event["by"], event["reason"]) == ("customer", "")
    assert await refusal(await other.draft(line(await billing.plan()))) == "quote-not-open"


async def test_staff_begin_a_quote_for_a_customer_and_nobody_else_reads_it(billing: BillingHarness) -> None:
    customer = await billing.customer()
    begun = await billing.provider.http.post(f"{ALL}/of-customers/{customer}", json={}, headers=key())
    quote = Quoted(billing, customer, await billing.admin(customer), begun.json()["id"])
    await quote.offer(line(await billing.plan()))
    stranger = await billing.admin(await billing.customer())

    assert (await quote.read())["requested_by_address"] is None
    assert (await stranger.http.get(f"{MINE}/{quote.id}")).status_code == 404
    body = {"offer_version": 1, "name": "Mallory"}
    accepted = await stranger.http.post(f"{MINE}/{quote.id}/accept", json=body, headers=key())
    assert accepted.status_code == 404
    unknown = await billing.provider.http.post(f"{ALL}/of-customers/{uuid4()}", json={}, headers=key())
    assert unknown.status_code == 404
    listed = (await billing.provider.http.get(f"{ALL}?state=offered")).json()["items"]
    assert [each["customer_name"] for each in listed if each["id"] == quote.id] == ["Northwind Logistics"]
