"""A suspended workspace is read, and its invoices are paid. Everything else is refused by the guard of every route."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.identity.tokens.service import READING
from shared.auth.permissions import open_while_suspended, table
from shared.auth.routes import SAFE_METHODS, Allow
from shared.clock import Clock
from shared.copies import follow_workspaces
from shared.events import Actor, Via
from shared.events.identity import (
    WorkspaceClosed,
    WorkspaceEvent,
    WorkspaceReinstated,
    WorkspaceSuspended,
    WorkspaceUpdated,
)
from shared.outbox import Cause, transaction
from tests.authorisation.matrix import GUARDS
from tests.harness.services import Caller, Running

Run = Callable[..., Awaitable[Running]]
LISTING, PLANS = "/api/billing/invoices", "/api/billing/payment-methods/auto-pay"
PAYING, CHANGING = "/api/billing/payments", f"/api/billing/bill-groups/{uuid4()}/profile"
SUSPENDED = "/problems/workspace-is-suspended"


def state(workspace_id: UUID, version: int, parent: UUID, kind: str = "customer", **said: Any) -> WorkspaceEvent:
    """The workspace, suspended if ``reason`` says why."""
    fields = {"workspace_id": workspace_id, "parent_workspace_id": parent, "kind": kind, "slug": f"w-{workspace_id}",
              "display_name": "W", "account_number": "AC-1", "connected": True, "subject_version": version}  # fmt: skip
    if "reason" in said:
        return WorkspaceSuspended(**fields, suspended=True, suspended_by="Larkspur", **said)
    return WorkspaceReinstated(**fields, reinstated_by="Larkspur") if said else WorkspaceUpdated(**fields)


async def hear(running: Running, *events: WorkspaceEvent) -> None:
    async with transaction(running.database.worker, Cause(Actor(), Clock().now())) as session:
        await follow_workspaces(session, events)


async def refusals(running: Running, caller: Caller, **claims: Any) -> tuple[bool, bool, bool]:
    """Whether reading, paying and another change are refused because of a suspension."""
    token = running.identity.token(**(caller.claims | claims))
    http = running.http(authorization=f"Bearer {token}", **{"Idempotency-Key": str(uuid4())})
    answers = [
        await http.get(LISTING),
        await http.post(PAYING, json={}),
        await http.put(CHANGING, json={"po_number": "PO-1"}),
    ]
    read, paid, changed = (answer.json().get("type") == SUSPENDED if answer.is_error else False for answer in answers)
    return read, paid, changed


async def test_a_suspended_workspace_is_read_and_paid_for_and_nothing_else(run: Run) -> None:
    running, parent = await run("billing"), uuid4()
    caller = await running.caller("admin", parent_workspace_id=parent)
    await hear(running, state(caller.workspace_id, 1, parent))
    before = await refusals(running, caller)

    await hear(running, state(caller.workspace_id, 2, parent, reason="Unpaid."))
    suspended = await refusals(running, caller)
    await hear(running, state(caller.workspace_id, 3, parent, ended=True))

    assert before == (False, False, False)
    assert suspended == (False, False, True)
    assert await refusals(running, caller) == (False, False, False)


@pytest.mark.rule("D27")
async def test_a_closed_account_is_bound_like_a_suspended_workspace_for_good_and_says_so(run: Run) -> None:
    running, parent = await run("billing"), uuid4()
    caller = await running.caller("admin", parent_workspace_id=parent)
    about = state(caller.workspace_id, 5, parent).model_dump(include=set(WorkspaceEvent.model_fields) - {"event_id"})
    await hear(running, WorkspaceClosed(**about | {"closes_at": Clock().real_now(), "closed": True, "admins": ()}))
    await hear(running, state(caller.workspace_id, 4, parent, ended=True))  # which comes late
    http = running.http(authorization=f"Bearer {running.identity.token(**caller.claims)}")

    read, changed = await http.get(LISTING), await http.put(CHANGING, json={"po_number": "PO-1"})

    assert read.status_code == 200
    assert (changed.status_code, changed.json()["type"]) == (403, "/problems/workspace-is-closed")
    assert await refusals(running, caller, wv=9, sus=True) == (False, False, False), "it says that it is closed"


@pytest.mark.rule("D29")
@pytest.mark.parametrize(("wv", "sus", "refused"), [(3, False, False), (2, False, True), (1, False, True)])
async def test_the_newer_of_the_copy_and_the_token_counts_when_a_suspension_ends(
    run: Run, wv: int, sus: bool, refused: bool
) -> None:
    running, parent = await run("billing"), uuid4()
    caller = await running.caller("admin", parent_workspace_id=parent)
    await hear(running, state(caller.workspace_id, 2, parent, reason="Unpaid."))

    assert await refusals(running, caller, wv=wv, sus=sus) == (False, False, refused)


@pytest.mark.rule("D29")
@pytest.mark.parametrize(("wv", "refused"), [(3, True), (2, False), (1, False)])
async def test_the_newer_of_the_copy_and_the_token_counts_when_a_suspension_begins(
    run: Run, wv: int, refused: bool
) -> None:
    running, parent = await run("billing"), uuid4()
    caller = await running.caller("admin", parent_workspace_id=parent)
    await hear(running, state(caller.workspace_id, 2, parent))

    assert await refusals(running, caller, wv=wv, sus=True) == (False, False, refused)


@pytest.mark.parametrize(("kind", "bound"), [("partner", True), ("provider", False)])
async def test_work_on_behalf_from_a_partner_only_reads_and_from_the_provider_goes_on(
    run: Run, kind: str, bound: bool
) -> None:
    running, parent = await run("billing"), uuid4()
    caller = await running.caller("admin", parent_workspace_id=parent, via="on_behalf")
    await hear(running, state(parent, 1, uuid4(), kind))
    await hear(running, state(caller.workspace_id, 2, parent, reason="Unpaid."))

    assert await refusals(running, caller) == (False, bound, bound)


@pytest.mark.parametrize("name", [name for name, guard in GUARDS.items() if isinstance(guard, Allow)])
def test_only_a_permission_that_the_table_names_changes_a_suspended_workspace(name: str) -> None:
    guard = GUARDS[name]
    assert isinstance(guard, Allow)
    changes = name.partition(" ")[0] not in SAFE_METHODS
    is_offered = guard.permission.rpartition(".")[2] in READING  # as tokens name it while the workspace is suspended

    assert guard.is_open_while_suspended() == (guard.permission in open_while_suspended(Via.own))
    for via in (Via.own, Via.on_behalf):
        assert not (changes and is_offered) or guard.is_open_while_suspended(via), "pages would offer what is refused"


def test_what_stays_open_is_in_the_permission_table_and_less_on_behalf() -> None:
    own, on_behalf = open_while_suspended(Via.own), open_while_suspended(Via.on_behalf)

    assert own == on_behalf | {"invoice.pay", "payment_method.manage", "workspace.close", "workspace.export"}
    assert on_behalf == {"session.own", "preference.edit", "licence.view"}
    assert open_while_suspended(Via.preview) == {"session.own"}
    assert own <= table().keys()
    assert open_while_suspended(Via.token) == set()
