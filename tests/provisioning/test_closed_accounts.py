"""An account that is being closed orders nothing, and when it is closed everything that is there ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.provisioning.state_jobs import end_closed_accounts
from shared.copies import follow_workspaces
from shared.events.identity import WorkspaceClosed, WorkspaceClosing, WorkspaceEvent, WorkspaceKept
from tests.provisioning.harness import ProvisioningHarness, order_of, post
from tests.provisioning.living import API, Living
from tests.provisioning.parts import Whole
from tests.provisioning.test_acknowledging import acknowledge
from tests.provisioning.test_orders_to_approve import ORDERS, approve
from tests.provisioning.test_quoted_orders import a_line, accepted, hear
from tests.provisioning.test_renewing import ask

ON = datetime.now(UTC) + timedelta(days=30)
CLOSING = (409, "workspace-is-closing")


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("type", "").rsplit("/", 1)[-1]


async def hears(living: Living, kind: type[WorkspaceEvent], version: int = 2, **said: Any) -> None:
    """What identity says of the account."""
    here = living.admin.workspace_id
    event = kind(
        workspace_id=here, kind="customer", slug=str(here), display_name="Northwind", account_number="AC-1",
        connected=True, subject_version=version, **said,
    )  # fmt: skip
    async with living.provisioning.database.worker.begin() as session:
        await follow_workspaces(session, [event])


async def closing(living: Living, version: int = 2) -> None:
    await hears(living, WorkspaceClosing, version, closes_at=ON)


async def closed(living: Living, version: int = 9, since: datetime = ON) -> None:
    await hears(living, WorkspaceClosed, version, closes_at=since, closed=True, admins=())


async def end(living: Living) -> None:
    """Do all that is due, until nothing is."""
    while await end_closed_accounts(living.provisioning.worker()):
        await living.work()
    await living.work()


async def left(living: Living) -> list[str]:
    """The states of what has not ended."""
    query = text(
        "SELECT state FROM services WHERE workspace_id = :here AND state <> 'deleted' UNION ALL"
        " SELECT state FROM orders WHERE workspace_id = :here AND state LIKE 'awaiting%'"
    )
    async with living.provisioning.database.owner() as session:
        return list(await session.scalars(query, {"here": living.admin.workspace_id}))


@pytest.mark.rule("D27")
async def test_nothing_is_ordered_changed_or_renewed_while_an_account_is_being_closed(
    provisioning: ProvisioningHarness,
) -> None:
    living = await Living.open(provisioning)
    acknowledged = await provisioning.product(needs_acknowledgement=True)
    member = await living.somebody("member")
    waits = await provisioning.order(member, living.product)
    submitted = await provisioning.order(living.admin, acknowledged)
    await closing(living)

    answers = [
        await post(living.admin, ORDERS, order_of(living.product)),
        await post(member, ORDERS, order_of(living.product)),
        await post(living.admin, f"{API}/order-checks", order_of(living.product)),
        await approve(living.admin, waits),
        await acknowledge(provisioning.provider, submitted),
        await living.change(quantity=2),
        await ask(living, living.admin),
        await ask(living, living.admin, months=12),
    ]
    cancelled = await living.cancel("period_end")
    undone = await living.undo(cancelled.json()["id"])

    assert [told(answer) for answer in answers] == [CLOSING] * len(answers)
    assert (cancelled.status_code, undone.status_code) == (201, 200), "what is there goes on"
    await end(living)
    assert (await living.read())["state"] == "active"
    await hears(living, WorkspaceKept, 3)
    await closing(living)  # which comes late
    assert (await living.change(quantity=2)).status_code == 201
    assert (await approve(living.admin, waits)).status_code == 200
    assert await provisioning.broken() == []


async def test_a_quote_that_was_accepted_just_before_is_refused_by_line(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)
    event = accepted(living.admin, await a_line(provisioning, living.product, living.admin))
    await closing(living)

    await hear(provisioning, event)

    (refused,) = await provisioning.database.events("provisioning.quote_order_refused")
    assert refused["problem"] == "workspace-is-closing"


@pytest.mark.rule("D27", "P19")
async def test_all_services_of_a_closed_account_are_cancelled_with_their_add_ons_and_orders_withdrawn(
    provisioning: ProvisioningHarness,
) -> None:
    whole = await Whole.open(provisioning)
    add_on = await whole.added()
    other = await Living.open(provisioning)
    scheduled = (await whole.cancel("period_end")).json()
    waits = await provisioning.order(await whole.somebody("member"), whole.product)
    await closed(whole)

    await end(whole)

    assert await left(whole) == []
    assert ((await whole.read())["state"], (await add_on.read())["state"]) == ("deleted", "deleted")
    assert (await other.read())["state"] == "active", "of another account"
    states = [(await provisioning.read(whole.admin, order))["state"] for order in (scheduled, waits)]
    assert states == ["undone", "withdrawn"]
    ordered = await provisioning.database.events("provisioning.cancellation_ordered")
    assert {each["end_reason"] for each in ordered[1:]} == {"account_closed"}
    assert {each["actor"]["user_id"] for each in ordered[1:]} == {None}
    assert await whole.resources() == []
    assert await provisioning.broken() == []


async def test_what_slipped_in_or_failed_ends_as_well_and_a_late_event_changes_nothing(
    provisioning: ProvisioningHarness,
) -> None:
    living = await Living.open(provisioning, fail_at_step=2)
    failed = await living.read()
    slow = await provisioning.product(driver_options={"step_seconds": 0})
    await provisioning.order(living.admin, slow)
    await closed(living)
    await closing(living)

    await end_closed_accounts(provisioning.worker())
    during = await left(living)
    await living.work()
    await end(living)

    assert (failed["state"], sorted(during)) == ("failed", ["deleting", "requested"])
    assert await left(living) == []
    assert told(await post(living.admin, ORDERS, order_of(living.product))) == (403, "workspace-is-closed")
    assert await provisioning.broken() == []


async def test_it_is_noticed_if_a_service_works_on_for_more_than_a_day(provisioning: ProvisioningHarness) -> None:
    living = await Living.open(provisioning)

    await closed(living, since=datetime.now(UTC) - timedelta(days=2))

    assert [each for each in await provisioning.broken() if "was closed more than a day ago" in each]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(["order", "ask", "closing", "closed", "work", "end"]))
async def test_in_whatever_order_it_happens_nothing_is_left(
    provisioning: ProvisioningHarness, steps: list[str]
) -> None:  # fmt: skip
    living = await Living.open(provisioning)
    member = await living.somebody("member")
    for step in steps:
        match step:
            case "order":
                await post(living.admin, ORDERS, order_of(living.product))
            case "ask":
                await post(member, ORDERS, order_of(living.product))
            case "closing":
                await closing(living)
            case "closed":
                await closed(living)
            case "work":
                await living.work()
            case _:
                await end_closed_accounts(provisioning.worker())
    await living.work()
    await end(living)

    assert await left(living) == []
    assert await provisioning.broken() == []
