"""Worlds and requests in which each logged operation has something to change."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from tests.authorisation.business import drawn
from tests.authorisation.callers import CUSTOMER, PROVIDER, Caller
from tests.authorisation.deeds import changed, scheduled
from tests.authorisation.entries import Body, Entry
from tests.authorisation.holders_operations import a_holder_below
from tests.authorisation.logged import LOGGED
from tests.authorisation.world import World


def _another_workspace(world: World, caller: Caller, _: str | None) -> Body:
    return {"workspace": "tidewater" if caller.workspace != "tidewater" else "fernhill"}


def _subscription(n: int, world: World, _: str | None) -> Mapping[str, str]:
    """One of Northwind, which has two bill groups."""
    here = world.tree.ids[CUSTOMER]
    found = [row.id for row in world.rows["subscriptions"] if row.workspace_id == here]
    return {"workspace_id": str(here), "subscription_id": found[n]}


def _another_group(n: int, world: World, caller: Caller, _: str | None) -> Body:
    """The bill group in which that subscription is not."""
    wanted = _subscription(n, world, None)["subscription_id"]
    [now_in] = [row.bill_group_id for row in world.rows["subscriptions"] if row.id == wanted]
    return {"bill_group_id": next(str(group) for group in world.bill_groups.values() if group != now_in)}


def _with_credit(world: World, _: str | None) -> Mapping[str, str]:
    here = world.tree.ids["fernhill"]
    [group] = [row.bill_group_id for row in world.rows["bill groups"] if row.workspace_id == here]
    return {"workspace_id": str(here), "bill_group_id": str(group)}


def _logo(world: World, caller: Caller, _: str | None) -> Any:
    return drawn()


def _fernhill(world: World, _: str | None) -> Mapping[str, str]:
    """The provider's own customer, which nobody works in on behalf."""
    return {"workspace_id": str(world.tree.ids["fernhill"])}


def _primary_of_northwind(world: World, _: str | None) -> Mapping[str, str]:
    return {"workspace_id": str(world.tree.ids[CUSTOMER]), "slot": "primary"}


def _to_a_partner(world: World, caller: Caller, _: str | None) -> Body:
    return {"to_workspace_id": str(world.tree.ids["tidewater"]), "reason": "The partner knows the trade."}


EXAMPLES: dict[str, tuple[Entry, ...]] = {
    "PUT /identity/branding/logo": (Entry(body=_logo),),
    "PUT /identity/suspensions/{workspace_id}": (
        Entry(path=_fernhill, body={"reason": "Unpaid."}, refusals=frozenset({"not-found"})),
    ),
    "DELETE /identity/suspensions/{workspace_id}": (Entry(path=_fernhill, refusals=frozenset({"not-found"})),),
    "PUT /identity/holders/below/{workspace_id}/slots/{slot}": (
        Entry(path=_primary_of_northwind, body=a_holder_below, refusals=frozenset({"not-found"})),
    ),
    "PUT /identity/moves/below/{workspace_id}": (Entry(path=_fernhill, body=_to_a_partner),),
    "POST /identity/access-requests": (Entry(body=_another_workspace, refusals=frozenset({"user-already"})),),
    "PUT /identity/links/of-parent/admins": (
        Entry(body={"may_enter": False}, refusals=frozenset({"only-own-users", "nobody-above"})),
    ),
    "PATCH /identity/links/{link_id}": (
        Entry("links", body={"role": "read_only"}), Entry("links", body={"role": "support"}),
    ),
    "POST /billing/customers/{workspace_id}/subscriptions/{subscription_id}/move": tuple(
        Entry(path=partial(_subscription, n), body=partial(_another_group, n), refusals=frozenset({"not-movable"}))
        for n in range(2)
    ),
    "POST /billing/customers/{workspace_id}/bill-groups/{bill_group_id}/credit-refunds": (
        Entry(body={"amount_minor": 1}, path=_with_credit),
    ),
}  # fmt: skip
"""Where the table's own example changes nothing."""


def _in_identity(world: World, now: datetime) -> dict[str, AbstractAsyncContextManager[None]]:
    site = world.installation["identity"]
    return {
        "POST /identity/me/workspaces/{workspace_id}/default": changed(
            site, "users", default_workspace_id=world.tree.ids["pinecrest"]
        ),
        "POST /identity/closings/own/keep": changed(
            site,
            "workspaces",
            "slug = 'northwind'",
            "workspace_id",
            closing_asked_at=now,
            closing_asked_by=world.user_id(Caller(CUSTOMER, "admin")),
            closes_at=now + timedelta(days=30),
        ),
        "DELETE /identity/suspensions/{workspace_id}": changed(
            site,
            "workspaces",
            "slug = 'fernhill'",
            "workspace_id",
            suspended_at=now,
            suspension_reason="Unpaid.",
            suspended_from=world.tree.ids[PROVIDER],
            suspended_by=world.user_id(Caller(PROVIDER, "admin")),
        ),
    }


def prepared(world: World, name: str) -> AbstractAsyncContextManager[None]:
    """A world in which the operation of this name has something to change."""
    here, now = world.installation, datetime.now(UTC)
    waiting = {"verb": "diagnose", "order_id": None, "state": "queued", "due_at": now}
    term = {"term_months": 12, "at_term_end": "renew"}
    changes: dict[str, AbstractAsyncContextManager[None]] = {
        **{
            f"{each}": changed(here["billing"], "subscriptions", **term) for each in LOGGED if "/subscriptions/" in each
        },
        "POST /provisioning/cancellations/{order_id}/undo": scheduled(here["provisioning"]),
        "POST /provisioning/add-ons/cancellations/{order_id}/undo": scheduled(here["provisioning"]),
        "POST /provisioning/suspensions/{service_id}/end": changed(
            here["provisioning"], "services", "state <> 'provisioning'", state="suspended", suspended_for=["customer"]
        ),
        "POST /provisioning/credentials": changed(here["provisioning"], "services", "kind <> 'asset'", kind="node"),
        "POST /provisioning/customers/{workspace_id}/licences/{licence_id}/reinstate": changed(
            here["provisioning"], "licences", revoked_at=now, revoked_for="No."
        ),
        "POST /provisioning/hosts/{host_id}/end-maintenance": changed(
            here["provisioning"], "hosts", in_maintenance=True
        ),
        **_in_identity(world, now),
        "PUT /billing/payment-methods/{method_id}/default": changed(
            here["billing"], "payment_methods", is_default=False
        ),
        "DELETE /billing/payment-methods/{method_id}": changed(here["billing"], "payment_methods", is_default=False),
        "POST /billing/payments": changed(here["billing"], "payments", expires_at=now.replace(year=2020)),
        "POST /billing/plans/{plan_id}/offer": changed(here["billing"], "plans", withdrawn_at=now),
        "POST /provisioning/catalogue/{key}/offer": changed(here["provisioning"], "products", withdrawn_at=now),
        "POST /provisioning/operations/{operation_id}/cancel": changed(
            here["provisioning"], "operations", "order_id IS NOT NULL", **waiting
        ),
    }
    return changes.get(name, nullcontext())
