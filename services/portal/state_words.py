"""The words and colours of states."""

from dataclasses import dataclass

from shared.language import mark_in, pgettext


@dataclass(frozen=True, slots=True)
class Pill:
    """A state as a coloured dot and a word, never by colour alone."""

    tone: str
    text: str

    @property
    def word(self) -> str:
        return pgettext("state", self.text)


STATES = {
    # orders and services
    "requested": Pill("info live", mark_in("state", "Requested")),
    "awaiting_approval": Pill("warn", mark_in("state", "Waiting for approval")),
    "awaiting_acknowledgement": Pill("warn", mark_in("state", "Waiting to be confirmed")),
    "returned": Pill("mute", mark_in("state", "Returned")),
    "refused": Pill("mute", mark_in("state", "Refused")),
    "placed": Pill("info live", mark_in("state", "Placed")),
    "provisioning": Pill("info live", mark_in("state", "Provisioning")),
    "fulfilled": Pill("ok", mark_in("state", "Fulfilled")),
    "active": Pill("ok", mark_in("state", "Active")),
    "changing": Pill("info live", mark_in("state", "Changing")),
    "suspended": Pill("warn", mark_in("state", "Suspended")),
    "deleting": Pill("info live", mark_in("state", "Deleting")),
    "deleted": Pill("mute", mark_in("state", "Deleted")),
    "failed": Pill("bad", mark_in("state", "Failed")),
    "cancelled": Pill("mute", mark_in("state", "Cancelled")),
    "scheduled": Pill("warn", mark_in("state", "Scheduled")),
    "undone": Pill("mute", mark_in("state", "Undone")),
    "operation_queued": Pill("info live", mark_in("state", "Queued")),
    "operation_running": Pill("info live", mark_in("state", "Running")),
    "operation_succeeded": Pill("ok", mark_in("state", "Succeeded")),
    "operation_failed": Pill("bad", mark_in("state", "Failed")),
    "operation_cancelled": Pill("mute", mark_in("state", "Cancelled")),
    # products
    "offered": Pill("ok", mark_in("state", "Offered")),
    "retired": Pill("mute", mark_in("state", "Retired")),
    # hosts
    "in_maintenance": Pill("warn", mark_in("state", "In maintenance")),
    # exports
    "queued": Pill("info live", mark_in("state", "Waiting")),
    "running": Pill("info live", mark_in("state", "Being made")),
    "done": Pill("ok", mark_in("state", "Ready")),
    # billing
    "draft": Pill("mute", mark_in("state", "Draft")),
    "open": Pill("info", mark_in("state", "Open")),
    "partially_paid": Pill("info", mark_in("state", "Partially paid")),
    "overdue": Pill("bad", mark_in("state", "Overdue")),
    "paid": Pill("ok", mark_in("state", "Paid")),
    "void": Pill("mute", mark_in("state", "Void")),
    "uncollectible": Pill("bad", mark_in("state", "Uncollectible")),
    "requires_action": Pill("info", mark_in("state", "Not finished")),
    "processing": Pill("info live", mark_in("state", "Being processed")),
    "succeeded": Pill("ok", mark_in("state", "Received")),
    "returned_payment": Pill("bad", mark_in("state", "Returned by the bank")),
    "refunded": Pill("mute", mark_in("state", "Paid back")),
    "disputed": Pill("warn", mark_in("state", "Disputed")),
    "active_method": Pill("ok", mark_in("state", "Ready to be charged")),
    "pending_verification": Pill("warn", mark_in("state", "To be verified")),
    "unanswered": Pill("bad", mark_in("state", "No answer")),
    "superseded": Pill("mute", mark_in("state", "Paid otherwise")),
    "paused": Pill("warn", mark_in("state", "Paused")),
    "past_due": Pill("bad", mark_in("state", "Past due")),
    "cancelling": Pill("warn", mark_in("state", "Cancelling")),
    "ended": Pill("mute", mark_in("state", "Ended")),
    "not_started": Pill("mute", mark_in("state", "Billing not started")),
    # invitations and workspaces
    "not_connected": Pill("mute", mark_in("state", "Not Connected")),
    "connected": Pill("ok", mark_in("state", "Connected")),
    "pending": Pill("info", mark_in("state", "Pending")),
    "accepted": Pill("ok", mark_in("state", "Accepted")),
    "approved": Pill("ok", mark_in("state", "Approved")),
    "denied": Pill("mute", mark_in("state", "Denied")),
    "withdrawn": Pill("mute", mark_in("state", "Withdrawn")),
    "declined": Pill("mute", mark_in("state", "Declined")),
    "revoked": Pill("mute", mark_in("state", "Revoked")),
    "expired": Pill("mute", mark_in("state", "Expired")),
    "bounced": Pill("bad", mark_in("state", "Bounced")),
}
