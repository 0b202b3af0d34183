"""What the log says of each operation that changes something, and which operations it says nothing of."""

from tests.authorisation.add_on_operations import CHECKS, DEEDS
from tests.authorisation.logged_mail import LOGGED_OF_MAIL, UNLOGGED_OF_MAIL
from tests.authorisation.logging import DRAFTED, READS, Logged, logged
from tests.authorisation.operations import TABLE
from tests.contracts.openapi import SERVICES

SESSIONS = ("identity.on_behalf_ended", "identity.preview_ended", "identity.session_ended")
LEAVING = ("identity.access_revoked", "identity.invitation_revoked", *SESSIONS)
"""The links that go with a membership, the invitations of who leaves, and the sessions that have nowhere to go."""
LEFT = ("identity.access_revoked", "identity.invitation_revoked", "identity.access_rule_removed", *SESSIONS)
"""What the people of a former seller could do, and what let them in."""
SLOTS = ("identity.access_changed",)
EXPORTED = "a worker makes the file, and then says so in the person's name: tests/exports"
BEFORE = "nobody has signed in yet: the sign-in is logged"
AT_THE_GATEWAY = "it opens the gateway's page: that a method was saved there is logged"

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
    "POST /identity/erasures": logged("identity.erasure_requested"),
    "POST /identity/erasures/own/withdraw": logged("identity.erasure_withdrawn"),
    "POST /identity/own-data/downloads": logged("identity.own_data_downloaded"),
    "PATCH /identity/users/{user_id}": logged("identity.access_changed"),
    "DELETE /identity/users/{user_id}": logged("identity.access_revoked", also=LEAVING),
    "POST /identity/invitations": logged("identity.invitation_sent"),
    "POST /identity/location-invitations": logged("identity.invitation_sent"),
    "POST /identity/location-invitations/{location_id}/send": logged(
        "identity.invitation_sent",
        also=("identity.invitation_revoked",),  # the link of the first mail
    ),
    "POST /identity/location-invitations/{location_id}/revoke": logged("identity.invitation_revoked"),
    "POST /identity/location-invitations/customers/{customer_id}/{location_id}/send": logged(
        "identity.invitation_sent", also=("identity.invitation_revoked",)
    ),
    "POST /identity/location-invitations/customers/{customer_id}/{location_id}/revoke": logged(
        "identity.invitation_revoked"
    ),
    "DELETE /identity/location-invitations/{location_id}/people/{user_id}": logged(
        "identity.access_revoked", also=SESSIONS
    ),
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
    "PATCH /identity/customers/{customer_id}": logged("identity.workspace_updated"),
    "DELETE /identity/customers/{customer_id}": logged(
        "identity.workspace_removed",
        also=("identity.invitation_revoked", "identity.contact_removed", *SESSIONS, "identity.access_revoked"),
    ),
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
    "PUT /identity/suspensions/{workspace_id}": logged(
        "identity.workspace_suspended", also=("identity.on_behalf_ended",)
    ),
    "DELETE /identity/suspensions/{workspace_id}": logged("identity.workspace_reinstated"),
    "POST /identity/closings": logged("identity.workspace_closing"),
    "POST /identity/closings/own/keep": logged("identity.workspace_kept"),
    "POST /identity/users/additional": logged("identity.account_not_found"),
    "PUT /identity/holders/control": logged("identity.workspace_updated"),
    "POST /identity/holders/check": logged("identity.holders_checked"),
    "PUT /identity/holders/slots/{slot}": logged("identity.holder_change_proposed"),
    "POST /identity/holders/changes/{change_id}/withdraw": logged("identity.holder_change_ended"),
    "POST /identity/holders/changes/{change_id}/confirm": logged("identity.holder_changed", also=SLOTS),
    "POST /identity/holders/changes/{change_id}/decline": logged("identity.holder_change_ended"),
    "POST /identity/holders/changes/{change_id}/undo": logged(
        "identity.holder_change_undone", also=(*SLOTS, "identity.holder_change_ended")
    ),
    "PUT /identity/holders/below/{workspace_id}/slots/{slot}": logged("identity.holder_change_requested"),
    "POST /identity/holders/below/{workspace_id}/changes/{change_id}/second": logged("identity.holder_change_proposed"),
    "POST /identity/holders/below/{workspace_id}/changes/{change_id}/withdraw": logged("identity.holder_change_ended"),
    "PUT /identity/moves/below/{workspace_id}": logged("identity.move_proposed"),
    "DELETE /identity/moves/below/{workspace_id}": logged("identity.move_withdrawn"),
    "POST /identity/moves/here/{move_id}/consent": logged(
        "identity.workspace_moved", also=(*LEFT, "identity.customer_left", "identity.customer_joined")
    ),
    "POST /identity/moves/here/{move_id}/decline": logged("identity.move_declined"),
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
    "PUT /identity/links/of-parent/admins": logged(
        "identity.parent_admins_switched", also=("identity.on_behalf_ended",)
    ),
    "POST /identity/on-behalf/here/{visit_id}/end": logged("identity.on_behalf_ended"),
    "POST /identity/on-behalf/below/{visit_id}/end": logged("identity.on_behalf_ended"),
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
    "PUT /billing/documents/of-customers/{workspace_id}/{document_id}": logged("billing.document_added"),
    "DELETE /billing/documents/of-customers/{workspace_id}/{document_id}": logged("billing.document_removed"),
    "PUT /billing/payment-methods/{method_id}/default": logged("billing.default_payment_method_changed"),
    "DELETE /billing/payment-methods/{method_id}": logged("billing.payment_method_removed"),
    "PUT /billing/payment-methods/auto-pay/{bill_group_id}": logged("billing.auto_pay_changed"),
    "POST /billing/payments": logged("billing.payment_started", also=("billing.payment_failed",)),
    "POST /billing/plans": logged("billing.plan_published"),
    "POST /billing/plans/{plan_id}/withdraw": logged("billing.plan_withdrawn"),
    "POST /billing/plans/{plan_id}/offer": logged("billing.plan_offered"),
    "POST /billing/quotes": logged("billing.quote_requested"),
    "POST /billing/quotes/{quote_id}/withdraw": logged("billing.quote_withdrawn"),
    "POST /billing/quotes/{quote_id}/accept": logged("billing.quote_accepted"),
    "POST /billing/quotes/{quote_id}/decline": logged("billing.quote_declined"),
    "POST /billing/quotes/{quote_id}/messages": logged("billing.quote_message_written"),
    "POST /billing/quoting/of-customers/{workspace_id}": logged("billing.quote_requested"),
    "PUT /billing/quoting/{quote_id}/draft": logged("billing.quote_drafted"),
    "POST /billing/quoting/{quote_id}/offer": logged("billing.quote_offered", also=("billing.plan_published",)),
    "POST /billing/quoting/{quote_id}/revise": logged("billing.quote_revised"),
    "POST /billing/quoting/{quote_id}/withdraw": logged("billing.quote_withdrawn"),
    "POST /billing/quoting/{quote_id}/order-again": logged("billing.quote_order_retried"),
    "POST /billing/quoting/{quote_id}/messages": logged("billing.quote_message_written"),
    "POST /billing/quoting/{quote_id}/notes": logged("billing.quote_note_written"),
    "POST /billing/unprinted-invoices/{invoice_id}/print": logged("billing.invoice_print_retried"),
    "POST /provisioning/products": logged("provisioning.product_published"),
    "PUT /provisioning/products/{key}": logged("provisioning.product_published"),
    "POST /provisioning/catalogue/{key}/withdraw": logged("provisioning.product_withdrawn"),
    "POST /provisioning/catalogue/{key}/offer": logged("provisioning.product_offered"),
    "POST /provisioning/releases/{release_id}/publish": logged("provisioning.release_published"),
    "POST /provisioning/releases/{release_id}/withdraw": logged("provisioning.release_withdrawn"),
    "POST /provisioning/orders": logged("provisioning.order_placed", "provisioning.order_requested"),
    "POST /provisioning/orders/{order_id}/approve": logged("provisioning.order_placed"),
    "POST /provisioning/orders/{order_id}/refuse": logged("provisioning.order_refused"),
    "POST /provisioning/orders/{order_id}/withdraw": logged("provisioning.order_withdrawn"),
    "POST /provisioning/asset-imports/{workspace_id}": logged(
        "provisioning.order_placed",
        also=("provisioning.service_provisioned", "provisioning.asset_described"),
    ),
    "POST /provisioning/manual-tasks/{task_id}/plan": logged("provisioning.manual_task_planned"),
    "POST /provisioning/manual-tasks/{task_id}/finish": logged(
        "provisioning.manual_task_finished",
        also=("provisioning.asset_described",),  # with its serial numbers
    ),
    "POST /provisioning/manual-tasks/{task_id}/give-up": logged("provisioning.manual_task_given_up"),
    "PUT /provisioning/manual-tasks/{task_id}/asset": logged("provisioning.asset_described"),
    "PUT /provisioning/manual-tasks/{task_id}/photo": logged("provisioning.asset_described"),
    "DELETE /provisioning/manual-tasks/{task_id}/photo": logged("provisioning.asset_described"),
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
    "POST /provisioning/licences/{licence_id}/key": logged("provisioning.licence_key_shown"),
    "POST /provisioning/licences/{licence_id}/rotate": logged("provisioning.licence_rotated"),
    "POST /provisioning/licences/{licence_id}/activations/{activation_id}/release": logged(
        "provisioning.licence_deactivated"
    ),
    "POST /provisioning/customers/{workspace_id}/licences/{licence_id}/revoke": logged("provisioning.licence_revoked"),
    "POST /provisioning/customers/{workspace_id}/licences/{licence_id}/reinstate": logged(
        "provisioning.licence_reinstated"
    ),
    "POST /provisioning/changes": logged("provisioning.service_change_ordered", "provisioning.order_requested"),
    "POST /provisioning/cancellations": logged("provisioning.cancellation_ordered", "provisioning.order_requested"),
    "POST /provisioning/cancellations/{order_id}/undo": logged("provisioning.cancellation_undone"),
    "POST /provisioning/renewals": logged("provisioning.renewal_ordered", "provisioning.order_requested"),
    "POST /provisioning/renewals/extend": logged("provisioning.renewal_ordered", "provisioning.order_requested"),
    "POST /provisioning/suspensions": logged("provisioning.operation_started"),
    "POST /provisioning/suspensions/{service_id}/end": logged("provisioning.operation_started"),
    "POST /provisioning/locations": logged("provisioning.location_added"),
    "POST /provisioning/locations/import": logged("provisioning.location_added"),
    "PUT /provisioning/locations/{location_id}": logged("provisioning.location_updated"),
    "POST /provisioning/locations/{location_id}/close": logged("provisioning.location_closed"),
    "POST /provisioning/customers/{workspace_id}/locations": logged("provisioning.location_added"),
    "POST /provisioning/customers/{workspace_id}/locations/import": logged("provisioning.location_added"),
    "PUT /provisioning/customers/{workspace_id}/locations/{location_id}": logged("provisioning.location_updated"),
    "POST /provisioning/customers/{workspace_id}/locations/{location_id}/close": logged("provisioning.location_closed"),
    "POST /provisioning/sites": logged("provisioning.site_added"),
    "PUT /provisioning/sites/{key}": logged("provisioning.site_changed"),
    "POST /provisioning/hosts": logged("provisioning.host_added"),
    "PUT /provisioning/hosts/{host_id}": logged("provisioning.host_changed"),
    "POST /provisioning/hosts/{host_id}/begin-maintenance": logged("provisioning.host_maintenance_started"),
    "POST /provisioning/hosts/{host_id}/end-maintenance": logged("provisioning.host_maintenance_ended"),
    "POST /billing/subscriptions/{subscription_id}/renew": logged("billing.subscription_renewed"),
    "POST /billing/subscriptions/{subscription_id}/extend": logged("billing.subscription_renewed"),
    "PUT /billing/subscriptions/{subscription_id}/at-term-end": logged("billing.subscription_renewal_changed"),
    **LOGGED_OF_MAIL,
}
LOGGED |= {
    f"POST /{service}/exports/batches": logged(f"{service}.archive_requested")
    for service in SERVICES
    if f"POST /api/{service}/exports/batches" in TABLE
}
LOGGED |= {f"POST /provisioning/{this}": LOGGED[f"POST /provisioning/{other}"] for this, other in DEEDS.items()}

