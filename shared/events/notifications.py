"""The events of notifications: sent, failed and retried messages, which belong to the workspace of their cause; what
people choose to be told of; addresses that mails come back from."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.attempts import AttemptEvent
from shared.events.base import Event, Fact


class MessageEvent(Event):
    publisher: ClassVar[str] = "notifications"
    subject_field: ClassVar[str] = "message_id"
    message_id: UUID
    """The message. Retries have the same id."""
    topic: str
    """The topic, such as ``invoice_issued``."""
    recipient_kind: str
    """The kind of recipient, such as ``billing_contact``. Addresses are only in events that update the recipient
    book."""


class MessageSent(MessageEvent):
    """The mail server accepted a message."""

    subject_type: ClassVar[str] = "message"


class MessageFailed(MessageEvent):
    """A message was rejected permanently, its retries ended, or it came back after it was sent."""

    subject_type: ClassVar[str] = "message"
    reason: str
    """What the mail server said, or why it was tried no more."""
    invitation_mail_id: UUID | None = None
    """The mail of an invitation, by the id that identity gave it: the invitation's, or that of its reminder. Null for
    other mails."""


class MessageRetried(MessageEvent):
    """Staff had a message tried again that was not delivered."""

    subject_type: ClassVar[str] = "message"


class MessageAskedAgain(MessageEvent):
    """A user wants a mail to themselves once more. It is sent as a new message."""

    subject_type: ClassVar[str] = "message"


class PreferenceSwitch(Fact):
    """One topic on one channel, on or off."""

    topic: str
    """The topic, such as ``order_requested``."""
    channel: str
    """``mail``, or ``portal`` for notices in the portal."""
    wanted: bool
    """Whether the person wants it from now on."""


class PreferencesChanged(Event):
    """A person chose what they are told of, in all of their workspaces."""

    publisher: ClassVar[str] = "notifications"
    subject_type: ClassVar[str] = "user"
    subject_field: ClassVar[str] = "user_id"
    user_id: UUID
    """The person."""
    switches: list[PreferenceSwitch]
    """What is otherwise than before."""
    by_link: bool = False
    """Whether it was done with the link of a mail, for which nobody signs in."""


class ContactPreferenceChanged(Event):
    """Whoever gets the mail of a company contact has switched a topic with the link of a mail. The switches of contacts
    are kept by identity, which follows."""

    publisher: ClassVar[str] = "notifications"
    subject_type: ClassVar[str] = "contact"
    subject_field: ClassVar[str] = "contact_id"
    contact_id: UUID
    """The contact."""
    topic: str
    """The topic, such as ``service_provisioned``."""
    wanted: bool
    """Whether the contact wants mails about it from now on."""


class AddressEvent(Event):
    publisher: ClassVar[str] = "notifications"
    subject_field: ClassVar[str] = "recipient_id"
    recipient_id: UUID
    """The person or contact whose address it is, or the bill group whose billing contact has it. The address itself is
    only in events that update the recipient book."""
    recipient_kind: Literal["user", "admin_contact", "billing_contact"]
    """What `recipient_id` is the id of."""


class AddressSuppressed(AddressEvent):
    """Mails to somebody come back: none are sent to their present address any more, but what they ask for to sign in,
    and invitations. It belongs to the workspace of the contact, or to one that the person belongs to."""

    subject_type: ClassVar[str] = "recipient"
    reason: Literal["no_mailbox", "often_refused"]
    """``no_mailbox``: a mail server said that there is no such mailbox; ``often_refused``: three mails came back within
    30 days."""
    status: str
    """What the mail server said last, by RFC 3463, such as ``5.1.1``."""
    message_id: UUID
    """The last message that came back."""


class AddressReleased(AddressEvent):
    """Mails to somebody are sent again."""

    subject_type: ClassVar[str] = "recipient"
    by: Literal["staff", "person", "new_address"]
    """Who decided it: the provider's staff, the person, who gets a test mail; or nobody, because there is another
    address now."""


class MailTestAsked(Event):
    """An admin of the provider wants a test mail, to see whether the mail server takes what the installation sends."""

    publisher: ClassVar[str] = "notifications"
    subject_type: ClassVar[str] = "user"
    subject_field: ClassVar[str] = "user_id"
    user_id: UUID
    """Who gets it."""


class NoticesChanged(Event):
    """A person was told something in the portal, has read it, or what they were told is over."""

    publisher: ClassVar[str] = "notifications"
    subject_type: ClassVar[str] = "user"
    subject_field: ClassVar[str] = "user_id"
    transient: ClassVar[bool] = True
    user_id: UUID
    """The person."""


class CampaignEvent(Event):
    """What all events about a campaign of news say. They belong to the provider's workspace, and name no reader."""

    publisher: ClassVar[str] = "notifications"
    subject_field: ClassVar[str] = "campaign_id"
    campaign_id: UUID
    """The campaign."""
    topic: str
    """The topic, such as ``news_release``."""
    title: str
    """What staff call it, which is the English subject of its mails."""


class CampaignScheduled(CampaignEvent):
    """Staff have decided when news are to be sent."""

    subject_type: ClassVar[str] = "campaign"

    scheduled_for: datetime
    """When it begins, in real time; not later than now: at once."""
    people: int
    """How many people it was for at that moment."""


class CampaignTakenBack(CampaignEvent):
    """Staff have made a scheduled campaign a draft again, before it began."""

    subject_type: ClassVar[str] = "campaign"


class CampaignTested(CampaignEvent):
    """Staff had a campaign mailed to themselves, to see what it looks like."""

    subject_type: ClassVar[str] = "campaign"


class CampaignStarted(CampaignEvent):
    """The sending of news has begun."""

    subject_type: ClassVar[str] = "campaign"


class CampaignStopped(CampaignEvent):
    """Staff have stopped a campaign. What was not sent by then is never sent."""

    subject_type: ClassVar[str] = "campaign"

    recipients: int
    """For how many people there were messages by then."""
    sent: int
    """How many of them the mail server had accepted."""


class CampaignSent(CampaignEvent):
    """It is known of each message of a campaign what became of it."""

    subject_type: ClassVar[str] = "campaign"

    recipients: int
    """For how many people there were messages."""
    sent: int
    """How many the mail server accepted."""
    failed: int
    """How many it rejected, or could not be delivered in three days."""
    opted_out: int
    """How many people had switched the mails of the topic off."""
    left_out: int
    """How many people did not belong to whom the campaign is for any more, or have an address that mails come back
    from."""


class AttemptRefused(AttemptEvent):
    """A signed-in person tried what their role does not allow."""

    publisher: ClassVar[str] = "notifications"
    subject_type: ClassVar[str] = "user"
