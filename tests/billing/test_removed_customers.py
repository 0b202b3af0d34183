"""What becomes of the bill groups of a customer that its parent removed."""

from uuid import uuid4

import pytest

from shared.errors import NotYetKnown
from shared.events.identity import WorkspaceRemoved
from tests.billing.harness import BillingHarness


async def test_the_bill_groups_of_a_removed_customer_are_closed_and_told_once(billing: BillingHarness) -> None:
    customer = await billing.customer()
    await billing.bill_group(customer, "USD")
    facts = billing.workspace(customer).model_dump(exclude={"event_id", "subject_version", "slug"})
    removed = WorkspaceRemoved(**facts, slug="removed-1a2b3c", subject_version=2)

    await billing.hear(removed)
    await billing.hear(removed.model_copy(update={"event_id": uuid4()}))

    groups = await billing.rows("SELECT is_closed, portal_on FROM bill_groups WHERE workspace_id = :w", w=customer)
    assert [tuple(group.values()) for group in groups] == [(True, False)] * 2
    told = await billing.events("bill_group_updated", customer)
    assert [(each["is_closed"], each["portal_on"]) for each in told] == [(True, False)] * 2
    [copy] = await billing.rows("SELECT slug, version FROM workspace_copies WHERE id = :w", w=customer)
    assert tuple(copy.values()) == ("removed-1a2b3c", 2)
    assert await billing.verify() == []


async def test_a_customer_that_is_removed_before_its_creation_arrives_waits_for_it(billing: BillingHarness) -> None:
    customer = uuid4()
    facts = billing.workspace(customer).model_dump(exclude={"event_id", "subject_version"})

    with pytest.raises(NotYetKnown):
        await billing.hear(WorkspaceRemoved(**facts, subject_version=2))
