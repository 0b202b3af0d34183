"""The table of all operations. Who may do what is not said here: `expectation` derives it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from tests.authorisation import proofs
from tests.authorisation.audit_and_mail_operations import AUDIT, NOTIFICATIONS
from tests.authorisation.business import PAGE
from tests.authorisation.callers import CUSTOMER, Caller
from tests.authorisation.documents_operations import DOCUMENTS
from tests.authorisation.entries import Ask, Body, Entry, Nested, Proof, exports_of
from tests.authorisation.holders_operations import HOLDERS, IN_PERSON
from tests.authorisation.moves_operations import MOVES
from tests.authorisation.provisioning_operations import PROVISIONING
from tests.authorisation.quote_operations import QUOTES
from tests.authorisation.subscription_operations import SUBSCRIPTIONS
from tests.authorisation.tree import CONTACT
from tests.authorisation.world import World

NAMED = {"address": "new@new.example", "display_name": "New"}
PRICE = {"display_name": "Monthly", "currency": "EUR", "recurring_minor": 100}
NAMED_GROUP = {"display_name": "New", "currency": "EUR"}
A_MONTH_AHEAD = {"until": (datetime.now(UTC) + timedelta(days=40)).date().isoformat()}
NO_CREDIT = frozenset({"not-that-much-credit"})
ALREADY = frozenset({"already-on-behalf"})
OF_OWN_USERS = frozenset({"only-own-users", "nobody-above"})


def a_payment(world: World, caller: Caller, id_: str | None) -> Body:
    return {"invoices": [{"invoice_id": id_}], "return_url": PAGE}


def path_of_credit(world: World, id_: str | None) -> Mapping[str, str]:
    """The path to a bill group, with the workspace that it belongs to."""
    owners = {row.id: str(row.workspace_id) for row in world.rows["bill groups"]}
    return {"workspace_id": owners.get(id_ or "", str(uuid4())), "bill_group_id": id_ or ""}


def a_plan(world: World, caller: Caller, _: str | None) -> Body:
    return PRICE | {"product_id": world.offer["product_id"]}


NOT_PENDING = frozenset({"invitation-not-pending"})


def to_a_location(world: World, caller: Caller, id_: str | None) -> Body:
    return {"address": "new@northwind.example", "display_name": "New", "location_ids": [id_]}


def a_preview(world: World, caller: Caller, _: str | None) -> Body:
    return {"customer_id": str(world.tree.ids[CUSTOMER])}


def a_link_for_somebody(world: World, caller: Caller, _: str | None) -> Body:
    return {"user_id": world.find("users without a link", caller)}


def a_link_to_a_customer(world: World, caller: Caller, _: str | None) -> Body:
    return {"customer_id": world.find("connected customers", caller)}


def of_its_customer(world: World, bill_group_id: str | None) -> Body:
    """The workspace of a bill group; where there is no such group, one that the partner may see."""
    known = {row.id: str(row.workspace_id) for row in world.rows["bill groups"]}
    return {"workspace_id": known.get(bill_group_id or "", str(world.tree.ids[CUSTOMER]))}


def of_its_bill_group(world: World, rule_id: str | None) -> Body:
    """The bill group of an access rule."""
    known = world.groups_of_rules
    group = known.get(rule_id or "", next(iter(known.values())))
    return {"bill_group_id": group, **of_its_customer(world, group)}


def to_its_own_group(world: World, caller: Caller, id_: str | None) -> Body:
    """Where it is already: nothing changes for the other cells."""
    inner = (id_ or "").partition(":")[2]
    found = [row.bill_group_id for row in world.rows["subscriptions"] if row.id == inner]
    return {"bill_group_id": str(found[0] if found else uuid4())}


IDENTITY: dict[str, tuple[Entry | Proof, ...]] = {
    "POST /sign-in-challenges": (Proof(lambda w: Ask(body={"address": "a@a.example", "browser": w.proofs.browser})),),
    "POST /sign-in-challenges/{challenge_id}/redeem": (
        Proof(proofs.redemption, proofs.unknown_redemption, hidden=410),
    ),
    "GET /sign-in-challenges/{challenge_id}/seller": (
        Proof(lambda w: Ask({"challenge_id": w.proofs.challenge_id}), None),
    ),
    "GET /sessions": (Entry(lists="sessions"),),
    "POST /sessions/{session_id}/revoke": (Entry("sessions"),),
    "POST /sessions/revoke-others": (Entry(),),
    "POST /sessions/presence": (Proof(proofs.session, proofs.unknown_session, hidden=401),),
    "POST /sessions/move-on": (Proof(proofs.session, proofs.unknown_session, hidden=401),),
    "POST /sessions/end": (Proof(proofs.session, proofs.unknown_session, hidden=204),),
    "POST /sessions/switch": (Entry("workspaces of a person", "body.workspace", hidden=409),),
    "POST /tokens": (Proof(proofs.session, proofs.unknown_session, hidden=401),),
    "GET /keys": (Proof(lambda _: Ask()),),
    "GET /workspaces/current": (Entry(),),
    "GET /workspaces/seller": (Entry(),),
    "GET /workspace-settings": (Entry(),),
    "PATCH /workspace-settings": (Entry(body={"locale": "de-DE"}),),
    "POST /workspace-settings/end-setup": (Entry(),),
    "GET /branding": (Entry(),),
    "PUT /branding": (Entry(body={"color": "#206bc4"}),),
    "PUT /branding/logo": (Entry(refusals=frozenset({"not-a-logo"})),),
    "DELETE /branding/logo": (Entry(),),
    "GET /branding/provider": (Proof(lambda _: Ask()),),
    "GET /branding/logos/{hash}": (Proof(proofs.logo, proofs.unknown_logo),),
    "GET /me": (Entry(),),
    "PATCH /me": (Entry(body={"display_name": "New", "locale": "de-DE", "time_zone": "Europe/Berlin"}),),
    "GET /own-accounts": (Entry(),),
    "GET /me/workspaces": (Entry(lists="own workspaces"),),
    "POST /me/workspaces/{workspace_id}/default": (Entry("own workspaces"),),
    "POST /me/workspaces/{workspace_id}/leave": (
        Entry("own workspaces to leave", refusals=frozenset({"last-admin", "holder-stays"})),
    ),
    "GET /users": (
        Entry(lists="members"),
        Entry(query={"sort": "last_active", "count": "true"}, lists="members"),
    ),
    "POST /users/additional": (Entry(body={"address": "nobody@new.example"}),),
    "GET /users/{user_id}": (Entry("members"),),
    "PATCH /users/{user_id}": (Entry("members who are no admins", body={"role": "member"}),),
    "DELETE /users/{user_id}": (Entry("members who are no admins"),),
    "GET /grants/{user_id}": (Proof(proofs.person, proofs.unknown_person),),
    "GET /invitations": (Entry(lists="invitations"),),
    "POST /invitations": (Entry(body=NAMED | {"role": "member"}),),
    "POST /invitations/{invitation_id}/revoke": (Entry("pending invitations"),),
    "POST /invitations/{invitation_id}/resend": (Entry("pending invitations"),),
    "POST /invitations/look": (Proof(proofs.invitation, proofs.unknown_invitation, hidden=410),),
    "POST /invitations/decline": (Proof(proofs.invitation, proofs.unknown_invitation, hidden=410),),
    "POST /sign-in-challenges/invited": (Proof(proofs.acceptance, proofs.unknown_acceptance, hidden=410),),
    "GET /access-requests": (Entry(lists="access requests"),),
    "GET /access-requests/{request_id}": (Entry("access requests"),),
    "POST /access-requests": (Entry(body={"workspace": "nobody-is-called-that"}),),
    "GET /access-requests/own": (Entry(lists="asked workspaces"),),
    "POST /access-requests/own/{asked_id}/withdraw": (Entry("asked workspaces"),),
    "POST /access-requests/{request_id}/approve": (Entry("access requests"),),
    "POST /access-requests/{request_id}/deny": (Entry("access requests", body={"reason": "No."}),),
    "GET /contacts": (Entry(lists="contacts"),),
    "GET /contacts/{contact_id}": (Entry("contacts"),),
    "POST /contacts": (Entry(body=CONTACT),),
    "PUT /contacts/{contact_id}": (Entry("contacts", body=CONTACT),),
    "DELETE /contacts/{contact_id}": (Entry("contacts"),),
    "GET /customers": (
        Entry(lists="connected customers"),
        Entry(query={"status": "not_connected"}, lists="customers not connected"),
    ),
    "GET /customers/summary": (Entry(),),
    "GET /customers/{customer_id}": (Entry("customers"),),
    "POST /customers": (Entry(body={"display_name": "New"}),),
    "PATCH /customers/{customer_id}": (Entry("customers not connected", body={"display_name": "New"}),),
    "DELETE /customers/{customer_id}": (Entry("customers not connected"),),
    "PUT /customers/{customer_id}/contact": (Entry("customers", body=NAMED),),
    "POST /customers/{customer_id}/invite": (Entry("customers not connected", body={"role": "admin"}),),
    "POST /customers/{customer_id}/revoke-invitation": (Entry("customers not connected"),),
    "GET /partners": (Entry(lists="partners"),),
    "GET /partners/{partner_id}": (Entry("partners"),),
    "GET /partners/{partner_id}/customers": (
        Entry("partners"),
        Entry("partners", query={"status": "not_connected"}),
    ),
    "POST /partners": (Entry(body={"display_name": "New", "address": "new@new.example", "contact_name": "New"}),),
    "GET /links": (Entry("customers", "query.customer_id"),),
    "GET /links/linkable": (Entry("customers", "query.customer_id"),),
    "POST /links": (
        Entry("connected customers", "body.customer_id", body=a_link_for_somebody),
        Entry("users without a link", "body.user_id", body=a_link_to_a_customer),
    ),
    "PATCH /links/{link_id}": (Entry("links", body={"role": "read_only"}),),
    "DELETE /links/{link_id}": (Entry("links"),),
    "GET /suspensions/{workspace_id}": (Entry("workspaces below"),),
    "PUT /suspensions/{workspace_id}": (
        Entry("workspaces below", body={"reason": "Unpaid."}, refusals=frozenset({"nobody-to-suspend"})),
    ),
    "DELETE /suspensions/{workspace_id}": (Entry("workspaces below", refusals=frozenset({"not-suspended"})),),
    **HOLDERS,
    **MOVES,
    "GET /access-rules/{workspace_id}": (Entry("customers"),),
    "GET /access-rules/{workspace_id}/{bill_group_id}": (Entry("bill groups of customers", path=of_its_customer),),
    "POST /access-rules/{workspace_id}/{bill_group_id}": (
        Entry("bill groups of customers", path=of_its_customer, body={"kind": "domain", "value": "new.example"}),
    ),
    "DELETE /access-rules/{workspace_id}/{bill_group_id}/{rule_id}": (
        Entry("access rules of customers", path=of_its_bill_group),
    ),
    "POST /portals/look": (Proof(proofs.portal, proofs.unknown_portal),),
    "GET /portals/{workspace_id}/{bill_group_id}": (Entry("bill groups of customers", path=of_its_customer),),
    "GET /links/all": (Entry(query={"limit": "200"}, lists="links"),),
    "GET /links/of-parent": (Entry(),),
    "GET /links/of-parent/admins": (Entry(),),
    "PUT /links/of-parent/admins": (Entry(body={"may_enter": True}, refusals=OF_OWN_USERS),),
    "DELETE /links/of-parent/{link_id}": (Entry("links to a workspace"),),
    "POST /on-behalf": (Entry("connected, by URL name", "body.workspace", refusals=ALREADY),),
    "POST /on-behalf/end": (Entry(),),
    "GET /location-invitations": (Entry("locations known", "query.location_id", hidden=200),),
    "POST /location-invitations": (Entry("locations known", "made", body=to_a_location),),
    "POST /location-invitations/{location_id}/send": (Entry("locations known"),),
    "POST /location-invitations/{location_id}/revoke": (Entry("locations known", refusals=NOT_PENDING),),
    "GET /location-invitations/{location_id}/people": (Entry("locations known", hidden=200),),
    "DELETE /location-invitations/{location_id}/people/{user_id}": (Nested("people of locations"),),
    "GET /location-invitations/customers/{customer_id}": (
        Entry("customers", query=lambda w: {"location_id": str(w.location)}),
    ),
    "POST /location-invitations/customers/{customer_id}/{location_id}/send": (Nested("locations below"),),
    "POST /location-invitations/customers/{customer_id}/{location_id}/revoke": (
        Nested("locations below", refusals=NOT_PENDING),
    ),
    "GET /on-behalf/here": (Entry(lists="visits"),),
    "POST /on-behalf/here/{visit_id}/end": (Entry("visits"),),
    "GET /on-behalf/below": (Entry(lists="visits below"),),
    "POST /on-behalf/below/{visit_id}/end": (Entry("visits below"),),
    "POST /previews": (Entry("bill groups of Northwind", "body.bill_group_id", body=a_preview),),
    "POST /previews/end": (Entry(),),
    "GET /destinations": (Entry("destinations", "query.workspace"),),
    **exports_of("identity", "users"),
}

BILLING: dict[str, tuple[Entry | Proof, ...]] = {
    "GET /bill-groups": (Entry(lists="bill groups"),),
    "PUT /bill-groups/{bill_group_id}/contacts/{kind}": (Entry("bill groups", path={"kind": "billing"}, body=NAMED),),
    "PUT /bill-groups/{bill_group_id}/profile": (Entry("bill groups", body={"po_number": "PO-1"}),),
    "GET /customers/{workspace_id}/bill-groups": (Entry("accounts"),),
    "GET /customers/{workspace_id}/bill-groups/{bill_group_id}/next-invoice": (Nested("groups of accounts"),),
    "POST /customers/{workspace_id}/bill-groups": (Entry("accounts", body=NAMED_GROUP),),
    "GET /customers/{workspace_id}/bill-groups/{bill_group_id}": (Nested("groups of accounts"),),
    "PATCH /customers/{workspace_id}/bill-groups/{bill_group_id}": (
        Nested("groups of accounts", body={"display_name": "New"}),
    ),
    "GET /customers/{workspace_id}/subscriptions": (Entry("accounts"),),
    "POST /customers/{workspace_id}/subscriptions/{subscription_id}/move": (
        Nested("subscriptions of accounts", body=to_its_own_group),
    ),
    "GET /customers/{workspace_id}/invoices": (Entry("accounts"),),
    "GET /customers/{workspace_id}/payment-methods": (Entry("accounts"),),
    "GET /billing-runs/parked": (Entry(lists="parked groups"),),
    "GET /billing-runs/preview": (Entry(query=A_MONTH_AHEAD, lists="upcoming bill groups"),),
    "POST /billing-runs/parked/{bill_group_id}/retry": (Entry("parked groups"),),
    "POST /gateway-events": (Proof(proofs.callback, proofs.unsigned_callback, hidden=400),),
    "GET /invoices": (
        Entry(lists="invoices"),
        Entry(query={"sort": "total", "count": "true"}, lists="invoices"),
        Entry("bill groups", "query.bill_group_id", hidden=200),
    ),
    "GET /invoices/{invoice_id}": (Entry("invoices"),),
    "GET /invoices/{invoice_id}/pdf": (
        Entry("invoices", refusals=frozenset({"invoice-not-printed", "invoice-being-printed"})),
    ),
    "GET /next-invoices/{bill_group_id}": (Entry("bill groups"),),
    "POST /payments": (Entry("invoices", "made", body=a_payment),),
    "GET /payments": (Entry("invoices", "query.invoice_id", hidden=200),),
    "GET /payments/{payment_id}": (Entry("payments"),),
    "GET /hosted-pages/{secret}": (Proof(proofs.hosted_page, proofs.no_payment_page, hidden=410),),
    "GET /payment-methods": (
        Entry(lists="payment methods"),
        Entry("bill groups", "query.bill_group_id", hidden=200),
    ),
    "POST /payment-methods": (Entry("bill groups", "body.bill_group_id", body={"kind": "card", "return_url": PAGE}),),
    "PUT /payment-methods/{method_id}/default": (Entry("payment methods"),),
    "DELETE /payment-methods/{method_id}": (Entry("payment methods", refusals=frozenset({"default-method-needed"})),),
    "PUT /payment-methods/auto-pay/{bill_group_id}": (Entry("bill groups", body={"on": False}),),
    "GET /customers/{workspace_id}/bill-groups/{bill_group_id}/credit": (
        Entry("customers' bill groups", "made", path=path_of_credit),
    ),
    "POST /customers/{workspace_id}/bill-groups/{bill_group_id}/credit-refunds": (
        Entry("customers' bill groups", "made", {"amount_minor": 1}, path_of_credit, refusals=NO_CREDIT),
    ),
    "GET /plans": (Entry(lists="plans"),),
    "GET /plans/of-products/{product_id}": (Entry("products of plans", hidden=200),),
    "POST /plans/{plan_id}/withdraw": (Entry("plans"),),
    "POST /plans/{plan_id}/offer": (Entry("plans"),),
    "POST /plan-checks": (Entry(body=a_plan),),
    "GET /price-previews": (Entry("plan versions", "query.plan_version_id"),),
    "POST /plans": (Entry(body=a_plan),),
    "GET /simulated-gateway/{secret}": (Proof(proofs.payment_page, proofs.no_payment_page, hidden=410),),
    "POST /simulated-gateway/{secret}/{choice}": (Proof(proofs.payment_choice, proofs.no_payment_choice, hidden=410),),
    "GET /own-accounts": (Entry(),),
    "GET /own-data": (Entry(refusals=IN_PERSON),),
    **DOCUMENTS,
    "GET /spend": (Entry(sums="invoices"),),
    **QUOTES,
    **SUBSCRIPTIONS,
    "GET /unprinted-invoices": (Entry(lists="unprinted invoices"),),
    "POST /unprinted-invoices/{invoice_id}/print": (Entry("unprinted invoices"),),
    **exports_of("billing", "invoices"),
}

TABLE = {
    f"{method} /api/{service}{path}": entries
    for service, operations in {
        "identity": IDENTITY, "billing": BILLING, "provisioning": PROVISIONING, "audit": AUDIT,
        "notifications": NOTIFICATIONS,
    }.items()
    for (method, path), entries in ((tuple(name.split(" ", 1)), found) for name, found in operations.items())
}  # fmt: skip
