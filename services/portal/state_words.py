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
    # quotes
    "quote_requested": Pill("warn", mark_in("state", "Asked for")),
    "quote_draft": Pill("info", mark_in("state", "Being priced")),
    "quote_offered": Pill("warn", mark_in("state", "Offered")),
    "quote_accepted": Pill("info live", mark_in("state", "Accepted")),
    "quote_ordered": Pill("ok", mark_in("state", "Ordered")),
    "quote_declined": Pill("mute", mark_in("state", "Declined")),
    "quote_expired": Pill("mute", mark_in("state", "Expired")),
    "quote_withdrawn": Pill("mute", mark_in("state", "Withdrawn")),
    # what people do by hand
    "task_waiting": Pill("warn", mark_in("state", "To be planned")),
    "task_planned": Pill("info", mark_in("state", "Planned")),
    "task_done": Pill("ok", mark_in("state", "Done")),
    "task_given_up": Pill("bad", mark_in("state", "Given up")),
    "task_dropped": Pill("mute", mark_in("state", "Not needed any more")),
    # news
    "campaign_draft": Pill("mute", mark_in("state", "Draft")),
    "campaign_scheduled": Pill("warn", mark_in("state", "Scheduled")),
    "campaign_sending": Pill("info live", mark_in("state", "Being sent")),
    "campaign_sent": Pill("ok", mark_in("state", "Sent")),
    "campaign_stopped": Pill("bad", mark_in("state", "Stopped")),
    # licences
    "licence_valid": Pill("ok", mark_in("state", "Valid")),
    "licence_on_hold": Pill("warn", mark_in("state", "On hold")),
    "licence_revoked": Pill("bad", mark_in("state", "Revoked")),
    "licence_ended": Pill("mute", mark_in("state", "Ended")),
    "licence_replaced": Pill("bad", mark_in("state", "Replaced by a newer key")),
    "licence_over": Pill("bad", mark_in("state", "Its last day is over")),
    # products
    "offered": Pill("ok", mark_in("state", "Offered")),
    "retired": Pill("mute", mark_in("state", "Retired")),
    # releases and their files
    "published": Pill("ok", mark_in("state", "Published")),
    "file_receiving": Pill("warn", mark_in("state", "Upload not finished")),
    "file_checking": Pill("info live", mark_in("state", "Checksum being computed")),
    "file_failed": Pill("bad", mark_in("state", "Cannot be read")),
    "release_locked": Pill("mute", mark_in("state", "Locked")),
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
    "row_done": Pill("ok", mark_in("state", "Done")),
    "row_refused": Pill("bad", mark_in("state", "Not done")),
    "row_left": Pill("warn", mark_in("state", "Not reached")),
    "mail_waiting": Pill("info", mark_in("state", "To be sent")),
    "mail_deferred": Pill("warn", mark_in("state", "Is tried again")),
    "mail_sent": Pill("ok", mark_in("state", "Sent")),
    "mail_failed": Pill("bad", mark_in("state", "Not delivered")),
    "mail_suppressed": Pill("mute", mark_in("state", "Not sent")),
    "unread": Pill("info", mark_in("state", "New")),
    "bounced": Pill("bad", mark_in("state", "Bounced")),
}
