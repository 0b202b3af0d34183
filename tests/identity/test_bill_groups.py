"""Identity's copy of bill groups."""

from typing import Any
from uuid import UUID, uuid4

from services.identity.handlers import copy_bill_group
from shared.events.billing import BillGroupCreated, BillGroupUpdated
from tests.identity.harness import Story

GROUPS = "SELECT display_name, is_default, is_closed, portal_on, has_contract, owes, version FROM bill_groups"


async def test_the_newest_state_of_a_bill_group_is_kept_whatever_arrives_last(story: Story) -> None:
    known: dict[str, Any] = {"workspace_id": UUID(story.northwind), "bill_group_id": uuid4(), "currency": "EUR"}
    created = BillGroupCreated(**known, display_name="Berlin", is_default=True)
    states = {"is_closed": True, "portal_on": False, "paying_on": True, "has_contract": True, "owes": True}
    updated = BillGroupUpdated(**known, display_name="Potsdam", is_default=False, subject_version=2, **states)

    await story.identity.hear(copy_bill_group, created)
    first = await story.identity.sql(GROUPS)
    for event in (updated, created):
        await story.identity.hear(copy_bill_group, event)

    assert [tuple(row.values()) for row in first] == [("Berlin", True, False, True, False, False, 1)]
    found = await story.identity.sql(GROUPS)
    assert [tuple(row.values()) for row in found] == [("Potsdam", False, True, False, True, True, 2)]
