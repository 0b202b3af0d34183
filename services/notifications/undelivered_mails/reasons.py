"""Why a mail is not delivered. Sentences in people's languages are made of these."""

from enum import StrEnum

from services.notifications.topics import Topic


class Reason(StrEnum):
    no_recipient = "no_recipient"
    """There is no contact with an address, or its event has not arrived yet."""
    not_known = "not_known"
    """The event of a company that the mail tells of has not arrived yet."""
    not_written = "not_written"
    not_reached = "not_reached"
    """The mail server."""
    refused = "refused"
    """By the mail server, with a code."""
    begun_too_often = "begun_too_often"
    """Its sending did not come to an end."""
    bounced = "bounced"
    """It came back after the mail server had taken it, from that of the recipient."""
    suppressed = "suppressed"
    """It was not sent, because mails to its recipient come back."""


NEVER_LISTED = (Topic.sign_in, Topic.invitation, Topic.account_deleted)
"""Mails with secrets. Who waits for one asks for another."""
