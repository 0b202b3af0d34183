"""What the log says of each operation that changes something, and which operations it says nothing of."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from tests.authorisation.business import drawn
from tests.authorisation.callers import CUSTOMER, Caller
from tests.authorisation.deeds import changed, scheduled
from tests.authorisation.entries import Body, Entry
from tests.authorisation.operations import TABLE
from tests.authorisation.world import World
from tests.contracts.openapi import SERVICES


@dataclass(frozen=True)
class Logged:
    """``one_of``: exactly one of these events tells of the deed. ``also``: what else may follow in the same breath,
    about other things, or in the logs of other workspaces."""

    one_of: tuple[str, ...]
    also: frozenset[str]


def logged(*one_of: str, also: tuple[str, ...] = ()) -> Logged:
    return Logged(one_of, frozenset(also))


SESSIONS = ("identity.on_behalf_ended", "identity.preview_ended", "identity.session_ended")
LEAVING = ("identity.access_revoked", "identity.invitation_revoked", *SESSIONS)
"""The links that go with a membership, the invitations of who leaves, and the sessions that have nowhere to go."""
EXPORTED = "a worker makes the file, and then says so in the person's name: tests/exports"
BEFORE = "nobody has signed in yet: the sign-in is logged"
AT_THE_GATEWAY = "it opens the gateway's page: that a method was saved there is logged"
READS = "it only reads"

LOGGED: dict[str, Logged] = {
    "POST /identity/sign-in-challenges/{challenge_id}/redeem": logged(
        "identity.user_signed_in", also=("identity.user_updated",)
    ),
    "POST /identity/sessions/{session_id}/revoke": logged("identity.session_ended", also=SESSIONS),
    "POST /identity/sessions/revoke-others": logged("identity.session_ended", also=SESSIONS),
    "POST /identity/sessions/end": logged("identity.session_ended", also=SESSIONS),
    "POST /identity/sessions/switch": logged("identity.on_behalf_ended", "identity.preview_ended"),
    "PATCH /identity/workspace-settings": logged("identity.workspace_updated"),
    "PUT /identity/branding": logged("identity.brand_changed"),
    "PUT /identity/branding/logo": logged("identity.brand_changed"),
    "DELETE /identity/branding/logo": logged("identity.brand_changed"),
    "PATCH /identity/me": logged("identity.user_updated"),
    "POST /identity/me/workspaces/{workspace_id}/default": logged("identity.user_updated"),
    "POST /identity/me/workspaces/{workspace_id}/leave": logged("identity.access_revoked", also=LEAVING),
    "PATCH /identity/users/{user_id}": logged("identity.access_changed"),
    "DELETE /identity/users/{user_id}": logged("identity.access_revoked", also=LEAVING),
    "POST /identity/invitations": logged("identity.invitation_sent"),
    "POST /identity/invitations/{invitation_id}/resend": logged(
        "identity.invitation_sent",
        also=("identity.invitation_revoked",),  # the link of the first mail
    ),
    "POST /identity/invitations/{invitation_id}/revoke": logged("identity.invitation_revoked"),
    "POST /identity/invitations/decline": logged("identity.invitation_declined"),
    "POST /identity/contacts": logged("identity.contact_added"),
    "PUT /identity/contacts/{contact_id}": logged("identity.contact_changed"),
    "DELETE /identity/contacts/{contact_id}": logged("identity.contact_removed"),
    "POST /identity/customers": logged("identity.workspace_created"),
    "PUT /identity/customers/{customer_id}/contact": logged(
        "identity.contact_changed",
        "identity.contact_added",
        also=("identity.invitation_revoked",),  # to the former address
    ),
    "POST /identity/customers/{customer_id}/invite": logged(
        "identity.invitation_sent",
        also=("identity.invitation_revoked",),  # the link of the first mail
    ),
    "POST /identity/customers/{customer_id}/revoke-invitation": logged("identity.invitation_revoked"),
    "POST /identity/partners": logged(
        "identity.workspace_created", also=("identity.contact_added", "identity.invitation_sent")
    ),
    "POST /identity/access-requests": logged("identity.access_requested"),
    "POST /identity/access-requests/own/{asked_id}/withdraw": logged("identity.access_request_withdrawn"),
    "POST /identity/access-requests/{request_id}/approve": logged(
        "identity.access_request_approved", also=("identity.access_granted",)
    ),
    "POST /identity/access-requests/{request_id}/deny": logged("identity.access_request_denied"),
    "POST /identity/links": logged("identity.access_granted"),
    "PATCH /identity/links/{link_id}": logged("identity.access_changed"),
    "DELETE /identity/links/{link_id}": logged("identity.access_revoked", also=("identity.on_behalf_ended",)),
    "DELETE /identity/links/of-parent/{link_id}": logged("identity.access_revoked", also=("identity.on_behalf_ended",)),
    "POST /identity/access-rules/{workspace_id}/{bill_group_id}": logged("identity.access_rule_added"),
    "DELETE /identity/access-rules/{workspace_id}/{bill_group_id}/{rule_id}": logged(
        "identity.access_rule_removed",
        also=("identity.access_revoked",),  # of each visitor who came by it
    ),
    "POST /identity/on-behalf": logged("identity.on_behalf_started", also=("identity.preview_ended",)),
    "POST /identity/on-behalf/end": logged("identity.on_behalf_ended", "identity.preview_ended"),
    "POST /identity/previews": logged(
        "identity.preview_opened", also=("identity.on_behalf_ended", "identity.preview_ended")
    ),
    "POST /identity/previews/end": logged("identity.preview_ended", "identity.on_behalf_ended"),
    "PUT /billing/bill-groups/{bill_group_id}/profile": logged("billing.billing_profile_changed"),
    "PUT /billing/bill-groups/{bill_group_id}/contacts/{kind}": logged("billing.billing_contact_changed"),
    "POST /billing/customers/{workspace_id}/bill-groups": logged(
        "billing.bill_group_created", also=("billing.billing_contact_changed",)
    ),
    "PATCH /billing/customers/{workspace_id}/bill-groups/{bill_group_id}": logged("billing.bill_group_updated"),
    "POST /billing/customers/{workspace_id}/subscriptions/{subscription_id}/move": logged(
        "billing.subscription_moved", also=("billing.bill_group_updated", "billing.mrr_changed")
    ),
    "POST /billing/billing-runs/parked/{bill_group_id}/retry": logged("billing.bill_group_retried"),
    "POST /billing/customers/{workspace_id}/bill-groups/{bill_group_id}/credit-refunds": logged(
        "billing.credit_refund_started"
    ),
    "POST /billing/gateway-events": logged("billing.payment_failed"),
    "POST /billing/simulated-gateway/{secret}/{choice}": logged("billing.payment_failed"),
    "PUT /billing/payment-methods/{method_id}/default": logged("billing.default_payment_method_changed"),
    "DELETE /billing/payment-methods/{method_id}": logged("billing.payment_method_removed"),
    "PUT /billing/payment-methods/auto-pay/{bill_group_id}": logged("billing.auto_pay_changed"),
    "POST /billing/payments": logged("billing.payment_started", also=("billing.payment_failed",)),
    "POST /billing/plans": logged("billing.plan_published"),
    "POST /billing/plans/{plan_id}/withdraw": logged("billing.plan_withdrawn"),
    "POST /billing/plans/{plan_id}/offer": logged("billing.plan_offered"),
    "POST /billing/unprinted-invoices/{invoice_id}/print": logged("billing.invoice_print_retried"),
    "POST /provisioning/products": logged("provisioning.product_published"),
    "PUT /provisioning/products/{key}": logged("provisioning.product_published"),
    "POST /provisioning/catalogue/{key}/withdraw": logged("provisioning.product_withdrawn"),
    "POST /provisioning/catalogue/{key}/offer": logged("provisioning.product_offered"),
    "POST /provisioning/orders": logged("provisioning.order_placed", "provisioning.order_requested"),
    "POST /provisioning/orders/{order_id}/approve": logged("provisioning.order_placed"),
    "POST /provisioning/orders/{order_id}/refuse": logged("provisioning.order_refused"),
    "POST /provisioning/orders/{order_id}/withdraw": logged("provisioning.order_withdrawn"),
    "POST /provisioning/acknowledgements/{order_id}/acknowledge": logged("provisioning.order_placed"),
    "POST /provisioning/acknowledgements/{order_id}/return": logged("provisioning.order_returned"),
    "POST /provisioning/orders/{order_id}/retry": logged("provisioning.order_retried"),
    "PUT /provisioning/services/{service_id}/labels": logged("provisioning.service_labelled"),
    "PATCH /provisioning/services/{service_id}": logged("provisioning.service_renamed"),
    "POST /provisioning/operations": logged("provisioning.operation_started"),
    "POST /provisioning/operations/{operation_id}/cancel": logged(
        "provisioning.operation_cancelled",
        also=("provisioning.operation_ended",),  # one that has not begun
    ),
    "POST /provisioning/credentials": logged("provisioning.operation_started"),
    "POST /provisioning/credentials/{operation_id}/show": logged("provisioning.credentials_shown"),
    "POST /provisioning/changes": logged("provisioning.service_change_ordered", "provisioning.order_requested"),
    "POST /provisioning/cancellations": logged("provisioning.cancellation_ordered", "provisioning.order_requested"),
    "POST /provisioning/cancellations/{order_id}/undo": logged("provisioning.cancellation_undone"),
    "POST /provisioning/renewals": logged("provisioning.renewal_ordered", "provisioning.order_requested"),
    "POST /provisioning/renewals/extend": logged("provisioning.renewal_ordered", "provisioning.order_requested"),
    "POST /provisioning/suspensions": logged("provisioning.operation_started"),
    "POST /provisioning/suspensions/{service_id}/end": logged("provisioning.operation_started"),
    "POST /provisioning/sites": logged("provisioning.site_added"),
    "PUT /provisioning/sites/{key}": logged("provisioning.site_changed"),
    "POST /provisioning/hosts": logged("provisioning.host_added"),
    "PUT /provisioning/hosts/{host_id}": logged("provisioning.host_changed"),
    "POST /provisioning/hosts/{host_id}/begin-maintenance": logged("provisioning.host_maintenance_started"),
    "POST /provisioning/hosts/{host_id}/end-maintenance": logged("provisioning.host_maintenance_ended"),
    "POST /billing/subscriptions/{subscription_id}/renew": logged("billing.subscription_renewed"),
    "POST /billing/subscriptions/{subscription_id}/extend": logged("billing.subscription_renewed"),
    "PUT /billing/subscriptions/{subscription_id}/at-term-end": logged("billing.subscription_renewal_changed"),
    "POST /notifications/undelivered-mails/{message_id}/retry": logged("notifications.message_retried"),
}

UNLOGGED: dict[str, str] = {
    "POST /identity/sign-in-challenges": BEFORE,
    "POST /identity/sign-in-challenges/invited": BEFORE,
    "POST /identity/sessions/presence": "it keeps a session alive while somebody reads",
    "POST /identity/sessions/move-on": "the person has read that they have lost a workspace: that they have is logged",
    "POST /identity/tokens": READS,
    "POST /identity/invitations/look": READS,
    "POST /identity/portals/look": READS,
    "POST /billing/plan-checks": READS,
    "POST /provisioning/product-checks": READS,
    "POST /provisioning/order-checks": READS,
    "POST /provisioning/changes/check": READS,
    "POST /billing/payment-methods": AT_THE_GATEWAY,
    **{f"POST /{service}/exports": EXPORTED for service in SERVICES if f"POST /api/{service}/exports" in TABLE},
}


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


EXAMPLES: dict[str, tuple[Entry, ...]] = {
    "PUT /identity/branding/logo": (Entry(body=_logo),),
    "POST /identity/access-requests": (Entry(body=_another_workspace, refusals=frozenset({"user-already"})),),
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
        "POST /provisioning/suspensions/{service_id}/end": changed(
            here["provisioning"], "services", state="suspended", suspended_for=["customer"]
        ),
        "POST /provisioning/credentials": changed(here["provisioning"], "services", kind="node"),
        "POST /provisioning/hosts/{host_id}/end-maintenance": changed(
            here["provisioning"], "hosts", in_maintenance=True
        ),
        "POST /identity/me/workspaces/{workspace_id}/default": changed(
            here["identity"], "users", default_workspace_id=world.tree.ids["pinecrest"]
        ),
        "PUT /billing/payment-methods/{method_id}/default": changed(
            here["billing"], "payment_methods", is_default=False
        ),
        "DELETE /billing/payment-methods/{method_id}": changed(here["billing"], "payment_methods", is_default=False),
        "POST /billing/payments": changed(here["billing"], "payments", expires_at=now.replace(year=2020)),
        "POST /billing/plans/{plan_id}/offer": changed(here["billing"], "plans", withdrawn_at=now),
        "POST /provisioning/catalogue/{key}/offer": changed(here["provisioning"], "products", withdrawn_at=now),
        "POST /provisioning/operations/{operation_id}/cancel": changed(
            here["provisioning"], "operations", "verb <> 'reset_credentials'", **waiting
        ),
    }
    return changes.get(name, nullcontext())
