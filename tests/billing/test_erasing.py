"""Billing forgets a person when they are erased, whatever arrives before or after it. What they agreed to stays."""

from itertools import permutations

import pytest

from services.billing import jobs
from shared.events.identity import UserErased, UserRegistered, UserUpdated
from shared.jobs import JobContext
from tests.billing.harness import BillingHarness
from tests.billing.quoting import line, requested
from tests.harness.scanning import tables_naming

ADDRESS, NAME = "tomasina@northwind.example", "Tomasina Quill"


@pytest.mark.rule("D27")
async def test_a_quote_keeps_what_was_agreed_without_who_asked_wrote_and_accepted(billing: BillingHarness) -> None:
    quote = await requested(billing)
    plan = await billing.plan(100_000, 10_000, field_prices={"cpu": 250}, term_months=12)
    await quote.ask("messages", body="When can we have it?")
    await quote.act("notes", body="They are in a hurry.")
    await quote.offer(line(plan))
    assert (await quote.accept(name=NAME)).status_code == 200

    for person in (quote.admin, billing.provider):
        await billing.hear(UserErased(workspace_id=quote.customer, user_id=person.user_id, subject_version=2))

    shown, staff = await quote.read(), await quote.seen_by_staff()
    assert shown["acceptance"] | {"name": "", "address": None} == shown["acceptance"]
    assert shown["acceptance"]["po_number"] == "4711"
    assert shown["requested_by_address"] == "", "somebody asked, it was not begun by staff"
    assert [(each["body"], each["written_by_address"]) for each in staff["messages"]] == [
        ("When can we have it?", None)
    ]
    assert [(each["body"], each["written_by_address"]) for each in staff["notes"]] == [("They are in a hurry.", None)]
    words = (quote.admin.address, billing.provider.address, NAME)
    assert await tables_naming(billing.running.database, *words) == []


@pytest.mark.rule("D27")
async def test_no_event_brings_a_copy_of_an_erased_person_back(billing: BillingHarness) -> None:
    for order in permutations(range(3)):
        customer = await billing.customer()
        admin = await billing.running.caller("admin", workspace_id=customer)
        about = {"workspace_id": billing.provider.workspace_id, "user_id": admin.user_id}
        called = about | {"address": ADDRESS, "display_name": NAME}
        events = (
            UserRegistered(**called), UserUpdated(**called, subject_version=9), UserErased(**about, subject_version=3),
        )  # fmt: skip

        await billing.hear(*(events[n] for n in order))
        runtime = billing.running.runtime
        await jobs.forget_erased_people_again(JobContext(runtime.worker_sessions, runtime.clock, runtime.settings))

        assert await tables_naming(billing.running.database, ADDRESS, NAME) == []