UNLOGGED: dict[str, str] = {
    **UNLOGGED_OF_MAIL,
    "POST /identity/sign-in-challenges": BEFORE,
    "POST /identity/sign-in-challenges/invited": BEFORE,
    "POST /identity/sessions/presence": "it keeps a session alive while somebody reads",
    "POST /identity/sessions/move-on": "the person has read that they have lost a workspace: that they have is logged",
    "POST /identity/workspace-settings/end-setup": "it only takes a page out of the side bar",
    "POST /identity/tokens": READS,
    "POST /identity/invitations/look": READS,
    "POST /identity/portals/look": READS,
    "POST /billing/plan-checks": READS,
    "POST /provisioning/product-checks": READS,
    "POST /provisioning/order-checks": READS,
    "POST /provisioning/licence-checks": READS,
    "POST /provisioning/activations": "nobody is signed in: that a machine was added is logged, with no person",
    "POST /provisioning/order-checks/of-customers/{workspace_id}": READS,
    "POST /provisioning/locations/import/check": READS,
    "POST /provisioning/asset-imports/{workspace_id}/check": READS,
    "POST /provisioning/customers/{workspace_id}/locations/import/check": READS,
    "POST /provisioning/changes/check": READS,
    **{name: READS for name in CHECKS},
    "POST /provisioning/releases": DRAFTED,
    "PUT /provisioning/releases/{release_id}": DRAFTED,
    "POST /provisioning/releases/{release_id}/files": DRAFTED,
    "PUT /provisioning/releases/{release_id}/files/{name}": DRAFTED,
    "DELETE /provisioning/releases/{release_id}/files/{file_id}": DRAFTED,
    "POST /provisioning/downloads": "it makes a link: the download is logged when it begins",
    "POST /billing/payment-methods": AT_THE_GATEWAY,
    **{f"POST /{service}/exports": EXPORTED for service in SERVICES if f"POST /api/{service}/exports" in TABLE},
}
