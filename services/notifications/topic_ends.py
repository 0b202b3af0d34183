"""The events after which a notice is over, because what it would ask for is done."""

REQUEST = tuple(f"identity.access_request_{how}" for how in ("approved", "denied", "withdrawn", "expired"))
MOVE = ("identity.move_withdrawn", "identity.move_declined", "identity.move_expired", "identity.workspace_moved")
CHANGE = ("identity.holder_changed", "identity.holder_change_ended")
DECISION = (
    "provisioning.order_placed", "provisioning.order_submitted", "provisioning.order_refused",
    "provisioning.order_withdrawn", "provisioning.service_change_ordered", "provisioning.cancellation_ordered",
    "provisioning.renewal_ordered",
)  # fmt: skip
ANSWER = ("provisioning.order_placed", "provisioning.order_returned", "provisioning.order_withdrawn")
TASK = ("provisioning.manual_task_finished", "provisioning.manual_task_given_up")
OFFER = ("billing.quote_accepted", "billing.quote_withdrawn")
PRICING = ("billing.quote_offered", "billing.quote_withdrawn")
KEPT = ("identity.erasure_withdrawn",)
TERM = ("billing.subscription_renewed", "billing.subscription_ended")
REMOVAL = ("billing.document_removed",)
